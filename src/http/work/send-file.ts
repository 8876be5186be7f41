import type { Context } from 'hono'
import type { AttachmentId } from '../../domain/ids.ts'
import type { HttpDeps, HttpEnv } from '../context.ts'
import { notFound } from '../errors.ts'
import { byteRange } from './byte-range.ts'
import { contentDisposition } from './content-disposition.ts'

/** Types that a browser shows without running anything; never SVG or HTML. */
const SHOWN_INLINE = /^(image\/(jpeg|png|gif|webp|avif|bmp)|audio\/[a-z0-9.+-]+|video\/[a-z0-9.+-]+|application\/pdf)$/

export interface StoredFile {
  id: AttachmentId
  content_id: AttachmentId | null
  name: string
  mime: string
  /** in bytes, as it was stored */
  size: number | null
  etag: string
}

/** Answers with the bytes, and with headers that let no file act as a page of ours. */
export async function sendFile(c: Context<HttpEnv>, deps: HttpDeps, file: StoredFile): Promise<Response> {
  const inline = c.req.query('inline') === '1' && SHOWN_INLINE.test(file.mime)
  const headers = new Headers({
    'content-type': file.mime.startsWith('text/') ? `${file.mime}; charset=utf-8` : file.mime,
    'content-disposition': contentDisposition(inline ? 'inline' : 'attachment', file.name),
    'content-security-policy': "sandbox; default-src 'none'; media-src 'self'; style-src 'unsafe-inline'",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    etag: file.etag,
  })
  if (matchesEtag(c.req.header('if-none-match'), file.etag)) return new Response(null, { status: 304, headers })

  const ifRange = c.req.header('if-range')
  const stillTheSame = ifRange === undefined || ifRange === file.etag
  const range = byteRange(stillTheSame ? c.req.header('range') : undefined, file.size ?? 0)
  if (range.want === 'impossible') {
    headers.set('content-range', `bytes */${file.size}`)
    headers.delete('content-disposition')
    return new Response(null, { status: 416, headers })
  }
  const opened = await deps.files.open(file.content_id ?? file.id, range.want === 'part' ? range : undefined)
  // Bytes of another number are not the ones that were stored: a part of them would pass for the whole.
  if (!opened || opened.size !== file.size) {
    await opened?.body.cancel()
    deps.log.error({ attachmentId: file.id }, 'the bytes of an attachment are missing from the file store')
    throw notFound('The file')
  }
  const { size, body } = opened
  const part = range.want === 'part' ? range : { start: 0, length: size }
  headers.set('content-length', String(part.length))
  if (range.want === 'part') {
    headers.set('content-range', `bytes ${part.start}-${part.start + part.length - 1}/${size}`)
  }
  const status = range.want === 'part' ? 206 : 200
  if (c.req.method === 'HEAD') {
    await body.cancel()
    return new Response(null, { status, headers })
  }
  return new Response(body, { status, headers })
}

const matchesEtag = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim())) ?? false
