import type { Preview } from '../api/types.ts'
import type { Words } from '../words/en.ts'
import type { en } from './words.en.ts'

/** The newest entry in one line: its text, or what it is. */
export function previewText({ text, kind }: Preview, app: Words, words: typeof en): string {
  const line = text?.replace(/\s+/g, ' ').trim()
  if (line) return line
  // A text without text was taken back.
  return kind === 'text' ? words.row.deleted : app.kinds[kind]
}
