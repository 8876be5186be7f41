import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { askPhoneAppsAgain } from '../../src/http/phone-app.ts'
import { webhookRoutes } from '../../src/http/webhooks.ts'
import { SILENT_WORDS, warnOfSilentPhoneApps } from '../../src/store/channels/silent-phone-apps.ts'
import { type Api, openApi } from '../http/api.ts'
import { type GraphServer, goodAccount, graphError, startGraph } from '../http/graph-server.ts'

/** A number that the phone app uses, too (M4): what is asked of the app, and what it hands over. */

const SECRET = 'the-app-secret-of-the-test'
const BUSINESS = '15550783881'
const CLIENT = '16505551234'

let api: Api
let graph: GraphServer
beforeAll(async () => {
  ;[api, graph] = await Promise.all([
    openApi({
      publicUrl: 'https://parley.example.test',
      parts: (deps) => [{ mount: (app) => app.route('/', webhookRoutes(deps)) }],
    }),
    startGraph(),
  ])
})
afterAll(() => Promise.all([api.close(), graph.close()]))
const inPhoneApp: GraphServer['answer'] = (method, path) => {
  const { status, body } = goodAccount(method, path)
  return { status, body: method === 'GET' ? { ...body, is_on_biz_app: true } : body }
}
afterEach(() => {
  graph.answer = goodAccount
  graph.calls.length = 0
})

interface Line {
  id: ChannelId
  phoneNumberId: string
  history: unknown
  coexistence: boolean
}
let numbers = 0
async function connect(answer = inPhoneApp): Promise<Line> {
  graph.answer = answer
  const body = {
    provider: 'whatsapp-cloud',
    name: 'Shop',
    phoneNumberId: String(800_000 + numbers++),
    wabaId: `300${numbers}`,
    accessToken: 'canary-token',
    appSecret: SECRET,
    verifyToken: 'verify-me',
    graphUrl: graph.url,
  }
  const made = await api.owner('/api/channels', { body })
  expect(made.status).toBe(201)
  return made.json
}
async function post({ id, phoneNumberId }: Line, field: string, value: object): Promise<void> {
  const metadata = { phone_number_id: phoneNumberId, display_phone_number: BUSINESS }
  const changes = [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }]
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', time: 1760000000, changes }] })
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
  const answer = await api.ask(`/webhooks/${id}`, { body, headers: { 'x-hub-signature-256': signature } })
  expect(answer.status).toBe(200)
}
const shown = async ({ id }: Line) => (await api.owner(`/api/channels/${id}`)).json
const kept = async ({ id }: Line, query = '') =>
  (await api.owner(`/api/channels/${id}/history?client=%2B${CLIENT}${query}`)).json
const chunk = (phase: number, progress: number, messages: object[]) => ({
  history: [{ metadata: { phase, chunk_order: 1, progress }, threads: [{ id: CLIENT, messages }] }],
})
const text = (id: string, at: number, more: object = {}) => ({
  from: CLIENT,
  id: `wamid.${id}`,
  timestamp: String(at),
  type: 'text',
  text: { body: id },
  ...more,
})
const asked = () =>
  graph.calls.filter(({ path }) => path.endsWith('/smb_app_data')).map(({ body }) => JSON.parse(body).sync_type)

describe('connecting it', () => {
  it('is known by itself; its app is asked for both once, after events are directed here, and it is never registered', async () => {
    const line = await connect()
    expect(line.coexistence).toBe(true)
    expect(asked()).toEqual(['smb_app_state_sync', 'history'])
    const paths = graph.calls.map(({ path }) => path.split('/').at(-1))
    expect(paths.lastIndexOf('subscribed_apps')).toBeLessThan(paths.indexOf('smb_app_data'))
    expect(paths).not.toContain('register')
    expect((await shown(line)).history).toMatchObject({ state: 'asked', progress: 0, messages: 0, problem: null })

    await api.owner(`/api/channels/${line.id}`, { method: 'PATCH', body: { accessToken: 'canary-next' } })
    expect(asked()).toHaveLength(2)
  })

  it('that certainly was not heard is asked again, and says why until then', async () => {
    const line = await connect((method, path) =>
      path.endsWith('/smb_app_data') ? graphError(400, 100) : inPhoneApp(method, path),
    )
    expect((await shown(line)).history).toMatchObject({ state: 'not_asked', problem: expect.any(String) })
    graph.answer = inPhoneApp
    graph.calls.length = 0
    await api.owner(`/api/channels/${line.id}`, { method: 'PATCH', body: { accessToken: 'canary-next' } })
    expect(asked()).toEqual(['smb_app_state_sync', 'history'])
    expect((await shown(line)).history).toMatchObject({ state: 'asked', problem: null })
  })

  it('that was not heard for a reason that passes is asked again by itself, and says when', async () => {
    const line = await connect((method, path) =>
      path.endsWith('/smb_app_data') ? graphError(429, 80007) : inPhoneApp(method, path),
    )
    const first = (await shown(line)).history
    expect(first).toMatchObject({ state: 'not_asked', problem: expect.any(String), contactsAskedAt: null })
    expect(Date.parse(first.retryAt) - Date.now()).toBeGreaterThan(30_000)
    const isDue = () =>
      api.database.pool.query(
        `update channels set app_sync = app_sync || jsonb_build_object('retryAt', now() - interval '1 second') where id = $1`,
        [line.id],
      )
    graph.calls.length = 0
    expect(await askPhoneAppsAgain(api.deps)).toEqual([])
    await isDue()
    expect(await askPhoneAppsAgain(api.deps)).toEqual([line.id])
    expect(asked()).toEqual(['smb_app_state_sync', 'history'])
    const second = (await shown(line)).history
    expect(Date.parse(second.retryAt)).toBeGreaterThan(Date.parse(first.retryAt))

    graph.answer = inPhoneApp
    graph.calls.length = 0
    await isDue()
    // Two servers look at once: it is asked once.
    await Promise.all([askPhoneAppsAgain(api.deps), askPhoneAppsAgain(api.deps)])
    expect(asked()).toEqual(['smb_app_state_sync', 'history'])
    expect((await shown(line)).history).toMatchObject({
      state: 'asked',
      problem: null,
      retryAt: null,
      contactsAskedAt: expect.any(String),
    })
    await isDue()
    await askPhoneAppsAgain(api.deps)
    expect(asked()).toHaveLength(2)
  })

  it('is not asked again a day after connecting, nor once it is disconnected', async () => {
    const line = await connect((method, path) =>
      path.endsWith('/smb_app_data') ? graphError(429, 80007) : inPhoneApp(method, path),
    )
    const { pool } = api.database
    await pool.query(
      `update channels set created_at = now() - interval '25 hours',
        app_sync = app_sync || jsonb_build_object('retryAt', now() - interval '1 second') where id = $1`,
      [line.id],
    )
    expect(await askPhoneAppsAgain(api.deps)).toEqual([])
    expect((await shown(line)).history).toMatchObject({ state: 'not_asked', retryAt: null })
    await pool.query(`update channels set created_at = now(), state = 'disconnected' where id = $1`, [line.id])
    expect(await askPhoneAppsAgain(api.deps)).toEqual([])
  })

  it('that was perhaps heard is not asked again', async () => {
    const line = await connect((method, path) =>
      path.endsWith('/smb_app_data') ? { status: 502, body: '<html>' } : inPhoneApp(method, path),
    )
    graph.answer = inPhoneApp
    graph.calls.length = 0
    await api.owner(`/api/channels/${line.id}`, { method: 'PATCH', body: { accessToken: 'canary-next' } })
    expect(asked()).toEqual([])
  })

  it('too late is not asked at all; nor is a number that no app uses', async () => {
    const line = await connect(goodAccount)
    expect([line.coexistence, line.history, asked()]).toEqual([false, null, []])
    await api.database.pool.query(`update channels set created_at = now() - interval '25 hours' where id = $1`, [
      line.id,
    ])
    await api.owner(`/api/channels/${line.id}`, {
      method: 'PATCH',
      body: { coexistence: true, accessToken: 'canary-next' },
    })
    expect(asked()).toEqual([])
    expect((await shown(line)).history).toMatchObject({ state: 'not_asked' })
  })
})

describe('its history', () => {
  it('comes in any order, twice, and by thousands; opens nothing, and shows how far it is', async () => {
    const line = await connect()
    const many = Array.from({ length: 2_500 }, (_, n) => text(`old-${n}`, 1_750_000_000 + n))
    await post(line, 'history', chunk(1, 100, many))
    expect((await shown(line)).history).toMatchObject({ state: 'importing', progress: 67, chunks: 1, messages: 2_500 })
    const recent = chunk(0, 55, [
      text('recent', 1_759_990_000),
      text('answer', 1_759_990_060, { from: BUSINESS, to: CLIENT, history_context: { status: 'READ' } }),
    ])
    for (let time = 0; time < 2; time++) await post(line, 'history', recent)
    await post(line, 'history', chunk(2, 100, [text('first', 1_745_000_000)]))
    expect((await shown(line)).history).toMatchObject({ state: 'done', progress: 100, chunks: 3, messages: 2_503 })

    const page = await kept(line, '&limit=2')
    expect(page.items).toMatchObject([
      { id: 'wamid.answer', direction: 'out', text: 'answer', status: 'read' },
      { id: 'wamid.recent', direction: 'in', kind: 'text', at: '2025-10-09T06:06:40.000Z' },
    ])
    expect((await kept(line, `&limit=2&cursor=${page.next}`)).items[0].id).toBe('wamid.old-2499')
    for (const table of ['conversations', 'tasks', 'comments', 'conversation_events', 'outgoing_messages']) {
      const { rows } = await api.database.pool.query(`select count(*)::int as n from ${table} where channel_id = $1`, [
        line.id,
      ])
      expect([table, rows[0].n]).toEqual([table, 0])
    }
  })

  it.each([
    ['after', ['thread', 'file']],
    ['before', ['file', 'thread']],
  ])('gets its file %s the placeholder', async (_, order) => {
    const line = await connect()
    const placeholder = { from: BUSINESS, id: 'wamid.f', timestamp: '1759990000', type: 'media_placeholder' }
    const file = {
      ...placeholder,
      from: CLIENT,
      type: 'image',
      image: { mime_type: 'image/jpeg', id: '24', caption: 'Look' },
    }
    for (const what of [...order, ...order]) {
      await post(line, 'history', what === 'thread' ? chunk(0, 10, [placeholder]) : { messages: [file] })
    }
    expect((await kept(line)).items).toMatchObject([
      {
        direction: 'out',
        kind: 'image',
        text: 'Look',
        placeholder: false,
        file: { mime: 'image/jpeg', state: 'pending', name: 'image' },
      },
    ])
    const { rows } = await api.database.pool.query(
      `select a.id from attachments a join imported_files f on f.attachment_id = a.id where f.channel_id = $1`,
      [line.id],
    )
    expect(rows).toHaveLength(1)
  })

  it('is declined by the owner', async () => {
    const line = await connect()
    await post(line, 'history', { history: [{ errors: [{ code: 2593109, title: 'turned off' }] }] })
    expect((await shown(line)).history).toMatchObject({ state: 'declined', declinedAt: expect.any(String) })
  })
})

describe('its phone book', () => {
  it('names clients whom nobody here has named, and takes nobody away', async () => {
    const line = await connect()
    const { pool } = api.database
    const client = async (name: string, by: string, number: string) => {
      await pool.query(
        `with c as (insert into contacts (id, name, name_by) values (gen_random_uuid(), $1, $2) returning id),
          v as (insert into conversations (id, channel_id, contact_id) select gen_random_uuid(), $3::uuid, id from c returning id)
        insert into identities (id, channel_id, kind, value, conversation_id)
          select gen_random_uuid(), $3::uuid, 'wa_id', $4, id from v`,
        [name, by, line.id, number],
      )
    }
    await client('~pablo', 'provider', '16505550001')
    await client('Pablo from Lima', 'employee', '16505550002')
    await client('~gone', 'provider', '16505550003')
    const entry = (phone_number: string, action: string, full_name?: string) => ({
      type: 'contact',
      action,
      contact: { phone_number, full_name },
    })
    await post(line, 'smb_app_state_sync', {
      state_sync: [
        entry('16505550001', 'add', 'Pablo M.'),
        entry('16505550001', 'add', 'Pablo Morales'),
        entry('16505550002', 'add', 'P. Morales'),
        entry('16505550003', 'remove'),
        entry('16505550004', 'add', 'Somebody else'),
      ],
    })
    const { rows } = await pool.query(
      `select ct.name from contacts ct join conversations v on v.contact_id = ct.id where v.channel_id = $1 order by 1`,
      [line.id],
    )
    expect(rows.map(({ name }) => name)).toEqual(['Pablo from Lima', 'Pablo Morales', '~gone'].toSorted())
  })
})

describe('the phone app', () => {
  it('that nothing is heard of is warned of once, before Meta ends the connection, until it is heard of again', async () => {
    const line = await connect()
    const fresh = await connect()
    const age = (days: number) =>
      api.database.pool.query(
        `update channels set created_at = now() - interval '30 days', app_seen_at = now() - $2::int * interval '1 day' where id = $1`,
        [line.id, days],
      )
    const look = () => warnOfSilentPhoneApps(api.database.db, new Date())
    await age(10)
    await look()
    expect((await shown(line)).stateReason).toBeNull()
    await age(12)
    for (let time = 0; time < 2; time++) await look()
    const { phoneApp, ...line12 } = await shown(line)
    expect(line12).toMatchObject({ state: 'connected', stateReason: SILENT_WORDS })
    expect(phoneApp.silentSince).toBe(phoneApp.lastHeardAt)
    expect(Date.parse(phoneApp.endsAt) - Date.parse(phoneApp.silentSince)).toBe(14 * 24 * 3_600_000)
    expect((await shown(fresh)).stateReason).toBeNull()
    const { rows } = await api.database.pool.query(
      `select count(*)::int as n from audit_log where action = 'channel.phone_app_silent'`,
    )
    expect(rows[0].n).toBe(1)

    await post(line, 'smb_message_echoes', {
      message_echoes: [text('echo', 1_760_000_000, { from: BUSINESS, to: CLIENT })],
    })
    await look()
    expect(await shown(line)).toMatchObject({
      stateReason: null,
      phoneApp: { lastHeardAt: expect.any(String), silentSince: null, endsAt: null },
    })
  })

  it('cannot share the numbers of some countries, which are named', async () => {
    const { json } = await api.owner('/api/channel-providers')
    const cloud = json.items.find(({ provider }: { provider: string }) => provider === 'whatsapp-cloud')
    expect(cloud.notForCoexistence.map(({ name }: { name: string }) => name)).toEqual(['Nigeria', 'South Africa'])
  })
})
