import { CircleAlert, LoaderCircle, Paperclip, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { fileUrl } from '../api/upload.ts'
import { isPicture } from '../task/pictures.ts'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import type { ComposerState } from './use-composer.ts'
import { composerWords } from './words.ts'

/** Files that go with what is being written, and those on their way. */
export function FileTray({ composer }: { composer: ComposerState }) {
  const { words, formats } = useLanguage()
  const room = useRoomWords(composerWords)
  const errorText = useErrorText()
  const { draft, uploads, problemOf } = composer
  if (draft.files.length === 0 && uploads.uploading.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-1.5 px-2 pb-2">
      {draft.files.map((file) => {
        const problem = problemOf(file)
        return (
          <Item
            key={file.id}
            name={file.name}
            icon={
              isPicture(file) ? (
                <img src={fileUrl(file.id, true)} alt="" className="size-9 rounded object-cover" />
              ) : problem ? (
                <CircleAlert size={15} aria-hidden="true" />
              ) : (
                <Paperclip size={15} aria-hidden="true" />
              )
            }
            removal={words.composer.removeFile(file.name)}
            note={problem ?? formats.size(file.size)}
            bad={problem !== null}
            onRemove={() => composer.removeFile(file.id)}
          />
        )
      })}
      {uploads.uploading.map((file) => (
        <Item
          key={file.key}
          name={file.name}
          icon={
            file.error === null ? (
              <LoaderCircle size={15} aria-hidden="true" className="motion-safe:animate-spin" />
            ) : (
              <CircleAlert size={15} aria-hidden="true" />
            )
          }
          note={
            file.error === null
              ? `${words.composer.uploading} ${Math.round(file.progress * 100)} %`
              : `${words.composer.uploadFailed}: ${errorText(file.error)}`
          }
          bad={file.error !== null}
          progress={file.error === null ? file.progress : null}
          removal={file.error === null ? room.limits.cancel(file.name) : words.composer.removeFile(file.name)}
          onRemove={() => uploads.remove(file.key)}
        />
      ))}
    </ul>
  )
}

interface ItemProps {
  name: string
  icon: ReactNode
  note: string
  bad: boolean
  /** 0 … 1 while it is on its way */
  progress?: number | null
  /** What the cross does. */
  removal: string
  onRemove: () => void
}

function Item({ name, icon, note, bad, progress = null, removal, onRemove }: ItemProps) {
  return (
    <li
      className={cx(
        'flex max-w-72 items-center gap-2 rounded-lg border border-line bg-raised py-1 pl-2.5 text-[0.8125rem]',
        bad ? 'text-danger' : 'text-ink',
      )}
    >
      <span className="shrink-0">{icon}</span>
      <span className="min-w-0">
        <bdi className="block truncate font-medium">{name}</bdi>
        <span className={cx('block text-xs', bad ? 'text-danger' : 'text-soft')}>{note}</span>
        {progress !== null && (
          <progress value={progress} max={1} aria-label={name} className="block h-1 w-full accent-accent-fill" />
        )}
      </span>
      <IconButton label={removal} onClick={onRemove} className="size-7">
        <X size={14} aria-hidden="true" />
      </IconButton>
    </li>
  )
}
