import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimAttempt, recordAccepted } from '../../../src/store/sends/ledger.ts'
import { loadSendOrder } from '../../../src/store/sends/send-order.ts'
import { tell } from '../../bulk/story.ts'
import type { Command } from '../../domain/bulk/reference-model.ts'
import { type House, openHouse, wamid } from '../../kit/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const CLIENTS = ['anna', 'boris', 'clara', 'dan']
const START = Date.parse('2026-01-31T10:00:00.000Z')

const mailing = (does: 'echo' | 'send', to: number): Command[] =>
  CLIENTS.slice(0, to).map((conversation, n) => ({
    do: does,
    id: `${does}${to}${n}`,
    type: 'sale',
    conversation,
    at: START + n * 1_000,
  }))

/** Of the channel that was made last: how many conversations have a newest message. */
async function withMessage(): Promise<number> {
  const { rows } = await house.database.pool.query<{ count: number }>(
    `select count(*)::int as count from conversations where last_message_at is not null
      and channel_id = (select id from channels order by created_at desc, id desc limit 1)`,
  )
  return rows[0]?.count ?? 0
}

/** The provider takes every message that waits to leave. */
async function sendAll(): Promise<void> {
  const { db } = house.database
  const channel = await db
    .selectFrom('channels')
    .select('id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  // The mailing's deliveries are stored as sent: as they were a moment before.
  const queued = await db
    .updateTable('deliveries')
    .set({ state: 'queued', rank: 0, provider_message_id: null })
    .where('channel_id', '=', channel.id)
    .returning('id')
    .execute()
  expect(queued.length).toBeGreaterThan(0)
  for (const { id } of queued) {
    const order = await loadSendOrder(db, id)
    if (!order) throw new Error('no order')
    const claim = await claimAttempt(house.database, order, 'test')
    if (claim.claim !== 'made') throw new Error('not claimed')
    const providerMessageId = wamid(`wamid.${id}`)
    await recordAccepted(house.database, order, claim.attempt, { providerMessageId, identities: [] })
  }
}

describe('the newest message, which silence is counted from', () => {
  it.each([
    ['three echoes are messages', 3, 3],
    ['four echoes are a mailing: those that were shown are folded back', 4, 0],
  ])('%s', async (_, to, expected) => {
    await tell(house, CLIENTS, mailing('echo', to))
    expect(await withMessage()).toBe(expected)
  })

  it.each([
    ['three messages of the API are', 3, 3],
    ['four are a mailing', 4, 0],
  ])('%s, once the provider has them', async (_, to, expected) => {
    await tell(house, CLIENTS, mailing('send', to))
    expect(await withMessage()).toBe(0)
    await sendAll()
    expect(await withMessage()).toBe(expected)
  })

  it('is a client’s reply to a mailing', async () => {
    const reply: Command = { do: 'reply', id: 'reply', conversation: 'anna', at: START + 60_000 }
    await tell(house, CLIENTS, [...mailing('echo', 4), reply])
    expect(await withMessage()).toBe(1)
  })
})
