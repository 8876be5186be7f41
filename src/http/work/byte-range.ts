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

/** A part of a stream. The source is let go of as soon as the part is complete. */
export function sliceStream(
  source: ReadableStream<Uint8Array>,
  { start, length }: { start: number; length: number },
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  let toSkip = start
  let left = length
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (left > 0) {
        const { done, value } = await reader.read()
        if (done) throw new Error('the file is shorter than it was')
        const part = value.subarray(Math.min(toSkip, value.byteLength)).subarray(0, left)
        toSkip -= Math.min(toSkip, value.byteLength)
        left -= part.byteLength
        if (part.byteLength === 0) continue
        controller.enqueue(part)
        break
      }
      if (left > 0) return
      controller.close()
      await reader.cancel()
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
