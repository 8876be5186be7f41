import type { ServerResponse } from 'node:http'
import { MockActivityEnvironment } from '@temporalio/testing'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { webhookCalls } from '../../../activities/index.ts'
import type { WebhookId } from '../../../src/domain/ids.ts'
import type { WebhookSlice } from '../../../src/domain/webhook-workflow.ts'
import { channelCache } from '../../../src/store/channels/channel-cache.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { queueTest } from '../../../src/store/webhooks/deliveries.ts'
import { createWebhook } from '../../../src/store/webhooks/subscriptions.ts'
import { addConversation, type House, openHouse, secrets } from '../../kit/house.ts'
import { type OutsideServer, openOutsideServer } from '../../kit/outside-server.ts'

let house: House
const servers: OutsideServer[] = []
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const serve = async (answer: Parameters<typeof openOutsideServer>[0]) => {
  const server = await openOutsideServer(answer)
  servers.push(server)
  return server
}
const subscribe = async (url: string, allowPrivateAddress = true): Promise<WebhookId> =>
  inTransaction(house.database.db, async (tx) => {
    const values = { name: 'Shop', url, events: ['*'], allowPrivateAddress, createdBy: null }
    return (await createWebhook(tx, secrets, values, { kind: 'system', id: null })).row.id
  })
const queue = (id: WebhookId) => inTransaction(house.database.db, (tx) => queueTest(tx, id))
const deliveries = (id: WebhookId) =>
  house.database.db.selectFrom('webhook_deliveries').selectAll().where('webhook_id', '=', id).orderBy('id').execute()

function worker(stopping = new AbortController().signal) {
  const calls = webhookCalls({
    database: house.database,
    channels: channelCache(house.database, secrets),
    secrets,
    files: {
      put: () => Promise.reject(new Error('no files here')),
      open: async () => null,
      head: async () => null,
      copy: async () => false,
      remove: async () => undefined,
      list: async function* () {},
      reach: async () => undefined,
    },
    publicUrl: 'http://127.0.0.1:9',
    log: pino({ level: 'silent' }),
    worker: 'test-worker',
    notifyLive: () => undefined,
    stopping,
  })
  return (id: WebhookId): Promise<WebhookSlice> => new MockActivityEnvironment().run(calls.deliverWebhooks, id)
}

const ends = (response: ServerResponse, status: number): void => void response.writeHead(status).end()

describe('a delivery', () => {
  it.each<[string, Parameters<typeof openOutsideServer>[0], { status: number | null; error: string | RegExp }]>([
    ['an error', (_, response) => ends(response, 500), { status: 500, error: 'HTTP 500' }],
    [
      'a redirect, which is not followed',
      (_, response) => ends(response.setHeader('location', '/elsewhere'), 307),
      { status: 307, error: 'HTTP 307' },
    ],
    [
      'a broken connection',
      (_, response) => void response.socket?.resetAndDestroy(),
      { status: null, error: /^The call failed/ },
    ],
    [
      'half an answer',
      (_, response) =>
        void response.writeHead(200, { 'content-length': '10' }).write('x', 'utf8', () => response.destroy()),
      { status: null, error: /^The call failed/ },
    ],
    [
      'an answer without end',
      (_, response) => void response.writeHead(200).end('x'.repeat(200_000)),
      { status: null, error: /more than/ },
    ],
  ])('that meets %s is tried again', async (_, answer, expected) => {
    const server = await serve(answer)
    const id = await subscribe(server.url)
    await queue(id)
    const { nextInMs } = await worker()(id)
    expect(nextInMs).toBeGreaterThan(0)
    const [delivery] = await deliveries(id)
    expect(delivery).toMatchObject({ state: 'queued', attempts: 1, last_status: expected.status })
    expect(delivery?.last_error).toMatch(expected.error)
    expect(server.calls).toHaveLength(1)
  })

  it('that hangs is given up after 15 seconds, and does not hold up another conversation’s', async () => {
    const server = await serve(({ body }, response) => {
      if (!body.includes('"slow"')) response.writeHead(204).end()
    })
    const id = await subscribe(server.url)
    const quick = await addConversation(house, [{ kind: 'wa_id', value: '16505559101' }])
    await queue(id)
    await queue(id)
    const [slow, other] = await deliveries(id)
    await house.database.pool.query(`update webhook_deliveries set body = '{"slow":1}' where id = $1`, [slow?.id])
    await house.database.pool.query('update webhook_deliveries set conversation_id = $2 where id = $1', [
      other?.id,
      quick,
    ])
    await worker()(id)
    const [first, second] = await deliveries(id)
    expect([first?.state, second?.state]).toEqual(['queued', 'delivered'])
    expect(first?.last_error).toContain('15000 ms')
    expect(Number(second?.ended_at) - Number(second?.created_at)).toBeLessThan(10_000)
  }, 60_000)

  it('goes nowhere private unless that is allowed', async () => {
    const server = await serve((_, response) => ends(response, 200))
    for (const url of [
      `https://127.0.0.1:${server.port}`,
      `https://localhost:${server.port}`,
      'https://169.254.169.254',
    ]) {
      const id = await subscribe(url, false)
      await queue(id)
      await worker()(id)
      const [delivery] = await deliveries(id)
      expect(delivery).toMatchObject({ state: 'queued', attempts: 1, last_status: null })
      expect(delivery?.last_error).toMatch(/address|go/)
    }
    expect(server.calls).toEqual([])
  })

  it('keeps the order of a conversation', async () => {
    const server = await serve((_, response) => ends(response, 200))
    const id = await subscribe(server.url)
    const conversation = await addConversation(house, [{ kind: 'wa_id', value: '16505559102' }])
    for (let n = 0; n < 20; n++) await queue(id)
    await house.database.pool.query('update webhook_deliveries set conversation_id = $2 where webhook_id = $1', [
      id,
      conversation,
    ])
    expect(await worker()(id)).toEqual({ nextInMs: null })
    const all = await deliveries(id)
    expect(server.calls.map(({ headers }) => headers['webhook-id'])).toEqual(all.map((one) => one.id))
  })

  it('that a worker’s end cuts off is no attempt, and is made by the next worker', async () => {
    const stopping = new AbortController()
    const server = await serve((_, response, calls) => {
      if (calls.length === 1) stopping.abort()
      else response.writeHead(200).end()
    })
    const id = await subscribe(server.url)
    await queue(id)
    expect(await worker(stopping.signal)(id)).toEqual({ nextInMs: 0 })
    expect(await deliveries(id)).toMatchObject([{ state: 'queued', attempts: 0, log: [] }])
    expect(await worker()(id)).toEqual({ nextInMs: null })
    expect(await deliveries(id)).toMatchObject([{ state: 'delivered', attempts: 1 }])
    expect(new Set(server.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('to one that is gone, or that nobody knows any more, ends', async () => {
    const server = await serve((_, response) => ends(response, 410))
    const id = await subscribe(server.url)
    await queue(id)
    await queue(id)
    expect(await worker()(id)).toEqual({ nextInMs: null })
    expect((await deliveries(id)).map(({ state }) => state)).toEqual(['failed', 'failed'])
    await house.database.db.deleteFrom('webhooks').where('id', '=', id).execute()
    expect(await worker()(id)).toEqual({ nextInMs: null })
  })
})
