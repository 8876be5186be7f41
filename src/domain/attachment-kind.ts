import type { MediaKind } from './message.ts'

/** What a channel sends as a file, and how large; the channel's capabilities have this form. */
export interface SendableMedia {
  kind: MediaKind
  mimes: readonly string[]
  maxBytes: number
}

/**
 * Voice and sticker are never chosen for somebody: a picture must not shrink to a sticker.
 * Document comes last: it takes what is too large, or of no kind of its own.
 */
const CHOICES: readonly MediaKind[] = ['image', 'video', 'audio', 'document']

/**
 * How a file is sent on a channel: the first kind whose rule takes its type and size.
 * @param file `mime` as sniffed from its bytes
 * @returns null where the channel cannot send it
 */
export function attachmentKind(
  file: { mime: string; size: number },
  rules: readonly SendableMedia[],
): MediaKind | null {
  return CHOICES.find((kind) => rules.some((rule) => rule.kind === kind && takes(rule, file))) ?? null
}

/** How a feed shows a file that goes nowhere. */
export function shownKind(mime: string): MediaKind {
  const family = mime.split('/')[0]
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document'
}

function takes(rule: SendableMedia, file: { mime: string; size: number }): boolean {
  return file.size <= rule.maxBytes && rule.mimes.some((pattern) => matches(pattern, file.mime))
}

/** `image/png`, `image/*` or any type at all. */
function matches(pattern: string, mime: string): boolean {
  if (pattern === '*/*' || pattern === mime) return true
  return pattern.endsWith('/*') && mime.startsWith(pattern.slice(0, -1))
}

/** Containers whose first bytes do not say which program wrote them: the name's ending may. */
const OFFICE: Record<string, Record<string, string>> = {
  'application/zip': {
    docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  },
  'application/x-cfb': {
    doc: 'application/msword',
    xls: 'application/vnd.ms-excel',
    ppt: 'application/vnd.ms-powerpoint',
  },
}

/** Names that sniffers use for what providers call otherwise (reference §6). */
const SAME: Record<string, string> = { 'audio/x-m4a': 'audio/mp4', 'video/x-m4v': 'video/mp4' }

/**
 * A file's type from its bytes. What the sender declared counts for nothing, except between kinds of plain text.
 * @param sniffed what the first bytes say; null when they say nothing
 * @param looksLikeText whether they are text
 */
export function settleMime(file: {
  sniffed: string | null
  looksLikeText: boolean
  declared: string
  name: string
}): string {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(file.name)?.[1]?.toLowerCase() ?? ''
  if (file.sniffed !== null) {
    const bare = file.sniffed.split(';')[0]?.trim().toLowerCase() ?? ''
    return OFFICE[bare]?.[extension] ?? SAME[bare] ?? bare
  }
  if (!file.looksLikeText) return 'application/octet-stream'
  return file.declared.startsWith('text/csv') ? 'text/csv' : 'text/plain'
}
