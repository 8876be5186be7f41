import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationId, DeadLetterId } from '../../src/domain/ids.ts'
import { metricsPage } from '../../src/observability/metrics-page.ts'
import { startMetricsServer } from '../../src/observability/metrics-server.ts'
import { openDatabase } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { readQueues, WATCHED_QUEUES } from '../../src/store/watch/read-queues.ts'
import { addConversation, type House, openHouse, receive } from '../kit/house.ts'
import { type Scraped, scrape } from './prometheus-text.ts'

let house: House
let conversation: ConversationId
const logged: unknown[] = []
const log = { warn: (...words: unknown[]) => void logged.push(words), info: () => undefined }
beforeAll(async () => {
  house = await openHouse()
  conversation = await addConversation(house)
})
afterAll(() => house.close())

/** Runs a statement of the test's own; `$1` is the conversation, `$2` the channel where they are wanted. */
const run = (text: string, values: unknown[] = []) => house.database.pool.query(text, values)
const queue = async (name: string) => (await readQueues(house.database.db)).sizes.find((one) => one.name === name)

async function addDelivery(state: string, more: { parked?: string; age?: string; holdUntil?: string } = {}) {
  const comment = randomUUID()
  await run(
    `insert into comments (id, conversation_id, channel_id, author_kind, author_name, kind, data)
     values ($1, $2, $3, 'employee', 'Olga', 'text', '{}')`,
    [comment, conversation, house.channel],
  )
  await run(
    `insert into deliveries (id, comment_id, conversation_id, channel_id, state, body, parked, hold_until, queued_at)
     values ($1, $2, $3, $4, $5, '{"kind":"text","text":"x"}', $6, $7::timestamptz, now() - $8::interval)`,
    [
      randomUUID(),
      comment,
      conversation,
      house.channel,
      state,
      more.parked ?? null,
      more.holdUntil ?? null,
      more.age ?? '0',
    ],
  )
}

describe('what waits', () => {
  beforeEach(async () => {
    await run('delete from deliveries')
    await run('update conversations set worked_seq = last_seq, nudges = 0, quiet = false')
  })

  it('is nothing in a house where all is done', async () => {
    const { sizes } = await readQueues(house.database.db)
    expect(sizes.map(({ name }) => name)).toEqual([...WATCHED_QUEUES])
    expect(sizes.filter(({ items, oldest }) => items !== 0 || oldest !== null)).toEqual([])
  })

  it('counts inbound events and the age of the first, also where newer ones keep coming', async () => {
    await receive(house.database, conversation)
    await receive(house.database, conversation)
    await run(`update conversation_events set received_at = now() - interval '5 minutes'
      where (conversation_id, seq) in (select id, worked_seq + 1 from conversations)`)
    await run('update conversations set due_at = now()')
    const waiting = await queue('inbound_events')
    expect(waiting?.items).toBe(2)
    expect(waiting?.oldest).toBeGreaterThanOrEqual(300)
    expect(waiting?.oldest).toBeLessThan(330)
    expect((await queue('inbound_events_quiet'))?.items).toBe(0)

    await run('update conversations set quiet = true')
    expect([(await queue('inbound_events'))?.items, (await queue('inbound_events_quiet'))?.items]).toEqual([0, 2])
  })

  it('tells conversations whose workflow does not answer from those that are only late', async () => {
    await receive(house.database, conversation)
    await run('update conversations set nudges = 2')
    expect((await queue('conversations_unanswered'))?.items).toBe(0)
    await run('update conversations set nudges = 3')
    expect((await queue('conversations_unanswered'))?.items).toBe(1)
  })

  it('counts deliveries by what they wait for, and by age', async () => {
    await addDelivery('queued')
    await addDelivery('queued', { age: '2 minutes' })
    await addDelivery('queued', { parked: 'channel_down', age: '2 hours' })
    await addDelivery('queued', { holdUntil: '2099-01-01' })
    await addDelivery('sending')
    await addDelivery('unknown', { age: '2 days' })
    await addDelivery('sent', { age: '2 days' })
    await addDelivery('failed', { age: '2 days' })
    const { sizes, deliveryAges } = await readQueues(house.database.db)
    const of = (name: string) => sizes.find((one) => one.name === name)?.items
    expect(['pending', 'parked', 'undoable', 'sending', 'unknown'].map((state) => of(`deliveries_${state}`))).toEqual([
      2, 1, 1, 1, 1,
    ])
    expect(sizes.find(({ name }) => name === 'deliveries_unknown')?.oldest).toBeGreaterThanOrEqual(2 * 86_400)
    const older = (state: string) =>
      deliveryAges.filter((one) => one.state === state).toSorted((a, b) => a.olderThan - b.olderThan)
    expect(older('pending').map(({ olderThan, items }) => [olderThan, items])).toEqual([
      [60, 1],
      [600, 0],
      [3_600, 0],
      [86_400, 0],
    ])
    expect(older('parked').map(({ items }) => items)).toEqual([1, 1, 1, 0])
    expect(older('unknown').map(({ items }) => items)).toEqual([1, 1, 1, 1])
  })
})

it('counts holds, those that should have ended, dead letters, files and webhooks out', async () => {
  const hold = (until: string) =>
    run(
      `insert into outgoing_messages (id, channel_id, conversation_id, fingerprint, at, state, hold_until)
       values ($1, $2, $3, 'f', now(), 'held', now() + $4::interval)`,
      [randomUUID(), house.channel, conversation, until],
    )
  await hold('1 month')
  await hold('-10 minutes')
  await house.database.db
    .insertInto('dead_letters')
    .values({ id: newId<DeadLetterId>(), channel_id: house.channel, path: '$', reason: 'not_json', detail: 'x' })
    .execute()
  await run(
    `insert into attachments (id, channel_id, name, mime, state, provider_media_id, created_at)
     values ($1, $2, 'a', 'image/png', 'pending', 'm', now() - interval '1 hour')`,
    [randomUUID(), house.channel],
  )
  const webhook = randomUUID()
  await run(
    `insert into webhooks (id, name, url, events, secret) values ($1, 'w', 'https://example.test', '{}', '\\x00')`,
    [webhook],
  )
  await run(
    `insert into webhook_deliveries (id, webhook_id, event, body, next_at)
     values ($1, $2, 'task.created', '{}', now() - interval '20 minutes')`,
    [randomUUID(), webhook],
  )
  const { sizes, channels } = await readQueues(house.database.db)
  const of = (name: string) => sizes.find((one) => one.name === name)
  expect(of('holds')).toMatchObject({ items: 2, oldest: null })
  expect(of('holds_overdue')?.items).toBe(1)
  expect(of('holds_overdue')?.oldest).toBeGreaterThanOrEqual(600)
  expect(of('dead_letters')?.items).toBe(1)
  expect(of('files_to_fetch')?.items).toBe(1)
  expect(of('files_to_fetch')?.oldest).toBeGreaterThanOrEqual(3_600)
  expect(of('webhooks_out')?.items).toBe(1)
  expect(of('webhooks_out')?.oldest).toBeGreaterThanOrEqual(1_200)
  expect(channels).toEqual([{ state: 'connected', items: 1 }])

  await run(`update webhooks set state = 'disabled'`)
  expect((await queue('webhooks_out'))?.items).toBe(0)
})

it('counts campaigns: who is still to be written to while one runs, and whose workflow has not heard', async () => {
  const campaign = randomUUID()
  await run(
    `insert into campaigns (id, channel_id, name, state, template, created_by_name, changed_at, heard_at)
     values ($1, $2, 'News', 'running', '{}', 'Olga', now() - interval '1 minute', now())`,
    [campaign, house.channel],
  )
  await run(
    `insert into campaign_recipients (campaign_id, ordinal, phone, state)
     select $1, n, n::text, case when n <= 3 then 'queued' else 'excluded' end from generate_series(1, 5) n`,
    [campaign],
  )
  expect((await queue('campaign_recipients'))?.items).toBe(3)
  expect((await queue('campaigns_unheard'))?.items).toBe(0)
  await run(`update campaigns set heard_at = now() - interval '2 minutes'`)
  expect((await queue('campaigns_unheard'))?.items).toBe(1)
  await run(`update campaigns set state = 'paused', heard_at = now()`)
  expect([(await queue('campaign_recipients'))?.items, (await queue('campaigns_unheard'))?.items]).toEqual([0, 0])
})

describe('the page', () => {
  const serving = async (
    url: string,
    work: (address: string, database: ReturnType<typeof openDatabase>) => Promise<void>,
  ) => {
    const database = openDatabase(url, { maxConnections: 2 })
    const server = await startMetricsServer(metricsPage({ database, log }, { queues: true }), 0, log)
    try {
      await work(`http://127.0.0.1:${server?.port}/metrics`, database)
    } finally {
      await server?.stop()
      await database.close()
    }
  }
  const labelled = (page: Scraped, name: string) => page.samples.filter((one) => one.name === name)

  it('asks the database once for several scrapes at a time', () =>
    serving(house.database.pool.options.connectionString ?? '', async (address, database) => {
      let transactions = 0
      database.pool.on('acquire', () => {
        transactions += 1
      })
      const pages = await Promise.all([1, 2, 3, 4].map(() => scrape(address)))
      await scrape(address)
      expect(transactions).toBe(1)
      for (const page of pages) {
        expect(labelled(page, 'parley_queue_items').map(({ labels }) => labels.queue)).toEqual([...WATCHED_QUEUES])
        expect(page.value('parley_queues_known')).toBe(1)
      }
      expect((await scrape(address)).value('parley_database_connections_most')).toBe(2)
    }))

  it('has everything else while the database is away, and says so', () =>
    serving('postgres://nobody@127.0.0.1:1/nowhere', async (address) => {
      logged.length = 0
      const page = await scrape(address)
      expect(page.value('parley_queues_known')).toBe(0)
      expect(labelled(page, 'parley_queue_items')).toEqual([])
      expect(page.value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
      expect(logged).toHaveLength(1)
    }))

  it('does not wait for a database that is stuck', async () => {
    const locker = await house.database.pool.connect()
    await locker.query('begin; lock table channels in access exclusive mode')
    try {
      await serving(house.database.pool.options.connectionString ?? '', async (address) => {
        const started = performance.now()
        expect((await scrape(address)).value('parley_queues_known')).toBe(0)
        expect(performance.now() - started).toBeLessThan(10_000)
      })
    } finally {
      await locker.query('rollback')
      locker.release()
    }
    await serving(house.database.pool.options.connectionString ?? '', async (address) => {
      expect((await scrape(address)).value('parley_queues_known')).toBe(1)
    })
  })

  it('is at /metrics alone', () =>
    serving(house.database.pool.options.connectionString ?? '', async (address) => {
      expect((await fetch(address.replace('/metrics', '/'))).status).toBe(404)
      expect((await fetch(address, { method: 'POST' })).status).toBe(405)
    }))

  it('stops nobody where its port is taken', () =>
    serving(house.database.pool.options.connectionString ?? '', async (address, database) => {
      logged.length = 0
      const page = metricsPage({ database, log }, { queues: false })
      expect(await startMetricsServer(page, Number(new URL(address).port), log)).toBeNull()
      expect(logged).toHaveLength(1)
    }))
})
