import { createRoute, z } from '@hono/zod-openapi'
import type { ChannelId } from '../domain/ids.ts'
import { findChannel } from '../store/channels/channels.ts'
import { listImported } from '../store/channels/imported-history.ts'
import type { HttpDeps, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { historyPage, Imported, importedPage } from './imported-message.ts'
import { mayUseChannel } from './permissions.ts'
import { answer, asId, IdPath, newRoutes, PageQuery, pageOf, refusals } from './routes.ts'
import { languageOf } from './work/error-words.ts'

const list = createRoute({
  method: 'get',
  path: '/channels/{id}/history',
  tags: ['Channels'],
  summary: 'What a client and the owner wrote before the number was connected, as the phone app handed it over (M4)',
  request: {
    params: IdPath,
    query: PageQuery.extend({
      client: z
        .string()
        .regex(/^\+?[\d ()-]{4,32}$/, 'must be a phone number')
        .openapi({ description: "the client's number", example: '+16505551234' }),
    }),
  },
  responses: { 200: answer('A page, the newest first', pageOf(Imported)), ...refusals(400, 401, 404) },
})

/** The imported history of a number that the phone app uses, too. */
export function channelHistoryRoutes({ database: { db } }: HttpDeps): Routes {
  return newRoutes().openapi(list, async (c) => {
    const id = asId<ChannelId>(c.req.valid('param').id, 'This channel')
    if (!mayUseChannel(c.get('principal'), id) || !(await findChannel(db, id))) throw notFound('This channel')
    const { client, ...query } = c.req.valid('query')
    const found = await listImported(db, id, client.replace(/\D/g, ''), historyPage(query))
    return c.json(importedPage(found, query.limit, languageOf(c)), 200)
  })
}
