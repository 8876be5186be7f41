import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { type Answer, type Flood, mostMemory, openFlood, textWebhook } from '../kit/flood.ts'
import { APP_SECRET, openProcessHouse, PHONE_NUMBER_ID, type ProcessHouse } from '../kit/process-house.ts'
import { limitMemory, type MemoryLimit } from './memory-limit.ts'
import { databaseUrlOf, type ParleyProcess, publicUrlOf, startParley } from './parley-process.ts'
import { sizeOf } from './sizes.ts'

/** After an outage a provider sends everything at once (F20): real processes, and every webhook is answered for. */
const AT_ONCE = sizeOf(2_000, 600)
/** First messages, so many that a quarter of them takes longer than a message that does not wait for them. */
const FIRST = sizeOf(2_000, 1_200)
/** Of the same clients: conversations that are open already, and new ones. */
const CLIENTS = AT_ONCE / 5
const MOST = 512 * 1024 * 1024
const QUIET_NUMBER = '106540352249999'

let house: ProcessHouse
let url: string
let port: number
let flood: Flood
/** Server and worker, each held to its memory where this machine has control groups. */
const running: ParleyProcess[] = []
const limits: MemoryLimit[] = []
beforeAll(async () => {
  house = await openProcessHouse()
  const address = await publicUrlOf(house)
  url = address.publicUrl
  port = address.port
  for (const program of ['server', 'worker'] as const) {
    const limit = await limitMemory(`parley-overload-${program}-${process.pid}`, MOST)
    if (limit) limits.push(limit)
    running.push(startParley(house, program, { ...address, ...(limit && { inside: limit.inside }) }))
  }
  await isWell()
  flood = await openFlood(port, AT_ONCE)
}, 180_000)
afterAll(async () => {
  flood.close()
  await Promise.all(running.map((one) => one.stop()))
  for (const limit of limits) await limit.remove()
  await house.close()
}, 60_000)

interface Sent {
  id: string
  request: Buffer
}

interface Sender {
  channel?: string
  phoneNumberId?: string
  /** by the number of the message */
  from?: (n: number) => string
}

/** Signed webhooks, each with one message whose text is its id. */
const messages = (
  name: string,
  count: number,
  { channel = house.channelId, phoneNumberId = PHONE_NUMBER_ID, from = oneOfTheClients }: Sender = {},
): Sent[] =>
  Array.from({ length: count }, (_, n) => {
    const id = `wamid.${name}-${n}`
    const path = `/webhooks/${channel}`
    return { id, request: textWebhook({ path, appSecret: APP_SECRET, phoneNumberId, from: from(n), id, text: id }) }
  })
const oneOfTheClients = (n: number) => `1650${String(n % CLIENTS).padStart(7, '0')}`

/** How often each message stands in a feed. */
async function inFeeds(name: string): Promise<Map<string, number>> {
  const { rows } = await house.database.pool.query<{ text: string; n: number }>(
    `select text, count(*)::int as n from comments where text like $1 group by text`,
    [`wamid.${name}-%`],
  )
  return new Map(rows.map(({ text, n }) => [text, n]))
}

const stored = async (name: string): Promise<Set<string>> => {
  const { rows } = await house.database.pool.query<{ id: string }>(
    `select payload -> 'message' ->> 'id' as id from conversation_events where payload -> 'message' ->> 'id' like $1`,
    [`wamid.${name}-%`],
  )
  return new Set(rows.map(({ id }) => id))
}

const withStatus = (sent: readonly Sent[], answers: readonly Answer[], status: number) =>
  sent.filter((_, n) => answers[n]?.status === status)

/** Nothing waits any more, for the engine or for a step. */
const isDrained = (name: string, expected: number) =>
  eventually(async () => {
    const feeds = await inFeeds(name)
    expect([feeds.size, [...feeds.values()].filter((n) => n !== 1)]).toEqual([expected, []])
    const { rows } = await house.database.pool.query<{ n: number }>(
      'select count(*)::int as n from conversations where worked_seq < last_seq',
    )
    expect(rows[0]?.n).toBe(0)
  }, 240_000)

const isWell = () =>
  eventually(async () => {
    const ready = await fetch(`${url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ status: 'ready', missing: [] })])
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toMatch(/^parley_signals_waiting 0$/m)
    expect(metrics).toMatch(/^parley_webhooks_waiting 0$/m)
  }, 60_000)

describe(`${AT_ONCE} webhooks at once`, () => {
  it('are each stored and shown once where they were answered 200; memory stays bounded, everything drains', async () => {
    const sent = messages('flood', AT_ONCE)
    const answers = await flood.send(sent.map(({ request }) => request))
    const taken = withStatus(sent, answers, 200)
    const refused = withStatus(sent, answers, 503)
    expect(taken.length + refused.length).toBe(AT_ONCE)
    // Stored by the time of the answer, not later.
    const kept = await stored('flood')
    expect(taken.filter(({ id }) => !kept.has(id))).toEqual([])
    for (let left = refused; left.length > 0; ) {
      const again = await flood.send(left.map(({ request }) => request))
      left = left.filter((_, n) => again[n]?.status !== 200)
    }
    await isDrained('flood', AT_ONCE)
    await isWell()
    expect(running.map((one) => one.ended())).toEqual([false, false])
    const most = running.map(({ pid }) => Math.round(mostMemory(pid)))
    console.log(`F20: ${taken.length} taken at once, ${refused.length} told to come again; at most ${most} MB`)
  }, 300_000)

  it('never hear 200 for what is not stored, while the database stands still in between', async () => {
    const holder = new Client(databaseUrlOf(house))
    holder.on('error', () => undefined)
    await holder.connect()
    const sent = messages('blocked', AT_ONCE)
    let refusals = 0
    let answering: Promise<Answer[]>
    try {
      await holder.query('begin; lock table conversation_events in access exclusive mode')
      answering = flood.send(
        sent.map(({ request }) => request),
        ({ status }) => {
          if (status === 503) refusals += 1
        },
      )
      // It lets go once somebody was told to come again: the rest of them meet a database that works.
      await eventually(async () => expect(refusals).toBeGreaterThan(0), 30_000)
    } finally {
      await holder.end()
    }
    const answers = await answering
    const taken = withStatus(sent, answers, 200)
    const refused = withStatus(sent, answers, 503)
    expect(taken.length + refused.length).toBe(AT_ONCE)
    expect(refused.length).toBeGreaterThan(0)
    const kept = await stored('blocked')
    expect(taken.filter(({ id }) => !kept.has(id))).toEqual([])
    for (let left = refused; left.length > 0; ) {
      const again = await flood.send(left.map(({ request }) => request))
      left = left.filter((_, n) => again[n]?.status !== 200)
    }
    await isDrained('blocked', AT_ONCE)
    await isWell()
  }, 300_000)
})

describe('a channel that is flooded', () => {
  it("does not delay another channel's message: it is in its feed while most of the flood still waits", async () => {
    const created = await fetch(`${url}/api/channels`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        provider: 'whatsapp-cloud',
        name: 'Quiet',
        phoneNumberId: QUIET_NUMBER,
        wabaId: '102290129340398',
        accessToken: 'token-of-the-test',
        appSecret: APP_SECRET,
        verifyToken: 'verify-me',
        graphUrl: `${house.simulatorUrl}/graph`,
      }),
    })
    expect(created.status).toBe(201)
    const { id: channel } = (await created.json()) as { id: string }
    // First messages, each of a client of its own: the dearest ones.
    const sent = messages('first', FIRST, { from: (n) => `1660${String(n).padStart(7, '0')}` })
    const flooding = flood.send(sent.map(({ request }) => request))
    await eventually(async () => expect((await stored('first')).size).toBeGreaterThan(0))
    const other = await openFlood(port, 1)
    const quiet = messages('quiet', 1, {
      channel,
      phoneNumberId: QUIET_NUMBER,
      from: () => '16705550001',
    })
    expect(await other.send(quiet.map(({ request }) => request))).toMatchObject([{ status: 200 }])
    await eventually(async () => expect((await inFeeds('quiet')).size).toBe(1), 120_000)
    const before = (await inFeeds('first')).size
    other.close()
    console.log(`F20: another channel's message was in its feed after ${before} of ${FIRST} of the flood`)
    expect(before).toBeLessThan(FIRST / 4)
    const answers = await flooding
    expect(withStatus(sent, answers, 200)).toHaveLength(FIRST)
    await isDrained('first', FIRST)
  }, 300_000)
})
