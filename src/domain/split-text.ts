const encoder = new TextEncoder()

export const utf8Length = (text: string): number => encoder.encode(text).length

/**
 * A text in parts of at most so many UTF-8 bytes, for messengers that count bytes (reference §11.2). Cut between lines
 * where that leaves a part at least half full, else between words; a word that is too long by itself is cut between what
 * people see as characters. Blanks at a cut are dropped, nothing else is.
 */
export function splitText(text: string, maxBytes: number): string[] {
  const parts: string[] = []
  let rest = text
  while (utf8Length(rest) > maxBytes) {
    const fitting = longestFitting(rest, maxBytes)
    const cut = breakIn(rest, fitting)
    const part = rest.slice(0, cut).trimEnd()
    if (part !== '') parts.push(part)
    rest = rest.slice(cut).trimStart()
  }
  if (rest !== '') parts.push(rest)
  return parts
}

/** How much of a text fits, in UTF-16 units, without cutting a character; at least one code point. */
function longestFitting(text: string, maxBytes: number): number {
  let bytes = 0
  let length = 0
  // No text of more units than bytes fits: the rest need not be looked at.
  for (const { segment } of graphemes.segment(text.slice(0, maxBytes + 1))) {
    const more = utf8Length(segment)
    if (bytes + more > maxBytes) break
    bytes += more
    length += segment.length
  }
  return length > 0 ? length : fittingCodePoints(text, maxBytes)
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** For a single character that is larger than a whole part. */
function fittingCodePoints(text: string, maxBytes: number): number {
  let bytes = 0
  let length = 0
  for (const point of text) {
    bytes += utf8Length(point)
    if (bytes > maxBytes && length > 0) break
    length += point.length
  }
  return length
}

/** Where to cut, at or before `fitting`. */
function breakIn(text: string, fitting: number): number {
  // A blank right behind what fits is a good place, too.
  const head = text.slice(0, fitting + 1)
  const line = head.lastIndexOf('\n')
  if (line >= fitting / 2) return line
  const blank = head.search(/\s\S*$/)
  return blank > 0 ? blank : fitting
}
