import { File, Image, Lock, type LucideIcon, MapPin, Mic, Reply, Sticker, User, Video } from 'lucide-react'
import type { MessageKind, Preview } from '../api/types.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { previewText } from './preview-text.ts'
import { inboxWords } from './words.ts'

const ICONS: Partial<Record<MessageKind, LucideIcon>> = {
  image: Image,
  video: Video,
  audio: Mic,
  voice: Mic,
  document: File,
  sticker: Sticker,
  location: MapPin,
  contacts: User,
}

/** The newest entry of a task in one line; what is internal carries the lock, as in the feed. @param me who reads it */
export function PreviewLine({ preview, me }: { preview: Preview; me: string | null }) {
  const app = useWords()
  const words = useRoomWords(inboxWords)
  const Icon = ICONS[preview.kind]
  const internal = !preview.toClient && preview.authorKind !== 'contact'
  const mine = me !== null && preview.authorId === me
  return (
    <>
      {internal && <Lock size={12} role="img" aria-label={words.row.internal} className="shrink-0 text-comment-ink" />}
      {preview.toClient && <Reply size={12} role="img" aria-label={words.row.toClient} className="shrink-0" />}
      {mine && <span className="shrink-0">{words.row.you}:</span>}
      {Icon && <Icon size={13} aria-hidden="true" className="shrink-0" />}
      <bdi className="min-w-0 truncate">{previewText(preview, app, words)}</bdi>
    </>
  )
}
