/** Longest name that is kept, in UTF-8 bytes: the limit of common file systems. */
const MAX_BYTES = 255

/**
 * A name that came from outside, made fit to be shown and to stand in a header: no path, no control characters, and no
 * marks that turn the direction of writing (`exe.gpj` shown as `jpg.exe`). The bytes are never stored under it.
 */
export function displayFileName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const clean = last
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  return shorten(clean) || 'file'
}

/** Keeps the ending, which says what the file is. */
function shorten(name: string): string {
  const encoder = new TextEncoder()
  if (encoder.encode(name).length <= MAX_BYTES) return name
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''
  const points = [...name.slice(0, name.length - ending.length)]
  let length = encoder.encode(ending).length
  let kept = ''
  for (const point of points) {
    length += encoder.encode(point).length
    if (length > MAX_BYTES) break
    kept += point
  }
  return kept.replace(/[. ]+$/, '') + ending
}
