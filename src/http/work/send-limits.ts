import { createRoute, z } from '@hono/zod-openapi'
import { capabilitiesOf } from '../../channels/registry.ts'
import type { ChannelId } from '../../domain/ids.ts'
import { MEDIA_KINDS } from '../../domain/message.ts'
import { findChannel } from '../../store/channels/channels.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { mayUseChannel } from '../permissions.ts'
import { answer, asId, IdPath, newRoutes, refusals } from '../routes.ts'

const Limits = z
  .object({
    maxTextLength: z.number().int(),
    templates: z.boolean(),
    quotes: z.boolean().openapi({ description: 'Does a client see which message is answered?' }),
    reactions: z.boolean().openapi({ description: 'Does the provider tell of clients’ reactions?' }),
    buttons: z.boolean().openapi({ description: 'Can a text have buttons below it?' }),
    media: z
      .array(z.object({ kind: z.enum(MEDIA_KINDS), mimes: z.array(z.string()), maxBytes: z.number().int() }))
      .openapi({ description: 'Files that can be sent; a file goes as the first kind that takes its type and size' }),
  })
  .openapi('SendLimits')

const get = createRoute({
  method: 'get',
  path: '/channels/{id}/send-limits',
  tags: ['Channels'],
  summary: 'What can be sent over a channel, before somebody tries in vain',
  request: { params: IdPath },
  responses: { 200: answer('The limits', Limits), ...refusals(401, 404) },
})

/** What the provider of a channel takes; the composer says it beforehand. */
export function sendLimitRoutes(deps: HttpDeps): Routes {
  return newRoutes().openapi(get, async (c) => {
    const id = asId<ChannelId>(c.req.valid('param').id, 'The channel')
    const channel = mayUseChannel(c.get('principal'), id) ? await findChannel(deps.database.db, id) : null
    const rules = channel && capabilitiesOf(channel.provider)
    if (!rules) throw notFound('The channel')
    const { maxTextLength, templates, quotes, reactions, interactive } = rules
    const media = rules.media.map(({ kind, mimes, maxBytes }) => ({ kind, mimes: [...mimes], maxBytes }))
    return c.json({ maxTextLength, templates, quotes, reactions, buttons: interactive !== null, media }, 200)
  })
}
