import { createHmac, randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import {
  APP_SECRET,
  type Killable,
  openProcessHouse,
  PHONE_NUMBER_ID,
  type ProcessHouse,
  type ServerProcess,
} from '../kit/process-house.ts'

/** Every one of these goes in somewhere below, and must come out nowhere but through the API (P8). */
const CANARY = {
  number: '16505559471',
  otherNumber: '16505559472',
  name: 'Canaria Zwitsch',
  text: 'canary-text-of-a-client',
  answer: 'canary-answer-of-ours',
  internal: 'canary-internal-note',
  brokenText: 'canary-text-in-a-broken-body',
  fileName: 'canary-file-name',
  password: 'canary-password-0815',
  wrongPassword: 'canary-password-4711',
  email: 'canary-person@example.test',
  employee: 'Canary Employee',
  accessToken: 'canary-access-token-of-a-channel',
  appSecret: 'canary-app-secret-of-a-channel',
  verifyToken: 'canary-verify-token-of-a-channel',
  search: 'canary-search-words',
  key: 'canary-idempotency-key',
}

let house: ProcessHouse
let server: ServerProcess
let worker: Killable
let output = ''
let metrics = ''
/** Tokens that were made on the way. */
const made: Record<string, string> = {}

beforeAll(async () => {
  house = await openProcessHouse({ logLevel: 'trace', onOutput: (chunk) => (output += chunk.toString('utf8')) })
  server = await house.startServer()
  worker = await house.startWorker()
  await goThroughEveryDoor()
  metrics = await (await fetch(`${server.url}/metrics`)).text()
  await worker.stop()
  await server.stop()
}, 120_000)
afterAll(() => house.close())

const sign = (body: string, secret = APP_SECRET) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

const post = async (body: string, signature = sign(body)) =>
  (
    await fetch(server.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
      body,
    })
  ).status

const envelope = (value: object, field = 'messages') =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          { field, value: { messaging_product: 'whatsapp', metadata: { phone_number_id: PHONE_NUMBER_ID }, ...value } },
        ],
      },
    ],
  })

const message = (more: object = {}) => ({
  from: CANARY.number,
  id: `wamid.${randomBytes(20).toString('base64')}`,
  timestamp: String(Math.floor(Date.now() / 1_000)),
  type: 'text',
  text: { body: CANARY.text },
  ...more,
})
const contacts = [{ profile: { name: CANARY.name }, wa_id: CANARY.number }]

async function goThroughEveryDoor(): Promise<void> {
  // Webhooks: good ones, refused ones, unreadable ones.
  await house.simulator('POST', '/phone/messages', { from: CANARY.number, name: CANARY.name, text: CANARY.text })
  const task = await eventually(async () => {
    const { body } = await server.api<{ items: { id: string; requester: { id: string } }[] }>('GET', '/api/tasks')
    const [first] = body.items
    if (!first) throw new Error('no task yet')
    return first
  })
  const good = envelope({ contacts, messages: [message()] })
  expect(await post(good)).toBe(200)
  expect(await post(good, sign(good, 'another'))).toBe(401)
  expect(await post(`${CANARY.brokenText} {`)).toBe(200)
  expect(await post(envelope({ contacts, messages: [{ text: { body: CANARY.brokenText } }, message()] }))).toBe(200)
  await fetch(`${server.webhookUrl}?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${CANARY.verifyToken}`)

  // People, tokens, sign-in.
  const person = { name: CANARY.employee, email: CANARY.email, role: 'operator' }
  const user = await server.api<{ id: string }>('POST', '/api/users', { ...person, password: CANARY.password })
  const signIn = (password: string) => server.api('POST', '/api/session', { email: CANARY.email, password })
  expect((await signIn(CANARY.wrongPassword)).status).toBe(401)
  const session = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: CANARY.email, password: CANARY.password }),
  })
  made.session = session.headers.getSetCookie()[0]?.split(';')[0]?.split('=')[1] ?? ''
  const token = await server.api<{ token: string }>('POST', '/api/tokens', { name: 'canary', role: 'operator' })
  made.apiToken = token.body.token
  await fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${made.apiToken}` } })
  const link = await server.api<{ url: string }>('POST', `/api/users/${user.body.id}/sign-in-link`, {})
  made.link = link.body.url?.split('#')[1] ?? ''

  // A channel's secrets, taken and refused.
  const secrets = {
    accessToken: CANARY.accessToken,
    appSecret: CANARY.appSecret,
    verifyToken: CANARY.verifyToken,
  }
  const channel = { provider: 'whatsapp-cloud', name: 'Second', phoneNumberId: '1', wabaId: '2', ...secrets }
  await server.api('POST', '/api/channels', { ...channel, graphUrl: `${house.simulatorUrl}/graph` })
  await server.api('POST', '/api/channels', { ...channel, graphUrl: 'http://127.0.0.1:9' })
  await server.api('POST', '/api/channels', { ...channel, surplus: CANARY.appSecret })
  await server.api('PATCH', `/api/channels/${house.channelId}`, { accessToken: { nested: CANARY.accessToken } })

  // Work: what stays, what leaves, what fails on the way.
  const comments = `/api/tasks/${task.id}/comments`
  await server.api('POST', comments, { text: CANARY.internal })
  await server.api('POST', comments, { text: 17, surplus: CANARY.internal })
  await server.api('POST', comments, { text: `${CANARY.internal}\u0000\ud800` })
  await server.api('PATCH', `/api/contacts/${task.requester.id}`, { name: `${CANARY.name} II` })
  await server.api('GET', `/api/tasks?q=${CANARY.search}&contactId=${CANARY.search}`)
  await server.api('GET', `/api/contacts?q=${CANARY.number}`)
  await fetch(`${server.url}${comments}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${house.token}`,
      'content-type': 'application/json',
      'idempotency-key': CANARY.key,
    },
    body: `{"text": "${CANARY.internal}`,
  })
  const form = new FormData()
  form.set('file', new File([`%PDF-1.4 ${CANARY.text}`], `${CANARY.fileName}.pdf`, { type: 'application/pdf' }))
  const file = await fetch(`${server.url}/api/attachments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${house.token}` },
    body: form,
  })
  const attachment = (await file.json()) as { id: string }
  const send = async (body: object) => {
    const answer = await server.api<{ delivery: { id: string } }>('POST', comments, {
      ...body,
      notify: { contact: true },
    })
    expect(answer.status).toBe(201)
    return answer.body.delivery.id
  }
  const until = (delivery: string, ...states: string[]) =>
    eventually(async () => {
      const { body } = await server.api<{ state: string }>('GET', `/api/deliveries/${delivery}`)
      if (!states.includes(body.state)) throw new Error(`the delivery is ${body.state}`)
    }, 30_000)
  await until(await send({ text: CANARY.answer }), 'delivered', 'read')
  await until(await send({ text: CANARY.answer, attachmentIds: [attachment.id] }), 'delivered', 'read')
  for (const fault of [
    { kind: 'error', code: 131026 },
    { kind: 'http', status: 500 },
    { kind: 'reset_after_accept' },
    { kind: 'token_revoked' },
  ]) {
    await house.simulator('POST', '/faults', { on: 'messages', times: 1, ...fault })
    const delivery = await send({ text: CANARY.answer })
    if (fault.kind === 'token_revoked') {
      await eventually(async () => {
        const { body } = await server.api<{ state: string }>('GET', `/api/channels/${house.channelId}`)
        expect(body.state).toBe('needs_attention')
      })
    } else await until(delivery, 'delivered', 'read', 'failed', 'sent', 'unknown')
  }

  // Steps and statements that fail: PostgreSQL's own words quote the value that is no number.
  const { pool } = house.database
  await pool.query(
    `alter table comments add constraint canary check (text <> '${CANARY.brokenText}' or text::int = 0) not valid`,
  )
  expect(
    await post(envelope({ contacts, messages: [message({ text: { body: CANARY.brokenText } }), message()] })),
  ).toBe(200)
  await server.api('POST', comments, { text: CANARY.brokenText })
  await eventually(async () => {
    const { rows } = await pool.query(`select from dead_letters where reason = 'step_failed'`)
    expect(rows).toHaveLength(1)
  }, 60_000)
  await pool.query('alter table comments drop constraint canary')

  // From here on they are somebody else.
  expect(
    await post(
      envelope({
        contacts,
        messages: [message({ type: 'system', system: { type: 'user_changed_number', wa_id: CANARY.otherNumber } })],
      }),
    ),
  ).toBe(200)
  await eventually(async () => {
    const { rows } = await pool.query('select from identities where value = $1', [CANARY.otherNumber])
    expect(rows).toHaveLength(1)
    expect((await pool.query('select from conversations where worked_seq < last_seq')).rows).toHaveLength(0)
  })
}

describe('secrets and what clients wrote (P8)', () => {
  const canaries = () => ({
    ...CANARY,
    appSecretOfTheShop: APP_SECRET,
    accessTokenOfTheShop: 'token-of-the-test',
    environmentToken: house.token,
    ...made,
  })
  const found = (where: string) =>
    Object.entries(canaries()).flatMap(([what, canary]) => (where.includes(canary) ? [what] : []))

  it('were all planted', () => {
    for (const [what, canary] of Object.entries(canaries())) expect([what, canary.length > 8]).toEqual([what, true])
    expect(output.split('\n').length).toBeGreaterThan(30)
    expect(output).toContain('"part":"server"')
    expect(output).toContain('"part":"worker"')
    expect(metrics).toContain('process_cpu_seconds_total')
  })

  it('are in no line of the logs', () => {
    expect(found(output)).toEqual([])
  })

  it('are in no metric', () => {
    expect(found(metrics)).toEqual([])
  })

  it('are nowhere in Temporal: histories, memos, search attributes, workflow ids', async () => {
    const connection = await Connection.connect({ address: house.temporalAddress })
    const client = new Client({ connection })
    let seen = ''
    let workflows = 0
    for await (const { workflowId, runId } of client.workflow.list()) {
      workflows++
      const handle = client.workflow.getHandle(workflowId, runId)
      seen += legible([await handle.fetchHistory(), (await handle.describe()).raw])
    }
    await connection.close()
    expect(workflows).toBeGreaterThan(0)
    // What the search reads is what Temporal holds: the ids are there in clear.
    expect(seen).toContain('conversation-')
    expect(found(seen)).toEqual([])
  })
})

/** Payloads are bytes, failures have causes: everything as text. */
const legible = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    part instanceof Uint8Array
      ? Buffer.from(part).toString('utf8')
      : part?.type === 'Buffer' && Array.isArray(part.data)
        ? Buffer.from(part.data).toString('utf8')
        : part,
  )
