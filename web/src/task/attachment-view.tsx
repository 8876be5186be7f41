import { Download, FileText, LoaderCircle } from 'lucide-react'
import { lazy, Suspense } from 'react'
import type { Attachment, Comment } from '../api/types.ts'
import { fileUrl } from '../api/upload.ts'
import { useLanguage } from '../words/language.tsx'
import { isPicture, shownPicture } from './pictures.ts'

const FailedFile = lazy(() => import('./failed-file.tsx').then((module) => ({ default: module.FailedFile })))
const AudioPlayer = lazy(() => import('./players.tsx').then((module) => ({ default: module.AudioPlayer })))
const VideoPlayer = lazy(() => import('./players.tsx').then((module) => ({ default: module.VideoPlayer })))

/** A file of a message. Only what the server calls a picture, a sound or a film is shown; all else can be saved. */
export function AttachmentView({ file, comment }: { file: Attachment; comment: Comment }) {
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
      <Suspense fallback={<p className={NOTE}>{words.files.failed}</p>}>
        <FailedFile file={file} taskId={comment.taskId} />
      </Suspense>
    )
  }
  if (isPicture(file)) return <Picture file={file} sticker={comment.kind === 'sticker'} />
  if (file.mime.startsWith('audio/')) {
    return (
      <Suspense fallback={<div className="h-11 w-72 max-w-full" />}>
        <AudioPlayer file={file} />
      </Suspense>
    )
  }
  if (file.mime.startsWith('video/')) {
    return (
      <Suspense fallback={<div className="h-56 w-72 max-w-full rounded-lg bg-black" />}>
        <VideoPlayer file={file} />
      </Suspense>
    )
  }
  return <Saved file={file} />
}

const NOTE = 'flex items-center gap-2 rounded-lg border border-line bg-panel px-3 py-2 text-[0.8125rem] text-soft'

function Picture({ file, sticker }: { file: Attachment; sticker: boolean }) {
  const { words } = useLanguage()
  const image = (
    <img
      src={fileUrl(file.id, true)}
      alt={file.name}
      loading="lazy"
      decoding="async"
      className="h-full max-w-full object-contain"
    />
  )
  if (sticker) return <div className="h-32">{image}</div>
  return (
    <button
      type="button"
      aria-label={words.files.open(file.name)}
      onClick={() => shownPicture.set(file.id)}
      className="block h-56 max-w-full min-w-24 cursor-zoom-in overflow-hidden rounded-lg bg-hover"
    >
      {image}
    </button>
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
