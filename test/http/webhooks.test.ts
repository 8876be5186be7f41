import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { newId } from '../../src/store/new-id.ts'
import {
  addChannel,
  bodyOf,
  count,
  fixture,
  sequenceGaps,
  sign,
  startWebhookServer,
  textFrom,
  type WebhookServer,
} from '../intake/webhook-server.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'

let fresh: FreshDatabase
let one: WebhookServer
let two: WebhookServer
let channel: ChannelId

beforeAll(async () => {
  fresh = await freshDatabase()
  one = await startWebhookServer(fresh.url)
  two = await startWebhookServer(fresh.url)
})
afterAll(async () => {
  await Promise.all([one.close(), two.close()])
  await fresh.drop()
})
beforeEach(async () => {
  await one.database.pool.query('truncate channels, conversations, raw_bodies, dead_letters, audit_log cascade')
  channel = await addChannel(one.database)
})

describe('the check of the address', () => {
  const ask = (token: string) =>
    fetch(`${one.url}/webhooks/${channel}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${token}`)

  it('answers the challenge and nothing else', async () => {
    const answer = await ask('verify-me')
    expect([answer.status, await answer.text()]).toEqual([200, '1158201444'])
  })
  it('refuses another token', async () => {
    expect((await ask('guessed')).status).toBe(403)
  })
})

describe('signatures', () => {
  const signatures = JSON.parse(
    readFileSync(join(import.meta.dirname, '../fixtures/signatures.json'), 'utf8'),
  ) as Record<string, string>
  const genuine = Object.entries(signatures).filter(([name]) => /^(in|st|echo|tpl|account|batch|history)_/.test(name))

  it.each(genuine)('takes %s with the signature of its bytes', async (name, signature) => {
    const answer = await one.post(channel, fixture(name), { signature })
    expect([answer.status, await answer.json()]).toEqual([200, {}])
    expect(await count(one.database, 'raw_bodies')).toBe(1)
  })

  const body = bodyOf({ messages: [textFrom('16505551234')] })
  it.each([
    ['no signature', null],
    ['an empty one', ''],
    ['that of another secret', sign(body, 'another-secret')],
    ['that of other bytes', sign(`${body} `)],
    ['a truncated one', sign(body).slice(0, -2)],
    ['an upper-case one', sign(body).toUpperCase()],
    ['the bare digits', sign(body).slice('sha256='.length)],
  ])('refuses %s and stores nothing', async (_, signature) => {
    const answer = await one.post(channel, body, { signature })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: { code: 'bad_signature' } })
    expect(await count(one.database, 'raw_bodies')).toBe(0)
  })

  it('takes a signed body whatever it is called', async () => {
    expect((await one.post(channel, body, { contentType: 'text/plain' })).status).toBe(200)
    expect(await count(one.database, 'conversation_events')).toBe(1)
  })

  it('stores the bytes as they came', async () => {
    const wire = fixture('in_text_unicode_escaped_wire')
    await one.post(channel, wire)
    const stored = await one.database.db.selectFrom('raw_bodies').selectAll().executeTakeFirstOrThrow()
    expect(stored.body.equals(wire)).toBe(true)
  })
})

describe('which channel', () => {
  it.each(['00000000-0000-7000-8000-000000000000', 'not-an-id', 'a%00b'])('knows no %s', async (id) => {
    expect((await one.post(id as ChannelId, bodyOf({}))).status).toBe(404)
  })

  it('takes a disconnected channel, and no deleted one', async () => {
    await one.database.pool.query(`update channels set state = 'disconnected'`)
    expect((await one.post(channel, bodyOf({ messages: [textFrom('16505551234')] }))).status).toBe(200)
    const gone = await addChannel(one.database, { number: '2' })
    await one.database.pool.query('update channels set deleted_at = now() where id = $1', [gone])
    expect((await one.post(gone, bodyOf({ messages: [textFrom('16505551234')] }))).status).toBe(404)
  })

  it('routes by number between channels of one app', async () => {
    const other = await addChannel(one.database, { number: '118203441290775' })
    await one.post(channel, bodyOf({ messages: [textFrom('16505551234')] }, { number: '118203441290775' }))
    const events = await one.database.db.selectFrom('conversation_events').select('channel_id').execute()
    expect(events).toEqual([{ channel_id: other }])
  })

  it('gives nothing to a channel of another app', async () => {
    await addChannel(one.database, { number: '118203441290775', secret: 'secret of another app' })
    await one.post(channel, bodyOf({ messages: [textFrom('16505551234')] }, { number: '118203441290775' }))
    expect(await count(one.database, 'conversation_events')).toBe(0)
    const letters = await one.database.db.selectFrom('dead_letters').select(['reason', 'path']).execute()
    expect(letters).toEqual([{ reason: 'unknown_channel', path: '/entry/0/changes/0/value/messages/0' }])
  })

  it('gives account events to every channel of the business account, once', async () => {
    const sister = await addChannel(one.database, { number: '2' })
    await addChannel(one.database, { number: '3', business: 'another account' })
    for (const server of [one, two, one]) await server.post(channel, fixture('tpl_status_approved'))
    const events = await one.database.db
      .selectFrom('channel_events')
      .select('channel_id')
      .orderBy('channel_id')
      .execute()
    expect(events.map((event) => event.channel_id)).toEqual([channel, sister].sort())
  })
})

describe('limits', () => {
  const LIMIT = 3 * 1024 * 1024
  /** Sends with node:http, which allows what fetch does not: no length, and bytes after the answer. */
  const send = (body: Buffer, chunked: boolean) =>
    new Promise<number>((resolve, reject) => {
      const headers = { 'x-hub-signature-256': sign(body), ...(chunked ? {} : { 'content-length': body.byteLength }) }
      const call = request(`${one.url}/webhooks/${channel}`, { method: 'POST', headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      call.on('error', reject)
      for (let start = 0; start < body.byteLength; start += 64 * 1024)
        call.write(body.subarray(start, start + 64 * 1024))
      call.end()
    })

  it.each([
    ['with a length', false],
    ['chunked', true],
  ])('takes 3 MB %s and no byte more', async (_, chunked) => {
    expect(await send(Buffer.alloc(LIMIT, ' '), chunked)).toBe(200)
    expect(await send(Buffer.alloc(LIMIT + 1, ' '), chunked)).toBe(413)
    expect(await count(one.database, 'raw_bodies')).toBe(1)
  })
})

describe('what cannot be understood', () => {
  it.each([
    ['no JSON', 'hello', 'not_json'],
    ['another object', '{"object":"page","entry":[]}', 'unknown_object'],
  ])('keeps %s as a dead letter', async (_, body, reason) => {
    expect((await one.post(channel, body)).status).toBe(200)
    expect(await one.database.db.selectFrom('dead_letters').select(['reason', 'channel_id']).execute()).toEqual([
      { reason, channel_id: channel },
    ])
  })

  it('lets a poison item take nothing with it', async () => {
    const messages = [
      textFrom('1'),
      { type: 'text' },
      textFrom('2'),
      textFrom('3', { id: `wamid.${'x'.repeat(200_000)}` }),
    ]
    // Incompressible, so that PostgreSQL cannot fit it into an index.
    const huge = textFrom('4', { id: `wamid.${Array.from({ length: 2_000 }, () => newId()).join('')}` })
    expect((await one.post(channel, bodyOf({ messages: [...messages, huge, textFrom('5')] }))).status).toBe(200)
    const stored = await one.database.db.selectFrom('conversation_events').select('raw_path').execute()
    const letters = await one.database.db.selectFrom('dead_letters').select('path').execute()
    const paths = [...stored.map((event) => event.raw_path), ...letters.map((letter) => letter.path)]
    expect(paths.sort()).toEqual([0, 1, 2, 3, 4, 5].map((index) => `/entry/0/changes/0/value/messages/${index}`))
    expect(stored.map((event) => event.raw_path)).toEqual(
      expect.arrayContaining([0, 2, 5].map((index) => `/entry/0/changes/0/value/messages/${index}`)),
    )
    expect(await count(one.database, 'raw_bodies')).toBe(1)
    expect(await sequenceGaps(one.database)).toEqual([])
  })

  it('lets a poison webhook take none of its neighbours with it', async () => {
    const huge = textFrom('4', { id: `wamid.${Array.from({ length: 2_000 }, () => newId()).join('')}` })
    const bodies = Array.from({ length: 20 }, (_, index) =>
      bodyOf({ messages: [index === 7 ? huge : textFrom(`1650555${index}`)] }),
    )
    const answers = await Promise.all(bodies.map((body) => one.post(channel, body)))
    expect(answers.map((answer) => answer.status)).toEqual(bodies.map(() => 200))
    expect(await count(one.database, 'conversation_events')).toBe(19)
    expect(await count(one.database, 'dead_letters')).toBe(1)
  })
})

describe('repetition', () => {
  it('stores ten parallel copies on two servers once (P2)', async () => {
    const body = fixture('in_text')
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? one : two).post(channel, body)),
    )
    expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(200))
    expect(await count(one.database, 'conversation_events')).toBe(1)
    expect(await count(one.database, 'conversations')).toBe(1)
    expect(await count(one.database, 'dead_letters')).toBe(0)
    expect(await sequenceGaps(one.database)).toEqual([])
  })

  it('stores a batch of several entries in its order, repetitions dropped', async () => {
    await addChannel(one.database, { number: '118203441290775', business: '204813376055917' })
    await one.post(channel, fixture('in_text'))
    await one.post(channel, fixture('batch_multi_entry'))
    await one.post(channel, fixture('batch_multi_entry'))
    const events = await one.database.db
      .selectFrom('conversation_events as e')
      .innerJoin('identities as i', 'i.conversation_id', 'e.conversation_id')
      .select(['i.value', 'e.seq', 'e.raw_path'])
      .where('e.channel_id', '=', channel)
      .orderBy('i.value')
      .orderBy('e.seq')
      .execute()
    expect(events.map(({ value, seq, raw_path }) => [value, seq, raw_path?.replace('/value/messages/', ':')])).toEqual([
      ['16505551234', 1, '/entry/0/changes/0:0'],
      ['16505551234', 2, '/entry/0/changes/0:0'],
      ['16505551234', 3, '/entry/0/changes/0:1'],
      ['16505551234', 4, '/entry/0/changes/0:2'],
      ['16505557890', 1, '/entry/0/changes/1:0'],
    ])
    expect(await count(one.database, 'status_reports where not applied')).toBe(3)
    expect(await count(one.database, 'dead_letters')).toBe(0)
  })

  it('tells which conversations have something new, and no others', async () => {
    one.stored.length = 0
    const body = bodyOf({ messages: [textFrom('16505551234')] })
    await one.post(channel, body)
    await one.post(channel, body)
    const [conversation] = await one.database.db.selectFrom('conversations').select('id').execute()
    expect(one.stored).toEqual([conversation?.id])
  })
})
