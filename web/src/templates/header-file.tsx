import { Paperclip, X } from 'lucide-react'
import { useRef } from 'react'
import type { UploadedFile } from '../api/types.ts'
import { useUploads } from '../composer/use-uploads.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { templateWords } from './words.ts'

const ACCEPTED: Record<'image' | 'video' | 'document', string> = {
  image: 'image/jpeg,image/png',
  video: 'video/mp4,video/3gpp',
  document: '',
}

interface HeaderFileProps {
  kind: keyof typeof ACCEPTED
  label: string
  file: UploadedFile | null
  problem: string | null
  /** which types the browser offers; absent: all that can be sent */
  accept?: string
  onChange: (file: UploadedFile | null) => void
}

/** The picture, video or document above a template's text: one file, uploaded. */
export function HeaderFile({ kind, label, file, problem, accept = ACCEPTED[kind], onChange }: HeaderFileProps) {
  const words = useRoomWords(templateWords)
  const { formats } = useLanguage()
  const errorText = useErrorText(words.errors)
  const picker = useRef<HTMLInputElement>(null)
  const { uploading, upload, remove } = useUploads(onChange)
  const [current] = uploading
  const choose = (chosen: File | undefined) => {
    if (!chosen) return
    for (const { key } of uploading) remove(key)
    onChange(null)
    upload([chosen])
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: one field, not a set of them
    <div role="group" aria-label={label}>
      <p className="mb-1 text-[0.8125rem] text-soft">{label}</p>
      <input
        ref={picker}
        type="file"
        accept={accept}
        tabIndex={-1}
        aria-label={label}
        className="hidden"
        onChange={({ target }) => {
          choose(target.files?.[0])
          target.value = ''
        }}
      />
      <div className="flex flex-wrap items-center gap-2">
        {file && (
          <span className="inline-flex max-w-full items-center gap-1 rounded-md border border-line bg-raised pl-2 text-[0.8125rem]">
            <bdi className="truncate">{file.name}</bdi>
            <span className="shrink-0 text-xs text-soft">{formats.size(file.size)}</span>
            <IconButton label={words.fields.removeFile(file.name)} onClick={() => onChange(null)}>
              <X size={14} aria-hidden="true" />
            </IconButton>
          </span>
        )}
        <Button onClick={() => picker.current?.click()}>
          <Paperclip size={14} aria-hidden="true" />
          {file ? words.fields.otherFile : words.fields.chooseFile}
        </Button>
      </div>
      <div role="status" className="mt-1 text-xs">
        {current?.error != null && <p className="text-danger">{errorText(current.error)}</p>}
        {current && current.error == null && (
          <p className="text-soft">{words.fields.uploading(Math.round(current.progress * 100))}</p>
        )}
        {!current && problem && <p className="text-danger">{problem}</p>}
      </div>
    </div>
  )
}
