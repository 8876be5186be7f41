import { z } from '@hono/zod-openapi'
import { fileTypeFromBuffer } from 'file-type'
import type { Context } from 'hono'
import { settleMime } from '../../domain/attachment-kind.ts'
import { displayFileName } from '../../domain/file-name.ts'
import type { AttachmentId } from '../../domain/ids.ts'
import { looksLikeText } from '../../domain/looks-like-text.ts'
import { addUploadedFile, findReadableFile, type UploadedFile } from '../../store/comments/attachments.ts'
import { FileTooLarge } from '../../store/file-store.ts'
import { newId } from '../../store/new-id.ts'
import type { HttpDeps, HttpEnv, Routes } from '../context.ts'
import { ApiError, notFound } from '../errors.ts'
import { idempotent } from '../idempotency.ts'
import { answer, asId, IdPath, newRoutes, refusals } from '../routes.ts'
import { byteRange, sliceStream } from './byte-range.ts'
import { contentDisposition } from './content-disposition.ts'
import { readUpload } from './read-upload.ts'
import { Uploaded } from './shapes.ts'

const MAX_BYTES = 100 * 1024 * 1024
/** What the form around the file may add to the body. */
const FORM_BYTES = 1024 * 1024
/** The start of a file is enough to tell its type. */
const SNIFF_BYTES = 4100

/** Types that a browser shows without running anything; never SVG or HTML. */
const SHOWN_INLINE = /^(image\/(jpeg|png|gif|webp|avif|bmp)|audio\/[a-z0-9.+-]+|video\/[a-z0-9.+-]+|application\/pdf)$/

/** Files in both directions (M12). Their bytes go straight to the file store and come straight from it. */
export function attachmentRoutes(deps: HttpDeps): Routes {
  const routes = newRoutes()
  // Described here, not validated by the router: validation would read the whole body into memory.
  routes.openAPIRegistry.registerPath({
    method: 'post',
    path: '/attachments',
    tags: ['Attachments'],
    summary: 'Upload a file of up to 100 MB for a comment',
    request: {
      body: {
        required: true,
        content: {
          'multipart/form-data': { schema: z.object({ file: z.string().openapi({ format: 'binary' }) }) },
        },
      },
    },
    responses: { 201: answer('The file', Uploaded), ...refusals(400, 401, 413, 415, 422) },
  })
  routes.openAPIRegistry.registerPath({
    method: 'get',
    path: '/attachments/{id}/content',
    tags: ['Attachments'],
    summary: 'The bytes of a file; ranges are possible',
    request: {
      params: IdPath,
      query: z.object({
        inline: z.enum(['1']).optional().openapi({ description: 'To be shown rather than saved, where that is safe' }),
      }),
    },
    responses: {
      200: { description: 'The file' },
      206: { description: 'A part of it' },
      304: { description: 'Not changed' },
      416: { description: 'There is no such part' },
      ...refusals(401, 404, 409),
    },
  })

  routes.post('/attachments', async (c) => {
    const file = await storeUpload(deps, c.req.raw)
    let kept = false
    try {
      return await idempotent(
        c,
        deps,
        async (tx) => {
          await addUploadedFile(tx, c.get('principal'), file)
          const { id, name, mime, size } = file
          return {
            status: 201,
            body: { id, name, mime, size },
            afterCommit: () => {
              kept = true
            },
          }
        },
        { fingerprint: `${file.sha256} ${file.name}` },
      )
    } catch (error) {
      // In an outage nobody can say whether the row was written: then its bytes stay.
      if (!(error instanceof ApiError)) kept = true
      throw error
    } finally {
      if (!kept) await deps.files.remove(file.id)
    }
  })

  routes.get('/attachments/:id/content', async (c) => {
    const id = asId<AttachmentId>(c.req.param('id'), 'The file')
    const file = await findReadableFile(deps.database.db, c.get('principal'), id)
    if (!file) throw notFound('The file')
    if (file.state !== 'stored') {
      throw new ApiError(409, 'attachment_not_stored', 'The file is not here yet, or could not be fetched', {
        state: file.state,
      })
    }
    return sendFile(c, deps, { ...file, etag: `"${file.sha256}"` })
  })
  return routes
}

/** Streams the upload into the file store and finds out what it is. */
async function storeUpload(deps: HttpDeps, request: Request): Promise<UploadedFile> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BYTES + FORM_BYTES) throw tooLarge()
  const id = newId<AttachmentId>()
  try {
    const stored = await readUpload(request, async ({ name, declaredMime, body }) => ({
      name: displayFileName(name),
      declaredMime,
      ...(await deps.files.put(id, body, MAX_BYTES)),
    }))
    if (stored.size === 0) throw new ApiError(422, 'file_empty', 'The file is empty')
    const head = (await deps.files.head(id, SNIFF_BYTES)) ?? new Uint8Array()
    const sniffed = await fileTypeFromBuffer(head)
    const { name, size, sha256 } = stored
    const mime = settleMime({
      sniffed: sniffed?.mime ?? null,
      looksLikeText: looksLikeText(head),
      declared: stored.declaredMime,
      name,
    })
    return { id, name, mime, size, sha256 }
  } catch (error) {
    await deps.files.remove(id)
    throw error instanceof FileTooLarge ? tooLarge() : error
  }
}

const tooLarge = () => new ApiError(413, 'file_too_large', 'The file is larger than 100 MB', { maxBytes: MAX_BYTES })

interface StoredFile {
  id: AttachmentId
  content_id: AttachmentId | null
  name: string
  mime: string
  etag: string
}

/** Answers with the bytes, and with headers that let no file act as a page of ours. */
async function sendFile(c: Context<HttpEnv>, deps: HttpDeps, file: StoredFile): Promise<Response> {
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

  const opened = await deps.files.open(file.content_id ?? file.id)
  if (!opened) {
    deps.log.error({ attachmentId: file.id }, 'the bytes of an attachment are missing from the file store')
    throw notFound('The file')
  }
  const { size, body } = opened
  const ifRange = c.req.header('if-range')
  const stillTheSame = ifRange === undefined || ifRange === file.etag
  const range = byteRange(stillTheSame ? c.req.header('range') : undefined, size)
  if (range.want === 'impossible') {
    await body.cancel()
    headers.set('content-range', `bytes */${size}`)
    headers.delete('content-disposition')
    return new Response(null, { status: 416, headers })
  }
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
  return new Response(range.want === 'part' ? sliceStream(body, part) : body, { status, headers })
}

const matchesEtag = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim())) ?? false
