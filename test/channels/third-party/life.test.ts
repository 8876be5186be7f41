import { createHmac } from 'node:crypto'
import { tmpdir } from 'node:os'
import { MockActivityEnvironment } from '@temporalio/testing'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CampaignCalls } from '../../../activities/campaign-calls.ts'
import { sendActivities } from '../../../activities/index.ts'
import type { WorkerDeps } from '../../../activities/worker-deps.ts'
import type { DeliveryBody } from '../../../src/domain/delivery.ts'
import type { ChannelId, CommentId, ConversationId, DeliveryId } from '../../../src/domain/ids.ts'
import type { FilledTemplate, TemplateChoice } from '../../../src/domain/template/template.ts'
import { syncChannelTemplates } from '../../../src/http/template-sync.ts'
import { channelCache } from '../../../src/store/channels/channel-cache.ts'
import { diskFiles } from '../../../src/store/disk-files.ts'
import { newId } from '../../../src/store/new-id.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { chooseTemplate } from '../../../src/store/templates/choose-template.ts'
import { startWebhookServer, type WebhookServer } from '../../intake/webhook-server.ts'
import { secrets } from '../../kit/house.ts'
import { type FreshDatabase, freshDatabase } from '../../services/database.ts'
import { CASES } from '../conformance/cases.ts'
import type { Body } from '../conformance/provider-case.ts'
import { addProviderChannel } from '../provider-channel.ts'
import { GraphServer, json, reset } from '../whatsapp-cloud/graph-server.ts'

/** A client writes, is answered, and the answer's fate comes back: through the door, the ledger and the provider's API. */
const PUBLIC = 'http://127.0.0.1'
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

const described = (provider: 'twilio' | 'gupshup') => {
  const one = CASES[provider]
  if (!one) throw new Error('not described')
  return one
}
const rows = async (channel: ChannelId, query: string) =>
  (await parley.database.pool.query(query, [channel])).rows as Record<string, unknown>[]
/** As a provider calls the address that it knows: the host in front of it is ours. */
const call = ({ href }: URL, { bytes, contentType }: Body, headers: Record<string, string> = {}) =>
  fetch(href.replace(PUBLIC, parley.url), {
    method: 'POST',
    headers: { 'content-type': contentType, ...headers },
    body: new Uint8Array(bytes),
  })
const twilioSigned = (url: URL, { bytes }: Body) => {
  const form = [...new URLSearchParams(bytes.toString())].sort(([a], [b]) => (a < b ? -1 : 1))
  const text = `${url.href}${form.map(([name, value]) => name + value).join('')}`
  const key = String(described('twilio').account(PUBLIC).authToken)
  return { 'x-twilio-signature': createHmac('sha1', key).update(text).digest('base64') }
}

/** A message that waits to leave, for the client who has just written to this channel. */
async function queued(
  channel: ChannelId,
  body: DeliveryBody = { kind: 'text', text: 'Yes, it does' },
): Promise<DeliveryId> {
  const [{ id } = {}] = await rows(channel, 'select id from conversations where channel_id = $1')
  const conversation = id as ConversationId
  await workEvents(parley.database, { conversationId: conversation, after: null, upTo: 1 })
  const [task] = await rows(channel, 'select id from tasks where channel_id = $1')
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
      text: 'Yes, it does',
    })
    .execute()
  const delivery = newId<DeliveryId>()
  const stored = JSON.stringify(body)
  await db
    .insertInto('deliveries')
    .values({ id: delivery, comment_id: comment, conversation_id: conversation, channel_id: channel, body: stored })
    .execute()
  return delivery
}

const worker = (): WorkerDeps => ({
  database: parley.database,
  channels: channelCache(parley.database, secrets),
  files: diskFiles(tmpdir()),
  publicUrl: PUBLIC,
  secrets,
  log: pino({ level: 'silent' }),
  worker: 'test',
  notifyLive: () => undefined,
  stopping: new AbortController().signal,
})
const send = (delivery: DeliveryId) =>
  new MockActivityEnvironment().run(sendActivities(worker()).sendDelivery, delivery)

/** The provider's list made ours, and one of it filled, as before it is sent. */
async function filledTemplate(channel: ChannelId, choice: TemplateChoice): Promise<FilledTemplate> {
  const synced = await syncChannelTemplates({ database: parley.database, secrets }, channel, {
    kind: 'system',
    id: null,
  })
  expect(synced).toMatchObject({ refused: null })
  const chosen = await chooseTemplate(parley.database.db, channel, choice)
  if (chosen.refused) throw new Error(chosen.refused.message)
  return chosen.value.filled
}
const stateOf = async (channel: ChannelId) =>
  (await rows(channel, 'select state, error_code from deliveries where channel_id = $1'))[0]

describe('Twilio', () => {
  const one = described('twilio')

  it('is told where to report on a message, and what it reports there moves that message', async () => {
    await using api = await GraphServer.start(one.send.accepted)
    const channel = await addProviderChannel(parley.database, 'twilio', one.account(api.origin))
    const hook = new URL(`${PUBLIC}/webhooks/${channel}`)
    const { text } = one.inbound
    expect((await call(hook, text, twilioSigned(hook, text))).status).toBe(200)
    expect(await send(await queued(channel))).toEqual({ now: 'settled' })
    expect(await stateOf(channel)).toMatchObject({ state: 'accepted' })

    const asked = new URLSearchParams(api.seen[0]?.body.toString())
    expect(Object.fromEntries(asked)).toMatchObject({ To: 'whatsapp:+16505551234', Body: 'Yes, it does' })
    const report = new URL(asked.get('StatusCallback') ?? '')
    expect(report.href).toBe(hook.href)
    for (const word of ['sent', 'read', 'delivered']) {
      const status = {
        bytes: Buffer.from(
          one.inbound.status.bytes.toString().replace('=read', `=${word}`).replace(/MM\d+/, one.send.id),
        ),
        contentType: one.inbound.status.contentType,
      }
      expect((await call(report, status, twilioSigned(report, status))).status).toBe(200)
    }
    // The last to come is not the furthest.
    expect(await stateOf(channel)).toMatchObject({ state: 'read' })
  })

  it('has a template from its list to its ticks, alone and in a mailing, by its content and with its values', async () => {
    const content = {
      sid: `HX${'a'.repeat(32)}`,
      friendly_name: 'hello',
      language: 'en',
      variables: { 1: 'Anna' },
      types: { 'twilio/text': { body: 'Hello {{1}}, it is ready' } },
      approval_requests: { name: 'hello', category: 'UTILITY', status: 'approved' },
    }
    const list = json(200, { contents: [content], meta: { next_page_url: null } })
    await using api = await GraphServer.start(list, one.send.accepted, json(201, { sid: 'SM2' }))
    const account = { ...one.account(api.origin), phone: '+15550783883' }
    const channel = await addProviderChannel(parley.database, 'twilio', account)
    const hook = new URL(`${PUBLIC}/webhooks/${channel}`)
    const text = {
      ...one.inbound.text,
      bytes: Buffer.from(one.inbound.text.bytes.toString().replace('15550783881', '15550783883')),
    }
    expect((await call(hook, text, twilioSigned(hook, text))).status).toBe(200)

    const template = await filledTemplate(channel, { name: 'hello', language: 'en', parameters: { body: ['Bob'] } })
    expect(await send(await queued(channel, { kind: 'template', template }))).toEqual({ now: 'settled' })
    expect(await stateOf(channel)).toMatchObject({ state: 'accepted' })

    const [{ id } = {}] = await rows(channel, 'select conversation_id as id from deliveries where channel_id = $1')
    const order = {
      delivery: newId<DeliveryId>(),
      conversation: id as ConversationId,
      attempt: 1,
      tries: 1,
      template,
      recipient: [{ kind: 'wa_id' as const, value: '16505551234' }],
      waitMs: 0,
    }
    expect(await new CampaignCalls(worker(), channel).make(order)).toMatchObject({ outcome: 'accepted' })
    const expected = {
      ContentSid: content.sid,
      ContentVariables: '{"1":"Bob"}',
      StatusCallback: hook.href,
      To: 'whatsapp:+16505551234',
    }
    const forms = api.seen.slice(1).map(({ body }) => Object.fromEntries(new URLSearchParams(body.toString())))
    expect(forms).toMatchObject([expected, expected])
  })

  it('that broke off after it had the message is not asked again (P3)', async () => {
    await using api = await GraphServer.start(reset, one.send.accepted)
    const account = { ...one.account(api.origin), phone: '+15550783882' }
    const channel = await addProviderChannel(parley.database, 'twilio', account)
    const hook = new URL(`${PUBLIC}/webhooks/${channel}`)
    const text = {
      ...one.inbound.text,
      bytes: Buffer.from(one.inbound.text.bytes.toString().replace('15550783881', '15550783882')),
    }
    expect((await call(hook, text, twilioSigned(hook, text))).status).toBe(200)
    const delivery = await queued(channel)
    await send(delivery)
    await send(delivery)
    expect(await stateOf(channel)).toMatchObject({ state: 'unknown' })
    expect(api.seen).toHaveLength(1)
  })
})

describe('Gupshup', () => {
  const one = described('gupshup')

  it('takes a message at once and says later that it failed, by the id that it gave', async () => {
    await using api = await GraphServer.start(one.send.accepted)
    const given = one.account(api.origin)
    const channel = await addProviderChannel(parley.database, 'gupshup', given)
    const hook = new URL(`${PUBLIC}/webhooks/${channel}?key=${given.webhookKey}`)
    const now = one.inbound.text.bytes.toString().replace('1760000000000', String(Date.now()))
    expect((await call(hook, { ...one.inbound.text, bytes: Buffer.from(now) })).status).toBe(200)
    expect(await send(await queued(channel))).toEqual({ now: 'settled' })
    expect(await stateOf(channel)).toMatchObject({ state: 'accepted' })
    if (!one.inbound.failure) throw new Error('no failure')
    expect((await call(hook, one.inbound.failure)).status).toBe(200)
    expect(await stateOf(channel)).toMatchObject({ state: 'failed', error_code: '131047' })
  })

  it('has a template from its list to its ticks; its review ends it', async () => {
    const listed = {
      id: 'c6aecef6-bcb0-4fb1-8100-28c094e3bc6b',
      elementName: 'hello',
      languageCode: 'en',
      category: 'UTILITY',
      status: 'APPROVED',
      templateType: 'TEXT',
      containerMeta: JSON.stringify({ data: 'Hello {{1}}, it is ready', sampleText: 'Hello Anna, it is ready' }),
    }
    await using api = await GraphServer.start(json(200, { status: 'success', templates: [listed] }), one.send.accepted)
    const given: Record<string, unknown> = { ...one.account(api.origin), appName: 'AnotherApp' }
    const channel = await addProviderChannel(parley.database, 'gupshup', given)
    const hook = new URL(`${PUBLIC}/webhooks/${channel}?key=${given.webhookKey}`)
    const event = (body: Buffer) => {
      const bytes = body.toString().replace('1760000000000', String(Date.now())).replace('LuckyShrubApp', 'AnotherApp')
      return { contentType: 'application/json', bytes: Buffer.from(bytes) }
    }
    expect((await call(hook, event(one.inbound.text.bytes))).status).toBe(200)
    const choice = { name: 'hello', language: 'en', parameters: { body: ['Bob'] } }
    const template = await filledTemplate(channel, choice)
    const delivery = await queued(channel, { kind: 'template', template })
    expect(await send(delivery)).toEqual({ now: 'settled' })
    expect(await stateOf(channel)).toMatchObject({ state: 'accepted' })
    expect(new URLSearchParams(api.seen[1]?.body.toString()).get('template')).toBe(
      JSON.stringify({ id: listed.id, params: ['Bob'] }),
    )

    const review = {
      app: 'AnotherApp',
      timestamp: Date.now(),
      version: 2,
      type: 'template-event',
      payload: { id: listed.id, status: 'disabled', elementName: 'hello', languageCode: 'en', rejectedReason: 'SCAM' },
    }
    expect((await call(hook, event(Buffer.from(JSON.stringify(review))))).status).toBe(200)
    expect(await rows(channel, 'select status, reason from templates where channel_id = $1')).toEqual([
      { status: 'disabled', reason: 'SCAM' },
    ])
    expect(await chooseTemplate(parley.database.db, channel, choice)).toMatchObject({
      refused: { code: 'template_not_approved' },
    })
  })
})
