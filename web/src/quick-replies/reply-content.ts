import type { UploadedFile } from '../api/types.ts'
import type { QuickReply, QuickReplyContent } from './api.ts'

/** A quick reply as it stands in its form. */
export interface TypedReply {
  title: string
  shortcut: string
  folder: string
  text: string
  shared: boolean
}

/** @param folder where a new one belongs */
export const initialReply = (quickReply: QuickReply | null, folder: string | null): TypedReply => ({
  title: quickReply?.title ?? '',
  shortcut: quickReply?.shortcut ?? '',
  folder: quickReply ? (quickReply.folder ?? '') : (folder ?? ''),
  text: quickReply?.text ?? '',
  shared: quickReply?.shared ?? false,
})

const SHORTCUT = /^[\p{L}\p{M}\p{N}_-]{1,50}$/u

/** A shortcut without the `/` that people write before it; null: none. */
export const shortcutOf = (typed: string): string | null => typed.trim().replace(/^\//, '') || null

/** What keeps it from being saved, before anybody is asked. */
export function problemsOf(
  { title, shortcut, text }: TypedReply,
  files: number,
): { title?: true; shortcut?: true; empty?: true } {
  const key = shortcutOf(shortcut)
  return {
    ...(title.trim() === '' ? { title: true as const } : {}),
    ...(key !== null && !SHORTCUT.test(key) ? { shortcut: true as const } : {}),
    ...(text.trim() === '' && files === 0 ? { empty: true as const } : {}),
  }
}

export const contentOf = (
  { title, shortcut, folder, text, shared }: TypedReply,
  files: readonly Pick<UploadedFile, 'id'>[],
): QuickReplyContent => ({
  title: title.trim(),
  shortcut: shortcutOf(shortcut),
  folder: folder.trim() || null,
  text,
  attachmentIds: files.map(({ id }) => id),
  shared,
})
