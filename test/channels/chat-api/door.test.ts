import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendActivities } from '../../../activities/index.ts'
import { chatApi } from '../../../src/channels/chat-api/adapter.ts'
import { signedHeaders } from '../../../src/channels/chat-api/signature.ts'
import type { ChannelId, CommentId, ConversationId, DeliveryId } from '../../../src/domain/ids.ts'
import { channelCache } from '../../../src/store/channels/channel-cache.ts'
import { diskFiles } from '../../../src/store/disk-files.ts'
import { newId } from '../../../src/store/new-id.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { startWebhookServer, type WebhookServer } from '../../intake/webhook-server.ts'
import { eventually } from '../../kit/eventually.ts'
import { secrets } from '../../kit/house.ts'
import { type FreshDatabase, freshDatabase } from '../../services/database.ts'
import { addProviderChannel } from '../provider-channel.ts'
import { GraphServer, json, reset } from '../whatsapp-cloud/graph-server.ts'

const SECRET = 'a-secret-of-both-sides'
const AT = '2026-11-30T08:00:00Z'
let fresh: FreshDatabase
let parley: WebhookServer
beforeAll(async () => {
  fresh = await freshDatabase()
  parley = await startWebhookServer(fresh.url)
})
afterAll(async () => {
  await parley.close()
  await fresh.drop()
})

let services = 0
const newChannel = (sendUrl = 'http://127.0.0.1:8/') =>
  addProviderChannel(parley.database, 'chat-api', { service: `s${++services}`, secret: SECRET, sendUrl })
const post = (channel: ChannelId, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${parley.url}/webhooks/${channel}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const bearer = { authorization: `Bearer ${SECRET}` }
const message = (id: string, chat = '9', text = 'Hello') => ({
  type: 'message',
  id,
  chat: { id: chat },
  contact: { name: 'Ivan', phone: '79051234567' },
  text,
  at: AT,
})
const inside = async (channel: ChannelId, query: string) =>
  (await parley.database.pool.query(query, [channel])).rows as Record<string, unknown>[]
const conversations = (channel: ChannelId) =>
  inside(channel, 'select id, last_seq from conversations where channel_id = $1 order by created_at')

describe('what a bridge posts', () => {
  it('is stored once, in one conversation for each chat, and shows the contact with name and number', async () => {
    const channel = await newChannel()
    const body = { events: [message('1'), message('2'), message('3', 'group')] }
    for (const _ of ['first', 'again']) expect((await post(channel, body, bearer)).status).toBe(200)
    expect(await conversations(channel)).toMatchObject([{ last_seq: 2 }, { last_seq: 1 }])

    const [{ id } = {}] = await conversations(channel)
    await workEvents(parley.database, { conversationId: id as ConversationId, after: null, upTo: 2 })
    expect(
      await inside(
        channel,
        'select ct.name, ct.phone from tasks t join contacts ct on ct.id = t.requester_id where t.channel_id = $1',
      ),
    ).toEqual([{ name: 'Ivan', phone: '+79051234567' }])
  })

  it('goes to the channel whose address was called, also where two have the same secret', async () => {
    const [one, two] = [await newChannel(), await newChannel()]
    await post(two, { events: [message('1')] }, bearer)
    expect([(await conversations(one)).length, (await conversations(two)).length]).toEqual([0, 1])
  })

  it('is turned away unsigned, with a wrong secret, and replayed later', async () => {
    const channel = await newChannel()
    const body = { events: [message('1')] }
    const bytes = Buffer.from(JSON.stringify(body))
    for (const headers of [
      {},
      { authorization: 'Bearer another-secret-word' },
      signedHeaders('another-secret-word', 'm', bytes, Date.now()),
      signedHeaders(SECRET, 'm', bytes, Date.now() - 3_600_000),
    ]) {
      expect((await post(channel, body, headers)).status).toBe(401)
    }
    expect(await conversations(channel)).toEqual([])
    expect((await post(channel, body, signedHeaders(SECRET, 'm', bytes, Date.now()))).status).toBe(200)
    expect(await conversations(channel)).toHaveLength(1)
  })

  it('that cannot be read is a dead letter, and its neighbour lives', async () => {
    const channel = await newChannel()
    expect((await post(channel, { events: [{ type: 'message' }, message('1')] }, bearer)).status).toBe(200)
    expect(await inside(channel, 'select reason, path from dead_letters where channel_id = $1')).toEqual([
      { reason: 'malformed_item', path: '/events/0' },
    ])
    expect(await conversations(channel)).toHaveLength(1)
  })
})

/** A text that waits to leave, in a conversation of this channel. */
async function queued(channel: ChannelId): Promise<DeliveryId> {
  await post(channel, { events: [message(`in-${channel}`)] }, bearer)
  const [{ id } = {}] = await conversations(channel)
  const conversation = id as ConversationId
  await workEvents(parley.database, { conversationId: conversation, after: null, upTo: 1 })
  const [task] = await inside(channel, 'select id from tasks where channel_id = $1')
  const comment = newId<CommentId>()
  const { db } = parley.database
  await db
    .insertInto('comments')
    .values({
      id: comment,
      task_id: task?.id as never,
      conversation_id: conversation,
      channel_id: channel,
      author_kind: 'employee',
      author_name: 'Anna',
      kind: 'text',
      text: 'Hi',
    })
    .execute()
  const delivery = newId<DeliveryId>()
  const body = JSON.stringify({ kind: 'text', text: 'Hi' })
  await db
    .insertInto('deliveries')
    .values({ id: delivery, comment_id: comment, conversation_id: conversation, channel_id: channel, body })
    .execute()
  return delivery
}

const worker = () =>
  sendActivities({
    database: parley.database,
    channels: channelCache(parley.database, secrets),
    files: diskFiles(tmpdir()),
    publicUrl: parley.url,
    secrets,
    log: pino({ level: 'silent' }),
    worker: 'test',
    notifyLive: () => undefined,
    stopping: new AbortController().signal,
  })
const rowOf = (id: DeliveryId) =>
  parley.database.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('an answer that was lost', () => {
  it('is asked for again with the same delivery id, without anybody’s wish (P3)', async () => {
    await using bridge = await GraphServer.start(reset, json(200, { messageId: 'b:1' }))
    const delivery = await queued(await newChannel(`${bridge.origin}/`))
    const sendDelivery = (id: DeliveryId) => new MockActivityEnvironment().run(worker().sendDelivery, id)
    expect(await sendDelivery(delivery)).toEqual({ now: 'again', afterMs: 5_000 })
    expect(await rowOf(delivery)).toMatchObject({ state: 'queued', attempt: 1, maybe_twice: false })
    expect(await sendDelivery(delivery)).toEqual({ now: 'settled' })
    expect(await rowOf(delivery)).toMatchObject({ state: 'accepted', attempt: 2, provider_message_id: 'b:1' })
    const ids = bridge.seen.map(({ body }) => JSON.parse(body.toString()).deliveryId)
    expect(ids).toEqual([delivery, delivery])
  })

  it('may come as a status with our id alone', async () => {
    await using bridge = await GraphServer.start(reset, reset, reset)
    const channel = await newChannel(`${bridge.origin}/`)
    const delivery = await queued(channel)
    const sendDelivery = (id: DeliveryId) => new MockActivityEnvironment().run(worker().sendDelivery, id)
    for (let call = 0; call < 3; call++) await sendDelivery(delivery)
    expect((await rowOf(delivery)).state).toBe('unknown')
    await post(channel, { events: [{ type: 'status', deliveryId: delivery, state: 'delivered', at: AT }] }, bearer)
    expect((await rowOf(delivery)).state).toBe('delivered')
  })
})

describe('the bridge that the guide shows', () => {
  it('takes a client’s message to Parley, and an answer to Telegram once, however often it is asked', async () => {
    const guide = await readFile(join(import.meta.dirname, '../../../docs/channels/chat-api.md'), 'utf8')
    const code = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? ''
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(50)

    const sent: unknown[] = []
    let asked = 0
    const telegram = createServer(async (request, response) => {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString())
      const from = { id: 9, first_name: 'Ivan', username: 'ivan' }
      const update = {
        update_id: 5,
        message: { message_id: 41, chat: { id: 9 }, from, date: 1764489600, text: 'Hello' },
      }
      if (request.url?.endsWith('/getUpdates')) {
        asked = body.offset
        response.end(JSON.stringify({ ok: true, result: body.offset <= 5 ? [update] : [] }))
      } else {
        sent.push([request.url, body])
        response.end(JSON.stringify({ ok: true, result: { message_id: 42, chat: { id: body.chat_id } } }))
      }
    })
    await new Promise<void>((resolve) => telegram.listen(0, '127.0.0.1', resolve))
    const at = ({ port }: AddressInfo) => `http://127.0.0.1:${port}`
    const port = await freePort()
    const sendUrl = `http://127.0.0.1:${port}/`
    const channel = await newChannel(sendUrl)

    const folder = await mkdtemp(join(tmpdir(), 'parley-bridge-'))
    await writeFile(join(folder, 'bridge.mjs'), code)
    const bridge = spawn(process.execPath, [join(folder, 'bridge.mjs')], {
      env: {
        PARLEY_WEBHOOK: `${parley.url}/webhooks/${channel}`,
        PARLEY_SECRET: SECRET,
        BOT: '1:token',
        TELEGRAM: at(telegram.address() as AddressInfo),
        PORT: String(port),
      },
      stdio: 'ignore',
    })
    try {
      await eventually(async () => expect(await conversations(channel)).toHaveLength(1))
      await eventually(async () => expect(asked).toBe(6))
      const account = { service: 'x', secret: SECRET, sendUrl }
      expect(await chatApi.check(account, AbortSignal.timeout(5_000))).toMatchObject({ ok: true })
      const wrong = { ...account, secret: 'another-secret-word' }
      expect(await chatApi.check(wrong, AbortSignal.timeout(5_000))).toMatchObject({ reason: 'token_rejected' })
      const answer = {
        deliveryId: newId<DeliveryId>(),
        recipient: [{ kind: 'chat_id' as const, value: '9' }],
        quoted: null,
        body: { kind: 'text' as const, text: 'Hi' },
      }
      for (const _ of ['first', 'again']) {
        expect(await chatApi.send(account, answer, AbortSignal.timeout(5_000))).toMatchObject({
          outcome: 'accepted',
          providerMessageId: '9:42',
        })
      }
      expect(sent).toEqual([['/bot1:token/sendMessage', { chat_id: '9', text: 'Hi' }]])
    } finally {
      const ended = new Promise((resolve) => bridge.once('exit', resolve))
      bridge.kill()
      await ended
      telegram.closeAllConnections()
      await new Promise((resolve) => telegram.close(resolve))
      await rm(folder, { recursive: true })
    }
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
