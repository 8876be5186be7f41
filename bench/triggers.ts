/**
 * What an event costs when many scenarios are published: an inbound message in an open conversation, worked off in
 * PostgreSQL as a worker does, with 0, 1, 100 and 1,000 of them. Once they listen to other events (found by the event's
 * kind, so the cost should stay flat), once they all listen to this one and their conditions do not hold.
 */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { capabilitiesOf } from '../src/channels/registry.ts'
import type { ConversationId, ProviderMessageId } from '../src/domain/ids.ts'
import type { EventName } from '../src/domain/scenario/document/events.ts'
import { readDocument } from '../src/domain/scenario/document/read-document.ts'
import { appendEvent, lockConversation } from '../src/store/conversation-events.ts'
import { inTransaction } from '../src/store/database.ts'
import { newId } from '../src/store/new-id.ts'
import { workEvents } from '../src/store/steps/work-events.ts'
import { type BenchHouse, openBenchHouse } from './kit/house.ts'
import { median, percentile, printTable } from './kit/machine.ts'

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 300)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const COUNTS = [0, 1, 100, 1_000]
const OTHER: EventName[] = [
  'task.created',
  'comment.added',
  'task.assigned',
  'message.edited',
  'bulk.replied',
  'task.reopened',
]

const house = await openBenchHouse()
try {
  const conversation = await openConversation(house)
  await measure(conversation)
  const rows: Record<string, string>[] = []
  let floor = Number.NaN
  for (const listens of ['other events', 'the same event'] as const) {
    for (const count of COUNTS) {
      if (count === 0 && listens === 'the same event') continue
      await publish(house, count, (n) =>
        listens === 'the same event' ? 'message.received' : (OTHER[n % OTHER.length] as EventName),
      )
      const times: number[] = []
      for (let round = 0; round < ROUNDS; round++) times.push(...(await measure(conversation)))
      const p50 = median(times)
      if (count === 0) floor = p50
      rows.push({
        published: String(count),
        'they listen to': count === 0 ? '' : listens,
        'step p50 ms': p50.toFixed(2),
        'step p95 ms': percentile(times, 0.95).toFixed(2),
        'to none': (p50 / floor).toFixed(2),
        'µs per scenario': count === 0 ? '' : (((p50 - floor) / count) * 1_000).toFixed(1),
      })
    }
  }
  printTable(`One inbound message worked off, ${MESSAGES * ROUNDS} of them for each line`, rows)
} finally {
  await house.close()
}

/** A conversation with a task, that no workflow looks after. */
async function openConversation({ database, channelId }: BenchHouse): Promise<ConversationId> {
  const id = newId<ConversationId>()
  await sql`insert into conversations (id, channel_id) values (${id}, ${channelId})`.execute(database.db)
  await sql`
    insert into identities (id, channel_id, kind, value, conversation_id)
    values (gen_random_uuid(), ${channelId}, 'wa_id', '16505550199', ${id})`.execute(database.db)
  return id
}

async function publish({ database }: BenchHouse, count: number, eventOf: (n: number) => EventName): Promise<void> {
  await inTransaction(database.db, async (tx) => {
    await tx.deleteFrom('scenario_triggers').execute()
    for (let n = 0; n < count; n++) {
      const key = `bench-${randomUUID()}`
      const event = eventOf(n)
      const read = readDocument({
        id: key,
        name: key,
        trigger: {
          event,
          when: {
            all: [
              { field: 'channel.kind', is: 'whatsapp' },
              {
                any: [
                  { field: 'event.text', matches: `(?i)(^|\\P{L})word${n}(\\P{L}|$)` },
                  { field: 'contact.tags', contains: `tag${n}` },
                ],
              },
            ],
          },
        },
        steps: [{ id: 'mark', tag: `seen${n}` }],
      })
      if (!read.ok) throw new Error(JSON.stringify(read.problems))
      const { id } = await tx
        .insertInto('scenarios')
        .values({
          id: newId(),
          key,
          kind: 'scenario',
          name: key,
          draft: read.canonical,
          draft_format: 'json',
          published_version: 1,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      await tx
        .insertInto('scenario_versions')
        .values({ scenario_id: id, version: 1, document: read.canonical, sha256: key, in_flight: 'pin' })
        .execute()
      await tx.insertInto('scenario_triggers').values({ scenario_id: id, version: 1, event, priority: 0 }).execute()
    }
    await sql`update scenario_catalogue set version = version + 1`.execute(tx)
  })
}

/** @returns for each message: milliseconds of its step */
async function measure(conversationId: ConversationId): Promise<number[]> {
  const { database } = house
  const times: number[] = []
  for (let n = 0; n < MESSAGES; n++) {
    const upTo = await inTransaction(database.db, async (tx) => {
      await lockConversation(tx, conversationId)
      return appendEvent(
        tx,
        conversationId,
        {
          kind: 'message.received',
          message: {
            id: `wamid.${randomUUID()}` as ProviderMessageId,
            content: { kind: 'text', text: 'Does it come in another colour?', data: {}, media: null },
            context: { quoted: null, forwarded: 'no', referral: null, product: null },
          },
          profile: { name: 'Bench', username: null },
        },
        { at: new Date() },
      )
    })
    const began = performance.now()
    await workEvents(database, { conversationId, after: upTo - 1, upTo }, capabilitiesOf)
    times.push(performance.now() - began)
  }
  return times
}
