import type { OutgoingFile } from '../port.ts'

export interface MultipartBody {
  type: string
  length: number
  stream: ReadableStream<Uint8Array>
}

/**
 * Streams a form with one file (RFC 7578), of a length known beforehand: `FormData` would hold up to 100 MB in memory.
 * @param content stays the caller's to cancel: a call may fail before it has read everything
 * @param boundary must not occur in the file; a random one does not
 * @throws in the stream when the file turns out longer or shorter than it says
 */
export function multipartOf(
  fields: Record<string, string>,
  file: OutgoingFile,
  content: ReadableStreamDefaultReader<Uint8Array>,
  boundary: string,
): MultipartBody {
  const utf8 = new TextEncoder()
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head = utf8.encode(
    `${parts.join('')}--${boundary}\r\n` +
      `content-disposition: form-data; name="file"; filename="${headerSafe(file.name)}"\r\n` +
      `content-type: ${headerSafe(file.mime)}\r\n\r\n`,
  )
  const tail = utf8.encode(`\r\n--${boundary}--\r\n`)
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    length: head.length + file.size + tail.length,
    stream: ReadableStream.from(concat(head, content, file.size, tail)),
  }
}

async function* concat(
  head: Uint8Array,
  content: ReadableStreamDefaultReader<Uint8Array>,
  size: number,
  tail: Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield head
  let read = 0
  for (let next = await content.read(); !next.done; next = await content.read()) {
    read += next.value.length
    if (read > size) break
    yield next.value
  }
  if (read !== size) throw new FileSizeError('the file is not as long as it was said to be')
  yield tail
}

class FileSizeError extends Error {
  override readonly name = 'FileSizeError'
}

/** File names are hostile: quotes and line breaks are written as browsers write them, other control characters go. */
function headerSafe(text: string): string {
  return text
    .replaceAll('"', '%22')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replace(/\p{Cc}/gu, '')
}
