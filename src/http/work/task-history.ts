import { createRoute, z } from '@hono/zod-openapi'
import type { TaskId } from '../../domain/ids.ts'
import { historyOfTask } from '../../store/channels/imported-history.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { historyPage, Imported, importedPage } from '../imported-message.ts'
import { answer, asId, IdPath, newRoutes, PageQuery, pageOf, refusals } from '../routes.ts'
import { languageOf } from './error-words.ts'
import { Time } from './shapes.ts'

const list = createRoute({
  method: 'get',
  path: '/tasks/{id}/history',
  tags: ['Tasks'],
  summary: "What the task's client wrote before the number was connected, as the phone app handed it over (M4)",
  description: 'Of no task: it stands above the feed, and counts for nothing.',
  request: { params: IdPath, query: PageQuery },
  responses: {
    200: answer(
      'A page, the newest first',
      pageOf(Imported).extend({
        count: z.number().int().openapi({ description: 'Of all pages' }),
        from: Time.nullable().openapi({ description: 'Of the oldest message; null: there is none' }),
        to: Time.nullable().openapi({ description: 'Of the newest message' }),
      }),
    ),
    ...refusals(400, 401, 404),
  },
})

/** Imported history, for whoever may see the task. */
export function taskHistoryRoutes({ database: { db } }: HttpDeps): Routes {
  return newRoutes().openapi(list, async (c) => {
    const id = asId<TaskId>(c.req.valid('param').id, 'The task')
    const query = c.req.valid('query')
    const history = await historyOfTask(db, c.get('principal'), id, historyPage(query))
    if (!history) throw notFound('The task')
    const { messages, count, from, to } = history
    const page = importedPage(messages, query.limit, languageOf(c))
    return c.json({ ...page, count, from: from?.toISOString() ?? null, to: to?.toISOString() ?? null }, 200)
  })
}
