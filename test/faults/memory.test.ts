import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { APP_SECRET, openProcessHouse, PHONE_NUMBER_ID, type ProcessHouse } from '../kit/process-house.ts'
import { limitMemory, type MemoryLimit } from './memory-limit.ts'
import { type ParleyProcess, publicUrlOf, startParley } from './parley-process.ts'

const MB = 1024 * 1024
const LIMIT = 512 * MB
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

  /** Posts all at once, then, a few at a time, those that were told to come again, until each was taken. */
  async function deliver(bodies: (() => Buffer)[]): Promise<{ refused: number }> {
    const wave = async (some: (() => Buffer)[]) => {
      const statuses = await Promise.all(some.map((body) => post(body())))
      expect([...new Set(statuses)].filter((status) => status !== 200 && status !== 503)).toEqual([])
      return some.filter((_, index) => statuses[index] !== 200)
    }
    const left = await wave(bodies)
    const refused = left.length
    while (left.length > 0) left.push(...(await wave(left.splice(0, 6))))
    return { refused }
  }

  const worked = async (prefix: string) => {
    const { rows } = await house.database.pool.query<{ n: number }>(
      `select count(distinct text)::int as n from comments where text like $1`,
      [`${prefix}%`],
    )
    return rows[0]?.n
  }

  it('lives through a flood of large webhooks and one of many; what it took is worked off', async () => {
    onTestFailed(() => {
      throw new Error(`the processes said:\n${said}`)
    })
    const large = Array.from(
      { length: 200 },
      (_, n) => () => webhook(`wamid.large-${n}`, `1650700${String(n % 40).padStart(4, '0')}`, 2.8 * MB),
    )
    const { refused } = await deliver(large)
    const many = Array.from(
      { length: 3_000 },
      (_, n) => () => webhook(`wamid.many-${n}`, `1650701${String(n % 200).padStart(4, '0')}`),
    )
    await deliver(many)
    expect([server.ended(), worker.ended(), await ofServer?.killed(), await ofWorker?.killed()]).toEqual([
      false,
      false,
      0,
      0,
    ])
    await eventually(async () => {
      expect(await worked('wamid.large-')).toBe(large.length)
      expect(await worked('wamid.many-')).toBe(many.length)
    }, 240_000)
    console.log(
      `F23: the server had ${Math.round(((await ofServer?.most()) ?? 0) / MB)} MB at most, the worker ${Math.round(
        ((await ofWorker?.most()) ?? 0) / MB,
      )} MB; ${refused} large webhooks were told to come again`,
    )
    expect([server.ended(), worker.ended()]).toEqual([false, false])
  }, 420_000)
})
