import { Paperclip, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { newKey } from '../api/request.ts'
import type { UploadedFile } from '../api/types.ts'
import { fileUrl, type Upload, uploadFile } from '../api/upload.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { quickReplyWords } from './words.ts'

interface ReplyFilesProps {
  files: readonly UploadedFile[]
  disabled: boolean
  onAdd: (file: UploadedFile) => void
  onRemove: (id: string) => void
  /** Are files on their way? Then nothing is saved yet. */
  onBusy: (busy: boolean) => void
}

interface Uploading {
  key: string
  name: string
  progress: number
  error: unknown
}

/** Files that go with a quick reply. */
export function ReplyFiles({ files, disabled, onAdd, onRemove, onBusy }: ReplyFilesProps) {
  const { formats } = useLanguage()
  const words = useRoomWords(quickReplyWords)
  const errorText = useErrorText(words.errors)
  const picker = useRef<HTMLInputElement>(null)
  const running = useRef(new Map<string, Upload>())
  const [uploading, setUploading] = useState<Uploading[]>([])
  const busy = uploading.some(({ error }) => error === null)
  useEffect(() => onBusy(busy), [busy, onBusy])
  useEffect(() => {
    const uploads = running.current
    return () => {
      for (const upload of uploads.values()) upload.cancel()
    }
  }, [])

  const change = (key: string, changes: Partial<Uploading>) =>
    setUploading((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)))
  const drop = (key: string) => {
    running.current.get(key)?.cancel()
    setUploading((all) => all.filter((one) => one.key !== key))
  }
  async function start(file: File) {
    const key = newKey()
    setUploading((all) => [...all, { key, name: file.name, progress: 0, error: null }])
    const upload = uploadFile(file, key, (progress) => change(key, { progress }))
    running.current.set(key, upload)
    try {
      const uploaded = await upload.done
      setUploading((all) => all.filter((one) => one.key !== key))
      onAdd(uploaded)
    } catch (error) {
      change(key, { error })
    } finally {
      running.current.delete(key)
    }
  }
  return (
    <div>
      <p className="mb-1 text-[0.8125rem] text-soft">{words.form.files}</p>
      <ul className="space-y-1">
        {files.map((file) => (
          <li key={file.id} className="flex items-center gap-2 rounded-md border border-line bg-raised pl-2.5">
            <a
              href={fileUrl(file.id, false)}
              download={file.name}
              className="min-w-0 flex-1 truncate text-[0.8125rem] hover:underline"
            >
              <bdi>{file.name}</bdi>
            </a>
            <span className="shrink-0 text-xs text-soft">{formats.size(file.size)}</span>
            {!disabled && (
              <IconButton label={words.form.removeFile(file.name)} onClick={() => onRemove(file.id)}>
                <X size={14} aria-hidden="true" />
              </IconButton>
            )}
          </li>
        ))}
        {uploading.map(({ key, name, progress, error }) => (
          <li key={key} className="flex items-center gap-2 rounded-md border border-line bg-raised pl-2.5">
            <bdi className="min-w-0 flex-1 truncate text-[0.8125rem]">{name}</bdi>
            <span role="status" className={error === null ? 'text-xs text-soft' : 'text-xs text-danger'}>
              {error === null ? words.form.uploading(Math.round(progress * 100)) : errorText(error)}
            </span>
            <IconButton label={words.form.removeFile(name)} onClick={() => drop(key)}>
              <X size={14} aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      {!disabled && (
        <>
          <input
            ref={picker}
            type="file"
            multiple
            tabIndex={-1}
            aria-label={words.form.attach}
            className="hidden"
            onChange={({ target }) => {
              for (const file of target.files ?? []) void start(file)
              target.value = ''
            }}
          />
          <Button
            small
            look="quiet"
            className="mt-1 -ml-2.5 pointer-coarse:h-11"
            onClick={() => picker.current?.click()}
          >
            <Paperclip size={14} aria-hidden="true" />
            {words.form.attach}
          </Button>
        </>
      )}
    </div>
  )
}
