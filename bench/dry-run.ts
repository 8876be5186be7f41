/**
 * A dry run over 100,000 recorded events: of tapes in memory, the work of the interpreter alone; and from PostgreSQL, beside
 * the floor: the same tapes read and parsed, and nothing done with them.
 */
import { sql } from 'kysely'
import type { ConversationEvent } from '../src/domain/conversation-event.ts'
import type { ConversationId, ScenarioId } from '../src/domain/ids.ts'
import { readDocument } from '../src/domain/scenario/document/read-document.ts'
import { dryRun } from '../src/domain/scenario/dry-run/dry-run.ts'
import type { Frame, Tape, TapeEvent } from '../src/domain/scenario/dry-run/tape.ts'
import type { Happening } from '../src/domain/scenario/engine/happening.ts'
import { dryRunScenario } from '../src/store/scenarios/dry-run/dry-run-scenario.ts'
import { loadTapes, nextConversations } from '../src/store/scenarios/dry-run/load-tapes.ts'
import { openBenchHouse } from './kit/house.ts'
import { printTable } from './kit/machine.ts'

const EVENTS = Number(process.env.BENCH_EVENTS ?? 100_000)
const IN_ONE = 50
const HOUR = 3_600_000
const BEGAN = Date.parse('2026-01-01T00:00:00Z')

const DOCUMENT = `
id: bench-reply
name: Answers and reminds
trigger: { event: message.received, when: { all: [ { field: event.text, contains: price }, { field: contact.tags, contains: client } ] } }
steps:
  - { id: s1, sendText: { text: 'Hello {{ contact.firstName }}, the list is on its way' } }
  - { id: s2, tag: asked }
  - id: w
    wait: { for: [message.received], timeout: 2d }
    onTimeout: [ { id: n, comment: { text: 'No answer' } } ]
`
const read = readDocument(DOCUMENT)
if (!read.ok) throw new Error(JSON.stringify(read.problems))
const { document } = read

/** One in ten asks for the price. */
const textOf = (n: number) => (n % 10 === 0 ? 'What is the price of this?' : 'Thank you, that is fine for me')
const frame = (conversation: string, at: number): Frame => ({
  after: null,
  contact: {
    id: 'c',
    name: 'Ann Example',
    phone: '+15550100',
    fields: { city: 'Riga', since: '2024' },
    tags: ['client', 'north'],
    optedOut: false,
  },
  channel: { id: 'ch', name: 'Shop', provider: 'whatsapp-cloud' },
  conversation: { id: conversation, lastInAt: new Date(at).toISOString(), lastOutAt: null, lastAuthor: 'contact' },
  task: null,
})
const happening = (n: number): Happening => ({
  name: 'message.received',
  data: { kind: 'text', text: textOf(n), buttonPayload: null, hasFile: false, isReply: false, reply_to_bulk: null },
  comment: null,
  cause: null,
})
const payload = (n: number): ConversationEvent => ({
  kind: 'message.received',
  message: {
    id: `wamid.${n}` as never,
    content: { kind: 'text', text: textOf(n), data: {}, media: null },
    context: { quoted: null, forwarded: 'no', referral: null, product: null },
  },
  profile: { name: 'Ann Example', username: null },
})
const eventOf = (conversation: string, n: number): TapeEvent => {
  const at = BEGAN + n * HOUR
  return {
    seq: n + 1,
    payload: payload(n),
    at,
    receivedAt: at,
    happened: [happening(n)],
    frames: [frame(conversation, at)],
  }
}
const tapeOf = (conversation: string): Tape => ({
  conversation,
  events: Array.from({ length: IN_ONE }, (_, n) => eventOf(conversation, n)),
  runs: [],
  decisions: [],
  deliveries: new Map(),
  hasOlderRuns: false,
})

const rows: { what: string; events: number; 'events/s': string; 'events/CPU s': string }[] = []
async function measure(what: string, work: () => Promise<number>): Promise<void> {
  const began = performance.now()
  const used = process.cpuUsage()
  const events = await work()
  const { user, system } = process.cpuUsage(used)
  const per = (milliseconds: number) => (events / (milliseconds / 1000)).toFixed(0)
  rows.push({ what, events, 'events/s': per(performance.now() - began), 'events/CPU s': per((user + system) / 1000) })
}

const inMemory = async (count: number) => {
  let runs = 0
  for (let n = 0; n < count / IN_ONE; n++) {
    const played = await dryRun(tapeOf(`conversation-${n}`), {
      scenario: { id: 'bench' as ScenarioId, key: document.id, version: 0, document, priority: 0 },
      documents: { version: () => null, published: () => null },
      calendars: {},
      timeZone: 'UTC',
      locale: 'en',
      replyWindowHours: () => 24,
      until: BEGAN + 90 * 24 * HOUR,
    })
    runs += played.runs.length
  }
  if (runs === 0) throw new Error('nothing ran')
  return count
}
await inMemory(5_000)
await measure('tapes in memory', () => inMemory(EVENTS))

if (!process.env.BENCH_MEMORY_ONLY) {
  const house = await openBenchHouse()
  try {
    await fill(house.database.db, house.channelId)
    const { database } = house
    const stretch = { from: new Date(BEGAN), to: new Date(BEGAN + 90 * 24 * HOUR), conversations: null, channels: null }
    const floor = async () => {
      let events = 0
      for (let after: ConversationId | null = null; ; ) {
        const ids: ConversationId[] = await nextConversations(database.db, stretch, { after, limit: 20 })
        const tapes = ids.length > 0 ? await loadTapes(database.db, ids, stretch, null) : []
        events += tapes.reduce((sum, tape) => sum + tape.events.length, 0)
        after = ids.at(-1) ?? null
        if (ids.length < 20) return events
      }
    }
    const tested = { id: null, document, version: 0 }
    const everything = async () => {
      let events = 0
      let after: ConversationId | null = null
      do {
        const report = await dryRunScenario(database, tested, stretch, {
          after,
          rulesOf: (() => ({ replyWindowHours: 24 })) as never,
        })
        events += report.events
        after = report.next
      } while (after !== null)
      return events
    }
    await measure('floor: read from PostgreSQL', floor)
    await measure('from PostgreSQL, with reports', everything)
  } finally {
    await house.close()
  }
}
printTable('Dry run: recorded events played per second, one scenario', rows)

async function fill(db: Parameters<typeof loadTapes>[0], channel: string): Promise<void> {
  const conversations = Math.round(EVENTS / IN_ONE)
  const events = Array.from({ length: IN_ONE }, (_, n) => {
    const { seq, at, happened, frames } = eventOf('bench', n)
    return { seq, at: new Date(at).toISOString(), payload: payload(n), happened, frames }
  })
  await sql`
    with client as materialized (select gen_random_uuid() as id from generate_series(1, ${conversations}::int)),
    event as materialized (select * from jsonb_to_recordset(${JSON.stringify(events)}::jsonb)
      as e (seq bigint, at timestamptz, payload jsonb, happened jsonb, frames jsonb)),
    opened as (
      insert into conversations (id, channel_id, last_seq, worked_seq) select id, ${channel}, ${IN_ONE}, ${IN_ONE} from client
    ), recorded as (
      insert into conversation_events (conversation_id, seq, channel_id, kind, payload, provider_at, received_at, worked_at)
      select c.id, e.seq, ${channel}, 'message.received', e.payload, e.at, e.at, e.at from client c, event e
    )
    insert into event_snapshots (conversation_id, seq, at, happened, frames)
    select c.id, e.seq, e.at, e.happened, e.frames from client c, event e`.execute(db)
  await sql`analyze`.execute(db)
}
