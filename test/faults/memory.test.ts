import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { APP_SECRET, openProcessHouse, PHONE_NUMBER_ID, type ProcessHouse } from '../kit/process-house.ts'
import { limitMemory, type MemoryLimit } from './memory-limit.ts'
import { type ParleyProcess, publicUrlOf, startParley } from './parley-process.ts'
import { sizeOf } from './sizes.ts'

const MB = 1024 * 1024
const LIMIT = 512 * MB
/** Together more than a process may have. */
const LARGE = 200
/** Of those that are told to come again. */
const LARGE_AGAIN = sizeOf(LARGE, 24)
const MANY = sizeOf(3_000, 600)
const limits: MemoryLimit[] = []
for (const program of ['server', 'worker']) {
  const limit = await limitMemory(`parley-test-${program}-${process.pid}`, LIMIT)
  if (limit) limits.push(limit)
}
const [ofServer, ofWorker] = limits

/** A server and a worker that have 512 MB each (F23): they shed load rather than grow, and lose nothing that they took. */
describe.skipIf(!ofServer || !ofWorker)('512 MB of memory (F23)', () => {
  let house: ProcessHouse
  let server: ParleyProcess
  let worker: ParleyProcess
  let url: string
  let webhookUrl: string
  let said = ''
  beforeAll(async () => {
    house = await openProcessHouse()
    const address = await publicUrlOf(house)
    url = address.publicUrl
    webhookUrl = `${url}/webhooks/${house.channelId}`
    const onOutput = (chunk: Buffer) => {
      said = (said + chunk).slice(-4_000)
    }
    server = startParley(house, 'server', { ...address, onOutput, ...(ofServer && { inside: ofServer.inside }) })
    worker = startParley(house, 'worker', { ...address, onOutput, ...(ofWorker && { inside: ofWorker.inside }) })
    await eventually(async () => expect((await fetch(`${url}/healthz`)).status).toBe(200), 60_000)
  }, 120_000)
  afterAll(async () => {
    await Promise.all([server.stop(), worker.stop()])
    for (const limit of limits) await limit.remove()
    await house.close()
  }, 60_000)

  const agent = new Agent({ keepAlive: true, maxSockets: 400 })
  afterAll(() => agent.destroy())

  /** @returns the status; null where the connection broke */
  const post = (body: Buffer): Promise<number | null> =>
    new Promise((resolve) => {
      const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`
      const headers = {
        'content-type': 'application/json',
        'content-length': body.byteLength,
        'x-hub-signature-256': signature,
      }
      const sent = request(webhookUrl, { method: 'POST', agent, headers }, (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? null))
      })
      sent.once('error', () => resolve(null))
      sent.end(body)
    })

  const webhook = (id: string, from: string, padding = 0): Buffer => {
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID },
      contacts: [{ profile: { name: 'C' }, wa_id: from }],
      messages: [{ from, id, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body: id } }],
    }
    const entry = [{ id: '102290129340398', changes: [{ field: 'messages', value }], padding: 'x'.repeat(padding) }]
    return Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }))
  }

  interface Message {
    id: string
    body: () => Buffer
  }
  const messages = (name: string, count: number, clients: number, padding = 0): Message[] =>
    Array.from({ length: count }, (_, n) => {
      const id = `wamid.${name}-${n}`
      return { id, body: () => webhook(id, `1650700${String(n % clients).padStart(4, '0')}`, padding) }
    })

  /**
   * Posts all at once, then, a few at a time, those that were told to come again, until each was taken.
   * @param again how many of those come again, for what is large costs much each time
   */
  async function deliver(all: Message[], again = all.length): Promise<{ taken: string[]; refused: number }> {
    const taken: string[] = []
    const wave = async (some: Message[]) => {
      const statuses = await Promise.all(some.map(({ body }) => post(body())))
      expect([...new Set(statuses)].filter((status) => status !== 200 && status !== 503)).toEqual([])
      taken.push(...some.flatMap(({ id }, n) => (statuses[n] === 200 ? [id] : [])))
      return some.filter((_, n) => statuses[n] !== 200)
    }
    const refused = await wave(all)
    const left = refused.slice(0, again)
    while (left.length > 0) left.push(...(await wave(left.splice(0, 6))))
    return { taken, refused: refused.length }
  }

  /** How often each of the messages stands in a feed. */
  const worked = async () => {
    const { rows } = await house.database.pool.query<{ text: string; n: number }>(
      `select text, count(*)::int as n from comments where text like 'wamid.%' group by 1`,
    )
    return new Map(rows.map(({ text, n }) => [text, n]))
  }

  it('lives through a flood of large webhooks and one of many; what it took is worked off', async () => {
    onTestFailed(() => {
      throw new Error(`the processes said:\n${said}`)
    })
    const large = await deliver(messages('large', LARGE, 40, 2.8 * MB), LARGE_AGAIN)
    const many = await deliver(messages('many', MANY, MANY / 15))
    expect([server.ended(), worker.ended(), await ofServer?.killed(), await ofWorker?.killed()]).toEqual([
      false,
      false,
      0,
      0,
    ])
    await eventually(async () => {
      const feeds = await worked()
      expect([...large.taken, ...many.taken].filter((id) => feeds.get(id) !== 1)).toEqual([])
    }, 240_000)
    console.log(
      `F23: the server had ${Math.round(((await ofServer?.most()) ?? 0) / MB)} MB at most, the worker ${Math.round(
        ((await ofWorker?.most()) ?? 0) / MB,
      )} MB; ${large.refused} large webhooks were told to come again`,
    )
    expect([server.ended(), worker.ended()]).toEqual([false, false])
  }, 420_000)
})
