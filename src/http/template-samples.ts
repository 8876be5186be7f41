import { createRoute, z } from '@hono/zod-openapi'
import type { AttachmentId, ChannelId } from '../domain/ids.ts'
import { sampleFormat } from '../domain/template/sample.ts'
import { findReadableFile } from '../store/comments/attachments.ts'
import type { HttpDeps, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { mayUseChannel, requires } from './permissions.ts'
import { answer, asId, IdText, jsonBody, newRoutes, refusals } from './routes.ts'
import { atProvider } from './template-provider.ts'

/** A video takes longer than a question. */
const PATIENCE_MS = 120_000

const Sample = z
  .object({
    handle: z.string().openapi({ description: 'for `example.header_handle` of the header' }),
    format: z.enum(['IMAGE', 'VIDEO', 'DOCUMENT']),
  })
  .openapi('TemplateSample')

const upload = createRoute({
  method: 'post',
  path: '/templates/samples',
  tags: ['Templates'],
  middleware: requires('templates.manage'),
  summary: "Give the provider a sample of a header's file, for a template that is to be made",
  description: 'A JPEG or PNG of 5 MB, an MP4 of 16 MB or a PDF of 100 MB at most. Nothing is sent to anybody.',
  request: jsonBody(
    z.strictObject({ channelId: IdText, attachmentId: IdText.openapi({ description: 'An upload of yours' }) }),
  ),
  responses: { 201: answer('The sample', Sample), ...refusals(400, 401, 403, 404, 409, 415, 422, 503) },
})

/** Meta reviews a template with a picture, video or document by a sample of it (reference §7.2). */
export function templateSampleRoutes(deps: HttpDeps): Routes {
  return newRoutes().openapi(upload, async (c) => {
    const { channelId, attachmentId } = c.req.valid('json')
    const principal = c.get('principal')
    const channel = asId<ChannelId>(channelId, 'This channel')
    if (!mayUseChannel(principal, channel)) throw notFound('This channel')
    const file = await findReadableFile(deps.database.db, principal, asId<AttachmentId>(attachmentId, 'The file'))
    if (!file) throw notFound('The file')
    if (file.state !== 'stored' || file.size === null) {
      throw new ApiError(409, 'attachment_not_stored', 'The file is not here yet, or could not be fetched', {
        state: file.state,
      })
    }
    const { name, mime, size } = file
    const format = sampleFormat({ mime, size })
    if (format === null) {
      throw new ApiError(422, 'sample_not_accepted', 'A sample is a JPEG, PNG, MP4 or PDF, and not too large', {
        mime,
        size,
      })
    }
    const { handle } = await atProvider(
      deps,
      channel,
      async (api, config, signal) => {
        if (!api.uploadSample) {
          throw new ApiError(409, 'samples_unsupported', 'The provider of this channel takes no samples of files')
        }
        const open = async () => {
          const opened = await deps.files.open(file.content_id ?? file.id)
          if (!opened) throw notFound('The file')
          return opened.body
        }
        return api.uploadSample(config, { name, mime, size, open }, signal)
      },
      PATIENCE_MS,
    )
    return c.json({ handle, format }, 201)
  })
}
