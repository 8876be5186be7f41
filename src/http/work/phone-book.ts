import { createRoute, z } from '@hono/zod-openapi'
import type { ChannelId } from '../../domain/ids.ts'
import { findChannel } from '../../store/channels/channels.ts'
import { searchPhoneBook } from '../../store/contacts/phone-book.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { mayUseChannel } from '../permissions.ts'
import { answer, asId, IdPath, newRoutes, pageOf, refusals } from '../routes.ts'

const SHOWN = 20

const search = createRoute({
  method: 'get',
  path: '/channels/{id}/phone-book',
  tags: ['Channels'],
  summary: "People of the phone app's phone book who have not written yet, by name (M4, M14)",
  request: {
    params: IdPath,
    query: z.strictObject({
      q: z.string().trim().min(2).max(100).openapi({ description: 'A part of the name, or of the number' }),
    }),
  },
  responses: {
    200: answer(
      'The first of them',
      pageOf(z.object({ name: z.string(), phone: z.string() }).openapi('PhoneBookPerson')).extend({ next: z.null() }),
    ),
    ...refusals(400, 401, 404),
  },
})

/** Whom one can write to first without knowing their number by heart. */
export function phoneBookRoutes({ database: { db } }: HttpDeps): Routes {
  return newRoutes().openapi(search, async (c) => {
    const id = asId<ChannelId>(c.req.valid('param').id, 'The channel')
    if (!mayUseChannel(c.get('principal'), id) || !(await findChannel(db, id))) throw notFound('The channel')
    const found = await searchPhoneBook(db, id, c.req.valid('query').q, SHOWN)
    return c.json({ items: found.map(({ name, phone }) => ({ name, phone: `+${phone}` })), next: null }, 200)
  })
}
