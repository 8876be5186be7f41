/** A text as WhatsApp shows it: `*bold*`, `_italic_`, `~struck~`, three backquotes for a monospaced one. */
export interface RichText {
  text: string
  look: readonly RichLook[]
}
export type RichLook = 'bold' | 'italic' | 'struck' | 'code'

const MARKS: Record<string, RichLook> = { '*': 'bold', _: 'italic', '~': 'struck' }
/** The mark touches the words that it is around, and no word touches it from outside. */
const MARKED = /```([^`]+)```|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\2(?![\p{L}\p{N}])/u

export function richText(text: string, look: readonly RichLook[] = []): RichText[] {
  const found = MARKED.exec(text)
  if (!found) return text === '' ? [] : [{ text, look }]
  const [all, code, mark, inner = ''] = found
  const before = text.slice(0, found.index)
  const middle: RichText[] =
    code === undefined
      ? richText(inner, [...look, MARKS[mark ?? ''] ?? 'bold'])
      : [{ text: code, look: [...look, 'code'] }]
  return [
    ...(before === '' ? [] : [{ text: before, look }]),
    ...middle,
    ...richText(text.slice(found.index + all.length), look),
  ]
}
