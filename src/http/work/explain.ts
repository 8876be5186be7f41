import { createRoute, z } from '@hono/zod-openapi'
import type { CommentId, HouseEventId } from '../../domain/ids.ts'
import { explain, explainHouseEvent } from '../../store/scenarios/explain.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { ApiError, notFound } from '../errors.ts'
import { may } from '../permissions.ts'
import { answer, asId, newRoutes, refusals } from '../routes.ts'

const Time = z.date().or(z.string())
const Explanation = z
  .object({
    because: z.array(
      z.object({ scenarioId: z.string(), version: z.number().int(), runId: z.string(), event: z.string(), at: Time }),
    ),
    didNotFire: z.array(
      z.object({
        scenarioId: z.string(),
        version: z.number().int(),
        event: z.string(),
        reason: z.string(),
        condition: z.any().openapi({ description: 'each part with how it came out, and the values that it saw' }),
        at: Time,
      }),
    ),
  })
  .openapi('Explanation')

const why = createRoute({
  method: 'get',
  path: '/explain',
  tags: ['Scenarios'],
  summary: 'Why a scenario did something, or did not',
  request: {
    query: z.strictObject({
      commentId: z.string().max(100).optional(),
      eventId: z
        .string()
        .regex(
          /^([0-9a-f-]{36}\/[0-9]{1,15}|house\/[0-9a-f-]{36})$/i,
          'must be <conversation id>/<number> or house/<id>',
        )
        .optional(),
    }),
  },
  responses: { 200: answer('What led to it, and what did not start', Explanation), ...refusals(400, 401, 404) },
})

/** Why something fired, and why something did not: written down when it happened. */
export function explainRoutes(deps: HttpDeps): Routes {
  return newRoutes().openapi(why, async (c) => {
    const { commentId, eventId } = c.req.valid('query')
    if ((commentId === undefined) === (eventId === undefined)) {
      throw new ApiError(400, 'invalid_request', 'Give either commentId or eventId')
    }
    const [conversation = '', seq = ''] = eventId?.split('/') ?? []
    if (conversation === 'house') {
      const principal = c.get('principal')
      const event = asId<HouseEventId>(seq, 'The event')
      const found = may(principal, 'scenarios.manage')
        ? await explainHouseEvent(deps.database.db, principal, event)
        : null
      if (!found) throw notFound('The event')
      return c.json(found, 200)
    }
    const of =
      commentId === undefined
        ? { conversation: asId<string>(conversation, 'The event'), seq: Number(seq) }
        : { comment: asId<CommentId>(commentId, 'The comment') }
    const found = await explain(deps.database.db, c.get('principal'), of)
    if (!found) throw notFound(commentId === undefined ? 'The event' : 'The comment')
    return c.json(found, 200)
  })
}
