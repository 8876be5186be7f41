import { CircleAlert, Download, FileText, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import type { Attachment, MessageKind } from '../api/types.ts'
import { fileUrl } from '../api/upload.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useLanguage } from '../words/language.tsx'

/** A file of a message. Only what the server calls a picture, a sound or a film is shown; all else can be saved. */
export function AttachmentView({ file, kind }: { file: Attachment; kind: MessageKind }) {
  const { words } = useLanguage()
  if (file.state === 'pending') {
    return (
      <p className={NOTE}>
        <LoaderCircle size={16} aria-hidden="true" className="motion-safe:animate-spin" />
        {words.files.pending}
      </p>
    )
  }
  if (file.state === 'failed') {
    return (
      <p className={`${NOTE} text-danger`}>
        <CircleAlert size={16} aria-hidden="true" className="shrink-0" />
        {file.error?.message ?? words.files.failed}
      </p>
    )
  }
  if (/^image\/(jpeg|png|gif|webp|avif|bmp)$/.test(file.mime))
    return <Picture file={file} sticker={kind === 'sticker'} />
  if (file.mime.startsWith('audio/')) return <Sound file={file} />
  if (file.mime.startsWith('video/')) return <Film file={file} />
  return <Saved file={file} />
}

const NOTE = 'flex items-center gap-2 rounded-lg border border-line bg-panel px-3 py-2 text-[0.8125rem] text-soft'

function Picture({ file, sticker }: { file: Attachment; sticker: boolean }) {
  const { words } = useLanguage()
  const [open, setOpen] = useState(false)
  const image = <img src={fileUrl(file.id, true)} alt={file.name} className="h-full max-w-full object-contain" />
  if (sticker) return <div className="h-32">{image}</div>
  return (
    <>
      <button
        type="button"
        aria-label={words.files.open(file.name)}
        onClick={() => setOpen(true)}
        className="block h-56 max-w-full min-w-24 overflow-hidden rounded-lg bg-hover"
      >
        {image}
      </button>
      {open && (
        <Dialog title={file.name} onClose={() => setOpen(false)} bare>
          <img src={fileUrl(file.id, true)} alt={file.name} className="max-h-[80dvh] max-w-full rounded-lg" />
          <a
            href={fileUrl(file.id, false)}
            download
            className="mt-3 inline-flex items-center gap-2 text-white underline"
          >
            <Download size={16} aria-hidden="true" />
            {words.files.download(file.name)}
          </a>
        </Dialog>
      )}
    </>
  )
}

function Sound({ file }: { file: Attachment }) {
  const { words } = useLanguage()
  return (
    // biome-ignore lint/a11y/useMediaCaption: a client's recording comes without captions
    <audio
      controls
      preload="metadata"
      src={fileUrl(file.id, true)}
      aria-label={words.files.play(file.name)}
      className="h-10 w-72 max-w-full"
    />
  )
}

function Film({ file }: { file: Attachment }) {
  const { words } = useLanguage()
  return (
    // biome-ignore lint/a11y/useMediaCaption: a client's film comes without captions
    <video
      controls
      preload="metadata"
      src={fileUrl(file.id, true)}
      aria-label={words.files.play(file.name)}
      className="h-56 max-w-full rounded-lg bg-black"
    />
  )
}

function Saved({ file }: { file: Attachment }) {
  const { words, formats } = useLanguage()
  return (
    <a
      href={fileUrl(file.id, false)}
      download
      aria-label={words.files.download(file.name)}
      className="flex w-64 max-w-full items-center gap-2.5 rounded-lg border border-line bg-panel px-3 py-2 text-ink hover:bg-hover"
    >
      <FileText size={22} aria-hidden="true" className="shrink-0 text-soft" />
      <span className="min-w-0 flex-1">
        <bdi className="block truncate text-[0.8125rem] font-medium">{file.name}</bdi>
        <span className="block text-xs text-soft">{file.size === null ? '' : formats.size(file.size)}</span>
      </span>
      <Download size={16} aria-hidden="true" className="shrink-0 text-soft" />
    </a>
  )
}
