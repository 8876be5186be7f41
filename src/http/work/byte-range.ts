/** What a Range header asks for, of a body of `size` bytes. */
export type ByteRange = { want: 'whole' } | { want: 'part'; start: number; length: number } | { want: 'impossible' }

/** One range only; what asks for several, or in another form, gets the whole (RFC 9110, 14.2 allows it). */
export function byteRange(header: string | undefined, size: number): ByteRange {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return { want: 'whole' }
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? { want: 'impossible' } : { want: 'part', start: size - length, length }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return { want: 'whole' }
  return start >= size ? { want: 'impossible' } : { want: 'part', start, length: end - start + 1 }
}
