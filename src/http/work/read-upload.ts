import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { ApiError } from '../errors.ts'

/** A file of a multipart body, while it arrives. */
export interface IncomingFile {
  /** as the sender wrote it: hostile */
  name: string
  declaredMime: string
  body: ReadableStream<Uint8Array>
}

/**
 * Reads the first `file` part of a multipart body as a stream; other parts are skipped.
 * @param take stores the stream; when it fails, reading ends
 * @throws ApiError 415 for another content type, 400 for a body that is cut off or malformed, 422 without a file
 */
export async function readUpload<T>(request: Request, take: (file: IncomingFile) => Promise<T>): Promise<T> {
  const contentType = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new ApiError(415, 'unsupported_media_type', 'Send the file as multipart/form-data, in the part `file`')
  }
  if (!request.body) throw new ApiError(400, 'malformed_body', 'The body is empty')
  const parser = createParser(contentType)
  const source = Readable.fromWeb(request.body as NodeReadableStream)

  return new Promise<T>((resolve, reject) => {
    let taken: Promise<T> | null = null
    let arriving: Readable | null = null

    function fail(error: Error): void {
      source.unpipe(parser)
      source.destroy()
      arriving?.destroy(error)
      reject(error)
    }
    const cutOff = () => fail(new ApiError(400, 'malformed_body', 'The multipart body is cut off or malformed'))

    parser.on('file', (field, stream, name, _encoding, declaredMime) => {
      if (field !== 'file' || taken) {
        stream.resume()
        return
      }
      arriving = stream
      taken = take({
        name: name ?? '',
        declaredMime: declaredMime ?? '',
        body: Readable.toWeb(stream) as ReadableStream<Uint8Array>,
      })
      taken.catch(fail)
    })
    parser.on('error', cutOff)
    source.on('error', cutOff)
    parser.on('finish', () => {
      if (taken) taken.then(resolve, reject)
      else reject(new ApiError(422, 'file_missing', 'The body has no part `file` with a file in it'))
    })
    source.pipe(parser)
  })
}

function createParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { files: 3, fields: 20, fieldSize: 64 * 1024, parts: 24, headerPairs: 50 },
    })
  } catch {
    throw new ApiError(400, 'malformed_body', 'The content type names no boundary')
  }
}
