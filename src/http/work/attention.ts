import { createRoute, z } from '@hono/zod-openapi'
import { countAttention, MOST_COUNTED } from '../../store/attention/count-attention.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { may } from '../permissions.ts'
import { answer, newRoutes, refusals } from '../routes.ts'

const Count = z.number().int().max(MOST_COUNTED)
const Attention = z
  .object({
    unknown: Count.openapi({ description: 'messages of which nobody can say whether they arrived' }),
    failed: Count.openapi({ description: 'messages that failed, and that nobody has looked at' }),
    deadLetters: Count.openapi({ description: '0 for those who may not see them' }),
    blockedRuns: Count,
    channels: Count.openapi({ description: 'disconnected, restricted, or in need of attention' }),
  })
  .openapi('Attention')

const count = createRoute({
  method: 'get',
  path: '/attention',
  tags: ['Attention'],
  summary: `How much waits for a person, of each kind; counted up to ${MOST_COUNTED}`,
  responses: { 200: answer('The counts', Attention), ...refusals(401) },
})

/** What needs a person: numbers for a badge. The things themselves are in their own lists. */
export function attentionRoutes({ database }: HttpDeps): Routes {
  return newRoutes().openapi(count, async (c) => {
    const principal = c.get('principal')
    const reader = {
      channelIds: principal.channelIds,
      seesDeadLetters: may(principal, 'dead_letters.manage'),
      seesHouse: may(principal, 'scenarios.manage'),
    }
    return c.json(await countAttention(database.db, reader), 200)
  })
}
