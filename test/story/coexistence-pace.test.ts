import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { perSecond } from '../../src/domain/pacing.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { channelPace } from '../../src/store/sends/pace.ts'
import { until } from '../dev/simulator/harness.ts'
import { openParley, type Parley } from '../dev/simulator/played.ts'
import { setScene } from '../dev/simulator/scene.ts'
import { secrets } from '../kit/house.ts'

/** A number that the phone app uses, too, sends at most 20 messages a second (M4): of the worker's own sends. */
let parley: Parley
beforeAll(async () => {
  parley = await openParley()
})
afterAll(() => parley.close())

/** A number with somebody to answer. */
async function number(more: string): Promise<ChannelId> {
  const { channel, write } = await setScene(parley, 'whatsapp-cloud')
  await write({ text: 'Hello' })
  await until(async () => expect(await parley.heard(channel)).toHaveLength(1))
  await parley.database.pool.query(`update channels set ${more} where id = $1`, [channel])
  channelCache(parley.database, secrets).forget()
  return channel
}

/** By how many milliseconds one message moves the moment at which the next may leave. */
async function step(channel: ChannelId): Promise<number> {
  const key = channelPace(channel)
  // A place that is still a little ahead, so that the clock plays no part in the sum.
  const ahead = await parley.database.pool.query<{ at: string }>(
    // As text: a Date knows no microseconds.
    `insert into send_pace (key, next_at) values ($1, now() + interval '2 seconds') returning next_at::text as at`,
    [key],
  )
  await parley.answer(channel, { kind: 'text', text: 'Hello to you' }, { now: 'again', afterMs: expect.any(Number) })
  const { rows } = await parley.database.pool.query<{ ms: number }>(
    'select extract(epoch from next_at - $2::timestamptz)::float8 * 1000 as ms from send_pace where key = $1',
    [key, ahead.rows[0]?.at],
  )
  return rows[0]?.ms ?? 0
}

it.each([
  ['shared with the phone app: 20', 'coexistence = true', 20],
  ['of Meta alone: 80', 'coexistence = false', 80],
  ['that somebody has set another pace for', 'coexistence = true, messages_per_second = 5', 5],
])('a number %s', async (_name, more, rate) => {
  expect(await step(await number(more))).toBeCloseTo(perSecond(rate).intervalMs, 1)
})
