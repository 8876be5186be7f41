import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { adapterFor, allAdapters, type Provider } from '../../src/channels/registry.ts'
import type { ChannelId } from '../../src/domain/ids.ts'
import { count, startWebhookServer, type WebhookServer } from '../intake/webhook-server.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'
import { CASES } from './conformance/cases.ts'
import type { Body, ProviderCase } from './conformance/provider-case.ts'
import { addProviderChannel } from './provider-channel.ts'

/** What every provider's events find at the door, over HTTP and in the database: what is stored, once, and what is not. */
let fresh: FreshDatabase
let server: WebhookServer
beforeAll(async () => {
  fresh = await freshDatabase()
  server = await startWebhookServer(fresh.url)
})
afterAll(async () => {
  await server.close()
  await fresh.drop()
})
beforeEach(async () => {
  await server.database.pool.query('truncate channels, conversations, raw_bodies, dead_letters, live_events cascade')
})

const described = allAdapters().flatMap(({ provider }): [Provider, ProviderCase][] => {
  const one = CASES[provider]
  return one ? [[provider as Provider, one]] : []
})

describe.each(described)('%s', (provider, one) => {
  const adapter = adapterFor(provider)
  const account = one.account('https://api.example')
  const key = String(account[adapter.account.signedWith])
  const connect = () => addProviderChannel(server.database, provider, account)
  const hookOf = (channel: ChannelId) => `http://127.0.0.1/webhooks/${channel}`

  /** @param proved the body that the proof is of, where it is another one */
  async function post(channel: ChannelId, body: Body, shown = key, proved = body): Promise<number> {
    const { url, headers } = one.proof(proved, shown, hookOf(channel))
    const answer = await fetch(`${server.url}${url.pathname}${url.search}`, {
      method: 'POST',
      headers: { ...Object.fromEntries(headers), 'content-type': body.contentType },
      body: new Uint8Array(body.bytes),
    })
    await answer.arrayBuffer()
    return answer.status
  }
  const stored = async () => [
    await count(server.database, 'conversation_events'),
    await count(server.database, 'dead_letters'),
  ]

  test('a genuine event is stored once, however often and however many at once it is replayed', async () => {
    const channel = await connect()
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(channel, one.inbound.text)))
    expect([...answers, await post(channel, one.inbound.text)]).toEqual(Array(6).fill(200))
    expect(await stored()).toEqual([1, 0])
  })

  test('a forged one is turned away, and leaves nothing', async () => {
    const channel = await connect()
    expect(await post(channel, one.inbound.text, 'a-guessed-key-000001')).toBe(401)
    if (one.provesBody) expect(await post(channel, one.inbound.text, key, one.inbound.unknown)).toBe(401)
    const naked = await fetch(`${server.url}/webhooks/${channel}`, {
      method: 'POST',
      headers: { 'content-type': one.inbound.text.contentType },
      body: new Uint8Array(one.inbound.text.bytes),
    })
    expect(naked.status).toBe(401)
    expect([await stored(), await count(server.database, 'raw_bodies')]).toEqual([[0, 0], 0])
  })

  test('an unknown kind is taken, and kept for a person', async () => {
    const channel = await connect()
    expect(await post(channel, one.inbound.unknown)).toBe(200)
    const [events, letters] = await stored()
    expect([events, letters === 0]).toEqual([0, false])
  })

  test.runIf(one.batch)('a bad element leaves its neighbours alive', async () => {
    const channel = await connect()
    expect(one.batch && (await post(channel, one.batch.body))).toBe(200)
    expect(await stored()).toEqual([one.batch?.alive, 1])
  })

  test('a page of HTML, and JSON that is none, are taken and kept for a person', async () => {
    const channel = await connect()
    const { contentType } = one.inbound.text
    for (const words of ['<html>502 Bad Gateway</html>', '{"half":']) {
      expect(await post(channel, { bytes: Buffer.from(words), contentType })).toBe(200)
    }
    expect(await stored()).toEqual([0, 2])
  })

  test('how far a message has come, of a message that nobody knows, waits and is no conversation', async () => {
    const channel = await connect()
    expect(await post(channel, one.inbound.status)).toBe(200)
    expect(await stored()).toEqual([0, 0])
  })

  test('an event of an account that is not connected here is kept for a person', async () => {
    const channel = await connect()
    await server.database.pool.query(`update channels set account_id = 'another-account', business_id = null`)
    expect(await post(channel, one.inbound.text)).toBe(200)
    // A bridge names no account: its channel is the one whose address was called.
    expect(await stored()).toEqual(one.inbound.account === '*own*' ? [1, 0] : [0, 1])
  })

  test('a channel that does not exist knows nobody', async () => {
    expect(await post('00000000-0000-7000-8000-000000000000' as ChannelId, one.inbound.text)).toBe(404)
    expect(await stored()).toEqual([0, 0])
  })
})
