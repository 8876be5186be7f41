/** The server has found it by something that need not be on the screen. */
export const FOUND_BY_SERVER = '⁂'

/** Every typed word has to begin a word, or stand in one; the earlier, the better. */
export function score(_value: string, search: string, keywords: string[] = []): number {
  if (keywords.includes(FOUND_BY_SERVER)) return 0.6
  const text = keywords.join(' ').toLowerCase()
  const parts = search.toLowerCase().split(/\s+/).filter(Boolean)
  let sum = 0
  for (const part of parts) {
    const at = text.indexOf(part)
    if (at < 0) return 0
    const begins = at === 0 || /[\s:«“(]/.test(text[at - 1] ?? '')
    sum += (begins ? 1 : 0.4) - Math.min(0.3, at / 200)
  }
  return parts.length === 0 ? 1 : sum / parts.length
}
