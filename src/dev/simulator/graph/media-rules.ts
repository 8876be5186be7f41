import type { MediaType } from './draft.ts'

const MB = 1024 * 1024

interface MediaRule {
  mimes: readonly string[]
  maxBytes: number
}

/** What may be sent, and how large (reference §6). */
export const MEDIA_RULES: Record<MediaType, MediaRule> = {
  audio: { mimes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'], maxBytes: 16 * MB },
  document: {
    mimes: [
      'text/plain',
      'application/pdf',
      'application/msword',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.ms-excel',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.ms-powerpoint',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    ],
    maxBytes: 100 * MB,
  },
  image: { mimes: ['image/jpeg', 'image/png'], maxBytes: 5 * MB },
  // The larger limit is that of animated stickers; a static one may have 100 KB.
  sticker: { mimes: ['image/webp'], maxBytes: 500 * 1024 },
  video: { mimes: ['video/mp4', 'video/3gpp'], maxBytes: 16 * MB },
}

/** `audio/ogg; codecs=opus` → `audio/ogg`. */
export const bareMime = (mime: string): string => (mime.split(';')[0] ?? '').trim().toLowerCase()

/** The type that a file of this MIME is uploaded as; null when Meta does not take it. */
export function mediaTypeOf(mime: string): MediaType | null {
  const bare = bareMime(mime)
  const found = Object.entries(MEDIA_RULES).find(([, rule]) => rule.mimes.includes(bare))
  return found ? (found[0] as MediaType) : null
}

/** May a file of this MIME be sent as that type? Documents may also hold pictures and films. */
export function fits(type: MediaType, mime: string): boolean {
  return MEDIA_RULES[type].mimes.includes(bareMime(mime)) || (type === 'document' && mediaTypeOf(mime) !== null)
}
