import { createRoute, z } from '@hono/zod-openapi'
import { fileTypeFromBuffer } from 'file-type'
import { settleMime } from '../../domain/attachment-kind.ts'
import { displayFileName } from '../../domain/file-name.ts'
import type { AttachmentId } from '../../domain/ids.ts'
import { looksLikeText } from '../../domain/looks-like-text.ts'
import { addUploadedFile, findReadableFile, type UploadedFile } from '../../store/comments/attachments.ts'
import { retryFetch } from '../../store/comments/retry-fetch.ts'
import { FileTooLarge } from '../../store/file-store.ts'
import { newId } from '../../store/new-id.ts'
import { storedBytes } from '../../store/stored-bytes.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { ApiError, notFound } from '../errors.ts'
import { idempotent } from '../idempotency.ts'
import { answer, asId, IdPath, newRoutes, refusals } from '../routes.ts'
import { accept } from './accept.ts'
import { announce } from './announce.ts'
import { discardFiles } from './discard-files.ts'
import { readUpload } from './read-upload.ts'
import { sendFile } from './send-file.ts'
import { Uploaded } from './shapes.ts'
import { overQuota, type UploadQuota, uploadQuota } from './upload-quota.ts'

const MAX_BYTES = 100 * 1024 * 1024
/** What the form around the file may add to the body. */
const FORM_BYTES = 1024 * 1024
/** The start of a file is enough to tell its type. */
const SNIFF_BYTES = 4100

const retry = createRoute({
  method: 'post',
  path: '/attachments/{id}/retry',
  tags: ['Attachments'],
  summary: "Fetch a client's file again that could not be had",
  request: { params: IdPath },
  responses: {
    202: answer('It is being fetched', z.object({ id: z.string(), state: z.literal('pending') })),
    ...refusals(401, 404, 409),
  },
})

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
    responses: { 201: answer('The file', Uploaded), ...refusals(400, 401, 413, 415, 422, 503) },
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
      ...refusals(401, 404, 409, 503),
    },
  })

  const quota = uploadQuota(deps.config.filesLimit, () => storedBytes(deps.database.db))

  routes.post('/attachments', async (c) => {
    const file = await storeUpload(deps, quota, c.req.raw)
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
              quota.took(size)
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
      if (!kept) await discardFiles(deps, [file.id])
    }
  })

  routes.openapi(retry, (c) => {
    const id = asId<AttachmentId>(c.req.valid('param').id, 'The file')
    return idempotent(c, deps, async (tx) => {
      const { conversation } = accept(await retryFetch(tx, c.get('principal'), id))
      return {
        status: 202,
        body: { id, state: 'pending' as const },
        afterCommit: () => {
          if (conversation !== null) announce(deps, conversation)
        },
      }
    })
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
async function storeUpload(deps: HttpDeps, quota: UploadQuota, request: Request): Promise<UploadedFile> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BYTES + FORM_BYTES) throw tooLarge()
  const id = newId<AttachmentId>()
  const room = await quota.room()
  try {
    const stored = await readUpload(request, async ({ name, declaredMime, body }) => ({
      name: displayFileName(name),
      declaredMime,
      ...(await deps.files.put(id, body, Math.min(room, MAX_BYTES))),
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
    await discardFiles(deps, [id])
    if (error instanceof FileTooLarge) throw room < MAX_BYTES ? overQuota() : tooLarge()
    throw isFull(error) ? new ApiError(503, 'storage_full', 'The disk for files is full; nothing was stored') : error
  }
}

/** No room on the disk, or none within its quota: it takes files again once somebody has made room (F16). */
const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')

const tooLarge = () => new ApiError(413, 'file_too_large', 'The file is larger than 100 MB', { maxBytes: MAX_BYTES })
