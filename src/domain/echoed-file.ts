import type { MediaKind, MessageContent } from './message.ts'

/** A message with a file whose call ended without an answer. */
export interface SentFile {
  media: MediaKind
  caption: string | null
  /** as its author uploaded it */
  name: string
}

/** Services tell sounds apart in their own ways. */
const alike = (kind: string): string => (kind === 'voice' ? 'audio' : kind)

/**
 * Does an echo say that the client has this file? A service keeps files in its own encoding, so no echo has their bytes:
 * what it may have is the caption and the file's name. Nothing that it has may differ, and one of the two must agree:
 * two pictures without a word are not known for the same.
 */
export function isEchoOf(sent: SentFile, { kind, text, media }: MessageContent): boolean {
  if (alike(kind) !== alike(sent.media)) return false
  const caption = (sent.caption ?? '').trim()
  if (caption !== (text ?? '').trim()) return false
  const isNamed = media?.fileName === sent.name
  // Only documents keep their names; what a picture is called is often the service's own doing.
  if (sent.media === 'document' && media?.fileName != null && !isNamed) return false
  return caption !== '' || isNamed
}
