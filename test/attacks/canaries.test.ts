import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { json, type OutsideServer, openOutsideServer } from '../kit/outside-server.ts'
import {
  APP_SECRET,
  type Killable,
  openProcessHouse,
  PHONE_NUMBER_ID,
  type ProcessHouse,
  type ServerProcess,
} from '../kit/process-house.ts'

/**
 * What scenarios, webhooks, endpoints, mailings and bridges carry. Each goes in somewhere below and must come out
 * nowhere but at whom it is for (P8). Channels, sign-in and daily work: test/story/secrets.test.ts.
 */
const TEXTS = {
  number: '16505559481',
  campaignNumber: '16505559482',
  bridgeNumber: '16505559483',
  name: 'Zwitscher Kanaria',
  clientText: 'canary-client-text',
  scenarioText: 'canary-scenario-text',
  scenarioNote: 'canary-note-of-a-scenario',
  scenarioVariable: 'canary-variable-of-a-scenario',
  brokenDocument: 'canary-in-a-broken-document',
  buttonInput: 'canary-input-of-a-button',
  emitted: 'canary-emitted-data',
  hookBody: 'canary-body-of-a-webhook',
  endpointAnswer: 'canary-answer-of-an-endpoint',
  endpointComplaint: 'canary-complaint-of-an-endpoint',
  templateParameter: 'canary-template-parameter',
  campaignName: 'canary-name-of-a-campaign',
  recipientName: 'canary-name-of-a-recipient',
  quickReply: 'canary-quick-reply',
  bridgeText: 'canary-text-over-a-bridge',
  fieldValue: 'canary-value-of-a-field',
  linkedFile: 'canary-name-of-a-linked-file',
  clientFile: 'canary-name-of-a-clients-file',
}
const SECRETS = {
  endpointSecret: 'canary-secret-of-an-endpoint',
  endpointHeader: 'canary-header-of-an-endpoint',
  bridgeSecret: 'canary-secret-of-a-bridge',
  hookToken: '',
  hookSecret: '',
  subscriptionSecret: '',
  addressKey: 'canary-key-in-an-address',
  wrongBearer: 'canary-bearer-that-is-wrong',
  fileLink: 'canary-token-of-a-link-to-a-file-that-is-long-enough-to-be-one',
}
/** One that would be a line of its own, were lines not escaped. */
const FORGED = '\r\n{"level":60,"part":"forged","msg":"owned"}\u2028\u001b[31m'

let house: ProcessHouse
let server: ServerProcess
let worker: Killable
let outside: OutsideServer
let output = ''
let metrics = ''
/** What was answered to every request that was refused. */
let refusals = ''

beforeAll(async () => {
  outside = await openOutsideServer(({ url }, response) => {
    if (url.startsWith('/bridge')) json(response, { messageId: randomUUID() })
    else if (url.startsWith('/crm/broken')) json(response, { wrong: TEXTS.endpointComplaint }, 400)
    else json(response, { text: TEXTS.endpointAnswer })
  })
  house = await openProcessHouse({ logLevel: 'trace', onOutput: (chunk) => (output += chunk.toString('utf8')) })
  server = await house.startServer()
  worker = await house.startWorker()
  await goThroughEveryDoor()
  metrics = await (await fetch(`${server.url}/metrics`)).text()
  await worker.stop()
  await server.stop()
}, 240_000)
afterAll(async () => {
  await house.close()
  await outside.close()
}, 30_000)

interface Made {
  id: string
  secret: string
  webhookUrl: string
}
/** As the owner; an answer that refuses is kept, to be searched. */
async function ask<T = Made>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${house.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  if (response.status >= 400) refusals += `${text}\n`
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return { status: response.status, body: (isJson ? JSON.parse(text) : null) as T }
}
async function made<T = Made>(path: string, body: unknown): Promise<T> {
  const answer = await ask<T>('POST', path, body)
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}
const publish = async (document: object) => {
  const { id } = await made('/api/scenarios', { document })
  const answer = await ask('POST', `/api/scenarios/${id}/publish`, {})
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  return id
}
const receivedBy = async (from: string) => {
  const { items } = await house.simulator<{ items: { direction: string; text: string | null }[] }>(
    'GET',
    `/phone/messages?from=${from}`,
  )
  return items.filter(({ direction }) => direction === 'to_client').map(({ text }) => text ?? '')
}

async function goThroughEveryDoor(): Promise<void> {
  const channelId = house.channelId

  // Other systems: those that are asked, those that are told, those that tell.
  const crm = { url: `${outside.url}/crm?key=${SECRETS.addressKey}`, allowPrivateAddress: true }
  await made('/api/endpoints', {
    ...crm,
    url: `${outside.url}/crm`,
    name: 'crm',
    headers: { 'x-tenant': SECRETS.endpointHeader },
    secret: { kind: 'bearer', value: SECRETS.endpointSecret },
  })
  await ask('POST', '/api/endpoints', { ...crm, name: '', secret: { kind: 'bearer', value: SECRETS.endpointSecret } })
  await ask('POST', '/api/endpoints', {
    ...crm,
    name: 'x',
    url: 'http://127.0.0.1:1/',
    secret: SECRETS.endpointSecret,
    surplus: SECRETS.endpointHeader,
  })
  const subscription = await made('/api/webhooks', {
    name: 'Shop',
    url: `${outside.url}/told?key=${SECRETS.addressKey}`,
    events: ['*'],
    allowPrivateAddress: true,
  })
  SECRETS.subscriptionSecret = subscription.secret
  const hook = await made('/api/incoming-webhooks', { name: 'orders', verify: 'standard' })
  SECRETS.hookSecret = hook.secret
  SECRETS.hookToken = (await made('/api/incoming-webhooks', { name: 'guarded', verify: 'token' })).secret

  // Scenarios: good ones, and one that cannot be read.
  const open = { ifWindowClosed: 'fail' }
  const scenarioId = await publish({
    id: 'canary',
    name: `About ${TEXTS.scenarioNote}`,
    trigger: { event: 'message.received', when: { field: 'event.text', contains: TEXTS.clientText } },
    vars: { answer: { type: 'map' }, secretive: { type: 'string', default: TEXTS.scenarioVariable } },
    steps: [
      { id: 'emit', emit: { event: 'order.made', data: { words: TEXTS.emitted, said: '{{ event.text }}' } } },
      { id: 'note', comment: { text: `${TEXTS.scenarioNote} {{ vars.secretive }}` } },
      { id: 'field', setField: { field: 'note', value: TEXTS.fieldValue } },
      {
        id: 'broken',
        http: { endpoint: 'crm', method: 'POST', path: '/broken', body: { text: '{{ event.text }}' } },
        onError: [{ id: 'sorry', comment: { text: `${TEXTS.scenarioNote} failed` } }],
      },
      {
        id: 'ask',
        http: {
          endpoint: 'crm',
          method: 'POST',
          path: '/quotes/{{ contact.firstName }}',
          query: { q: '{{ event.text }}' },
          body: { text: '{{ event.text }}' },
          response: { text: { type: 'string' } },
          into: 'answer',
        },
      },
      { id: 'say', sendText: { text: `${TEXTS.scenarioText} {{ vars.answer.text }}`, ...open } },
    ],
  })
  const button = await publish({
    id: 'canary-button',
    name: 'Send',
    trigger: { button: { label: 'Send', inputs: [{ name: 'words', type: 'text' }] } },
    steps: [{ id: 'say', sendText: { text: 'You said {{ inputs.words }}', ...open } }],
  })
  await publish({
    id: 'canary-hook',
    name: 'Told',
    concurrency: 'parallel',
    trigger: {
      event: 'webhook.received',
      name: 'orders',
      about: { phone: '{{ event.body.phone }}', channel: 'Shop' },
    },
    steps: [{ id: 'say', sendText: { text: 'Told {{ event.body.words }}', ...open } }],
  })
  await ask('POST', '/api/scenarios', { document: `id: x\nname: ${TEXTS.brokenDocument}\n  - [` })
  await ask('POST', '/api/scenarios', { document: { id: 'x', name: 'x', steps: TEXTS.brokenDocument } })

  // A client sets it going.
  await house.simulator('POST', '/phone/messages', { from: TEXTS.number, name: TEXTS.name, text: TEXTS.clientText })
  const has = (from: string, words: string) =>
    eventually(async () => expect((await receivedBy(from)).join()).toContain(words), 60_000)
  await has(TEXTS.number, `${TEXTS.scenarioText} ${TEXTS.endpointAnswer}`)
  const { body: tasks } = await ask<{ items: { id: string; conversationId: string }[] }>('GET', '/api/tasks')
  const [task] = tasks.items
  if (!task) throw new Error('no task')
  await made(`/api/tasks/${task.id}/buttons/${button}`, { inputs: { words: TEXTS.buttonInput } })
  await has(TEXTS.number, TEXTS.buttonInput)
  await ask('POST', `/api/tasks/${task.id}/buttons/${button}`, { inputs: { wrong: TEXTS.buttonInput } })
  await eventually(async () => expect(outside.calls.some(({ url }) => url.startsWith('/told'))).toBe(true), 60_000)
  const moment = { from: '2020-01-01T00:00:00Z', to: '2035-01-01T00:00:00Z' }
  await ask('POST', `/api/scenarios/${scenarioId}/dry-run`, moment)

  // Webhooks in: right, wrong, unreadable.
  const hookBody = JSON.stringify({ phone: `+${TEXTS.number}`, words: TEXTS.hookBody })
  const tell = async (name: string, body: string, headers: Record<string, string>) => {
    const response = await fetch(`${server.url}/hooks/${name}`, { method: 'POST', body, headers })
    const text = await response.text()
    if (response.status >= 400) refusals += `hook ${text}\n`
    return response.status
  }
  const signed = (body: string) => {
    const [id, at] = [randomUUID(), new Date()]
    const seconds = String(Math.floor(at.getTime() / 1_000))
    const signature = new Webhook(SECRETS.hookSecret).sign(id, at, body)
    return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature }
  }
  expect(await tell('orders', hookBody, signed(hookBody))).toBe(200)
  await has(TEXTS.number, TEXTS.hookBody)
  expect(await tell('orders', hookBody, {})).toBe(401)
  const broken = `{"words":"${TEXTS.hookBody}`
  expect(await tell('orders', broken, signed(broken))).toBe(400)
  expect(await tell('guarded', broken, { authorization: `Bearer ${SECRETS.wrongBearer}` })).toBe(401)
  expect(await tell('guarded', hookBody, { authorization: `Bearer ${SECRETS.hookToken}` })).toBe(200)

  // Mailings, and answers that were prepared.
  await made('/api/templates/sync', { channelId })
  const template = { name: 'order_confirmation', language: 'en_US' }
  const parameters = { body: [TEXTS.recipientName, TEXTS.templateParameter] }
  const to = `+${TEXTS.campaignNumber}`
  await made('/api/campaigns', {
    channelId,
    name: TEXTS.campaignName,
    template,
    recipients: [{ to, name: TEXTS.recipientName, parameters }],
  })
  await has(TEXTS.campaignNumber, TEXTS.templateParameter)
  await ask('POST', '/api/campaigns', {
    channelId,
    name: TEXTS.campaignName,
    template,
    csv: `to\n${TEXTS.recipientName}`,
  })
  await ask('POST', '/api/outbound', {
    channelId,
    to,
    template: { ...template, parameters: { body: [TEXTS.quickReply] } },
  })
  const reply = { title: 'Hi', text: TEXTS.quickReply, attachmentIds: [], shared: true }
  await made('/api/quick-replies', reply)
  await ask('POST', '/api/quick-replies', { ...reply, text: `${TEXTS.quickReply} {{ x` })

  // A bridge of the Chat API.
  const bridge = { provider: 'chat-api', name: 'Bridge', service: 'signal', sendUrl: `${outside.url}/bridge` }
  const channel = await made('/api/channels', { ...bridge, secret: SECRETS.bridgeSecret })
  await ask('POST', '/api/channels', { ...bridge, service: 'x y', secret: SECRETS.bridgeSecret })
  const door = new URL(channel.webhookUrl).pathname
  const said = {
    type: 'message',
    id: 'm1',
    chat: { id: '9' },
    contact: { name: TEXTS.name, phone: TEXTS.bridgeNumber },
    text: TEXTS.bridgeText,
    at: new Date().toISOString(),
  }
  expect((await ask('POST', door, said, { authorization: `Bearer ${SECRETS.bridgeSecret}` })).status).toBe(200)
  expect((await ask('POST', door, said, { authorization: `Bearer ${SECRETS.wrongBearer}` })).status).toBe(401)
  await eventually(async () => {
    const { body } = await ask<{ items: unknown[] }>('GET', `/api/tasks?q=${TEXTS.bridgeNumber}`)
    expect(body.items).toHaveLength(1)
  })

  // Addresses that tell something, and lines that would be two.
  await ask('GET', `/files/${SECRETS.fileLink}/${TEXTS.linkedFile}.pdf`)
  await ask('GET', `/api/tasks/${encodeURIComponent(FORGED)}`)
  await ask('GET', `/${encodeURIComponent(FORGED)}`)
  await ask('GET', `/api/tasks?q=${encodeURIComponent(FORGED)}`)
  await ask('POST', '/api/groups', { name: FORGED, [FORGED]: 1 })
  await ask('POST', '/api/groups', { name: 'x' }, { 'idempotency-key': '\u00e9 forged' })
  await ask('POST', `/webhooks/${encodeURIComponent(FORGED)}`, {})
  await house.simulator('POST', '/phone/messages', { from: TEXTS.number, name: `Z${FORGED}`, text: `hi ${FORGED}` })
  const media = envelope({
    type: 'document',
    document: {
      id: `media${FORGED}`,
      mime_type: `x/y${FORGED}`,
      filename: `${TEXTS.clientFile}${FORGED}.pdf`,
      sha256: 'x',
    },
  })
  const signature = `sha256=${createHmac('sha256', APP_SECRET).update(media).digest('hex')}`
  expect((await ask('POST', `/webhooks/${channelId}`, media, { 'x-hub-signature-256': signature })).status).toBe(200)
  await eventually(async () => {
    const { pool } = house.database
    expect((await pool.query('select from conversations where worked_seq < last_seq')).rows).toHaveLength(0)
    expect((await pool.query(`select from deliveries where state in ('queued', 'sending')`)).rows).toHaveLength(0)
    const { rows } = await pool.query('select from comments where text like $1', ['hi %'])
    expect(rows.length).toBeGreaterThan(0)
  }, 60_000)
}

const envelope = (message: object): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { phone_number_id: PHONE_NUMBER_ID },
              contacts: [{ profile: { name: TEXTS.name }, wa_id: TEXTS.number }],
              messages: [
                {
                  from: TEXTS.number,
                  id: `wamid.${randomBytes(20).toString('base64')}`,
                  timestamp: String(Math.floor(Date.now() / 1_000)),
                  ...message,
                },
              ],
            },
          },
        ],
      },
    ],
  })

const found = (where: string, canaries: Record<string, string> = { ...TEXTS, ...SECRETS }) =>
  Object.entries(canaries).flatMap(([what, canary]) => {
    const at = where.indexOf(canary)
    return at < 0 ? [] : [`${what}: ${where.slice(Math.max(0, at - 200), at + canary.length + 20)}`]
  })

describe('what scenarios, webhooks, mailings and bridges carry (P8)', () => {
  it('was all planted, and arrived where it belongs', () => {
    for (const [what, canary] of Object.entries({ ...TEXTS, ...SECRETS })) {
      expect([what, canary.length > 8]).toEqual([what, true])
    }
    expect(output).toContain('"part":"server"')
    expect(output).toContain('"part":"worker"')
    expect(refusals.split('\n').length).toBeGreaterThan(15)
    const calls = outside.calls.map(({ url, body, headers }) => `${url} ${body} ${JSON.stringify(headers)}`).join('\n')
    for (const canary of [TEXTS.emitted, TEXTS.clientText, SECRETS.endpointSecret, SECRETS.endpointHeader]) {
      expect(calls).toContain(canary)
    }
  })

  it('is in no line of the logs', () => {
    expect(found(output)).toEqual([])
  })

  it('cannot make a line of the log that we did not write', () => {
    const lines = output.split('\n').filter((line) => line !== '')
    const odd = lines.filter((line) => !isOurs(line))
    expect(odd).toEqual([])
    expect(output).not.toContain('"part":"forged"')
    expect(output).not.toContain('\u001b')
    expect(output).not.toContain('\r')
  })

  it('is in no metric', () => {
    expect(found(metrics)).toEqual([])
    expect(metrics).not.toContain('forged')
  })

  it('is in no refusal', () => {
    expect(found(refusals)).toEqual([])
  })

  it('is nowhere in Temporal: histories, memos, search attributes, workflow ids', async () => {
    const connection = await Connection.connect({ address: house.temporalAddress })
    const client = new Client({ connection })
    let seen = ''
    const types = new Set<string>()
    for await (const { workflowId, runId, type } of client.workflow.list()) {
      types.add(type)
      const handle = client.workflow.getHandle(workflowId, runId)
      const { raw } = await handle.describe()
      expect(Object.keys(raw.workflowExecutionInfo?.memo?.fields ?? {})).toEqual([])
      seen += legible([await handle.fetchHistory(), raw])
    }
    await connection.close()
    expect([...types]).toEqual(expect.arrayContaining(['conversation', 'campaign', 'webhook']))
    expect(seen).toContain('conversation-')
    expect(found(seen)).toEqual([])
    expect(seen).not.toContain('forged')
  })
})

const isOurs = (line: string): boolean => {
  try {
    return ['server', 'worker'].includes(JSON.parse(line).part)
  } catch {
    return false
  }
}

/** Payloads are bytes, failures have causes: everything as text. */
const legible = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    part instanceof Uint8Array
      ? Buffer.from(part).toString('utf8')
      : part?.type === 'Buffer' && Array.isArray(part.data)
        ? Buffer.from(part.data).toString('utf8')
        : part,
  )
