import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { webhookRoutes } from '../../src/http/webhooks.ts'
import { eventually } from '../kit/eventually.ts'
import { type Api, openApi } from './api.ts'
import { type GraphServer, goodAccount, graphError, startGraph } from './graph-server.ts'

const SECRET = 'canary-app-secret'
const SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging']
const IN_AN_HOUR = Math.floor(Date.now() / 1000) + 3600

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
afterEach(() => {
  graph.answer = goodAccount
  graph.calls.length = 0
})

let numbers = 0
const account = (more: object = {}) => ({
  provider: 'whatsapp-cloud',
  phoneNumberId: String(500_000 + numbers++),
  wabaId: '200200',
  accessToken: 'canary-access-token',
  appSecret: SECRET,
  graphUrl: graph.url,
  ...more,
})
const create = async (more: object = {}) =>
  (await api.owner('/api/channels', { body: { ...account(), name: 'Shop', verifyToken: 'canary-verify', ...more } }))
    .json

/** A Graph API where all is as it should be, but for what a test says. */
type GraphAnswer = { status: number; body: unknown }
const metaWith =
  (phoneNumberId: string, odd: Partial<Record<'number' | 'token' | 'numbers' | 'apps' | 'proof', GraphAnswer>> = {}) =>
  (_method: string, path: string): GraphAnswer => {
    const ok = (body: unknown) => ({ status: 200, body })
    if (path.endsWith('/debug_token')) {
      const asApp = graph.calls.at(-1)?.authorization?.includes('|')
      if (asApp && odd.proof) return odd.proof
      return odd.token ?? ok({ data: { app_id: '670', is_valid: true, expires_at: 0, scopes: SCOPES } })
    }
    if (path.endsWith('/phone_numbers')) return odd.numbers ?? ok({ data: [{ id: phoneNumberId }] })
    if (path.endsWith('/subscribed_apps')) return odd.apps ?? ok({ data: [] })
    return (
      odd.number ??
      ok({
        id: phoneNumberId,
        display_phone_number: '+1 555-078-3881',
        verified_name: 'Shop',
        quality_rating: 'GREEN',
        platform_type: 'CLOUD_API',
        throughput: { level: 'STANDARD' },
        whatsapp_business_manager_messaging_limit: 'TIER_2K',
      })
    )
  }

const stepsOf = (json: { steps: { step: string; state: string }[] }) =>
  Object.fromEntries(json.steps.map(({ step, state }) => [step, state]))

describe('which accounts can be connected', () => {
  it('is told with what has to be known of them, in the language of who asks', async () => {
    const { json } = await api.owner('/api/channel-providers')
    const [whatsapp] = json.items.filter(({ provider }: { provider: string }) => provider === 'whatsapp-cloud')
    expect(whatsapp).toMatchObject({ ways: ['new_number', 'coexistence'], capabilities: { replyWindowHours: 24 } })
    const secrets = whatsapp.fields.filter(({ secret }: { secret: boolean }) => secret)
    expect(secrets.map(({ key }: { key: string }) => key)).toEqual(['accessToken', 'appSecret', 'verifyToken'])
    const russian = await api.owner('/api/channel-providers', { headers: { 'accept-language': 'ru-RU' } })
    expect(russian.json.items[0].fields[2].label).toBe('Токен доступа')
  })

  it('asks for exactly the keys that a new channel takes', async () => {
    const { json } = await api.owner('/api/channel-providers')
    const filled = account({ name: 'By its fields', verifyToken: 'canary-verify' })
    const given = Object.fromEntries(
      json.items[0].fields.map(({ key }: { key: keyof typeof filled }) => [key, filled[key]]),
    )
    const made = await api.owner('/api/channels', {
      body: { provider: json.items[0].provider, name: 'By its fields', ...given },
    })
    expect(made.status).toBe(201)
    for (const { key, pattern } of json.items[0].fields) {
      expect(String(filled[key as keyof typeof filled])).toMatch(new RegExp(`^(?:${pattern})$`))
    }
  })
})

describe('trying an account out', () => {
  it('finds everything good, and stores nothing', async () => {
    const body = account()
    graph.answer = metaWith(body.phoneNumberId)
    const { status, json } = await api.owner('/api/channels/check', { body })
    expect(status).toBe(200)
    expect(stepsOf(json)).toEqual({
      token: 'good',
      permissions: 'good',
      number: 'good',
      business_account: 'good',
      app_secret: 'good',
      subscription: 'good',
      address: 'good',
    })
    expect(json).toMatchObject({
      ok: true,
      account: { displayPhone: '+1 555-078-3881', quality: 'green', messagingLimit: 'tier_2k', throughput: 'standard' },
    })
    expect(graph.calls.every(({ method }) => method === 'GET')).toBe(true)
    expect(JSON.stringify(json)).not.toMatch(/canary/)
    const { rows } = await api.database.pool.query('select 1 from channels where account_id = $1', [body.phoneNumberId])
    expect(rows).toEqual([])
  })

  it('names a wrong token first, and asks for nothing that hangs on it', async () => {
    const body = account()
    const refused = graphError(401, 190)
    graph.answer = () => refused
    const { json } = await api.owner('/api/channels/check', { body })
    expect(json.ok).toBe(false)
    expect(stepsOf(json)).toMatchObject({ token: 'bad', permissions: 'unknown', number: 'unknown' })
    expect(json.steps[0].message).toMatch(/System users/)
    const russian = await api.owner('/api/channels/check', { body, headers: { 'accept-language': 'ru' } })
    expect(russian.json.steps[0].message).toMatch(/Системные пользователи/)
  })

  it.each([
    ['a personal number (M5)', 'number', { number: graphError(400, 100) }, 'bad', /personal number/],
    ['a token without rights on the number', 'number', { number: graphError(403, 200) }, 'bad', /system user/],
    [
      'a number of another account',
      'business_account',
      { numbers: { status: 200, body: { data: [{ id: '1', display_phone_number: '+1 1' }] } } },
      'bad',
      /\+1 1/,
    ],
    [
      'an account that the token may not see',
      'business_account',
      { numbers: graphError(400, 100) },
      'bad',
      /full control/,
    ],
    ['a wrong app secret', 'app_secret', { proof: graphError(401, 190) }, 'bad', /App settings/],
    [
      'a token without a permission',
      'permissions',
      {
        token: {
          status: 200,
          body: { data: { app_id: '1', is_valid: true, expires_at: 0, scopes: ['whatsapp_business_messaging'] } },
        },
      },
      'bad',
      /whatsapp_business_management/,
    ],
    [
      'a token for trying things out',
      'token',
      {
        token: {
          status: 200,
          body: { data: { app_id: '1', is_valid: true, expires_at: IN_AN_HOUR, scopes: SCOPES } },
        },
      },
      'warning',
      /trying things out/,
    ],
    [
      'events that go elsewhere now',
      'subscription',
      { apps: { status: 200, body: { data: [{ override_callback_uri: 'https://other.example/hook' }] } } },
      'good',
      /other\.example/,
    ],
    ['Meta out of order', 'number', { number: { status: 500, body: 'oops' } }, 'unknown', /./],
  ])('says what is wrong with %s', async (_, step, odd, state, words) => {
    const body = account()
    graph.answer = metaWith(body.phoneNumberId, odd)
    const { json } = await api.owner('/api/channels/check', { body })
    const found = json.steps.find((one: { step: string }) => one.step === step)
    expect([found.state, json.ok]).toEqual([state, state !== 'bad'])
    expect(found.message).toMatch(words)
  })

  it('says that a number is connected already', async () => {
    const { phoneNumberId } = await create()
    const { json } = await api.owner('/api/channels/check', { body: account({ phoneNumberId }) })
    expect(stepsOf(json).taken).toBe('bad')
  })

  it('says when Meta cannot reach this installation', async () => {
    const inside = await openApi({ publicUrl: 'http://127.0.0.1:8080' })
    try {
      const here = await inside.owner('/api/channels/check', { body: account() })
      expect(stepsOf(here.json).address).toBe('good')
      // Nothing listens there, and nothing has to: the address is judged by what it is.
      const body = account({ graphUrl: 'https://graph.invalid' })
      const { json } = await inside.owner('/api/channels/check', { body })
      expect([stepsOf(json).address, stepsOf(json).number]).toEqual(['bad', 'unknown'])
    } finally {
      await inside.close()
    }
  })

  it('is for who may connect accounts', async () => {
    const operator = await api.addToken('operator')
    const { id } = await create()
    const limited = await api.addToken('admin', [id])
    for (const token of [operator, limited]) {
      expect((await api.ask('/api/channels/check', { token, body: account() })).status).toBe(403)
    }
    expect((await api.ask(`/api/channels/${id}/check`, { token: limited, method: 'POST' })).status).toBe(200)
    expect((await api.ask(`/api/channels/${id}/events`, { token: operator })).status).toBe(403)
  })
})

describe('how a channel stands', () => {
  it('is asked of the provider, and kept', async () => {
    const { id, phoneNumberId } = await create()
    graph.answer = metaWith(phoneNumberId, {
      apps: {
        status: 200,
        body: { data: [{ override_callback_uri: `https://parley.example.test/webhooks/${id}` }] },
      },
    })
    const { json } = await api.owner(`/api/channels/${id}/check`, { method: 'POST' })
    expect(stepsOf(json).subscription).toBe('good')
    expect((await api.owner(`/api/channels/${id}`)).json.account).toMatchObject({
      name: 'Shop',
      quality: 'green',
      messagingLimit: 'tier_2k',
      throughput: 'standard',
      checkedAt: expect.any(String),
    })
    const known = await api.owner(`/api/channels/${id}/events`)
    expect(known.json).toEqual({ items: [], next: null })
  })

  const hook = (id: ChannelId, body: string, secret = SECRET) =>
    api.app.request(`/webhooks/${id}`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    })
  const webhookOf = async (id: ChannelId) => (await api.owner(`/api/channels/${id}`)).json.webhook

  it('keeps when its address was checked, when an event was signed rightly, and what was turned away', async () => {
    const { id } = await create()
    expect(await webhookOf(id)).toEqual({ verifiedAt: null, lastSignedAt: null, lastRefusedAt: null, refusal: null })

    const check = (token: string) =>
      api.app.request(`/webhooks/${id}?hub.mode=subscribe&hub.challenge=42&hub.verify_token=${token}`)
    expect((await check('wrong')).status).toBe(403)
    await eventually(async () => expect((await webhookOf(id)).refusal).toBe('verify_token'))
    expect((await check('canary-verify')).status).toBe(200)
    await eventually(async () => expect((await webhookOf(id)).verifiedAt).not.toBeNull())

    expect((await hook(id, '{}', 'another-secret')).status).toBe(401)
    await eventually(async () => expect((await webhookOf(id)).refusal).toBe('signature'))
    expect((await hook(id, '{}')).status).toBe(200)
    await eventually(async () => expect((await webhookOf(id)).lastSignedAt).not.toBeNull())
    const live = await api.database.pool.query(
      "select 1 from live_events where event = 'channel' and data ->> 'channelId' = $1",
      [id],
    )
    expect(live.rows.length).toBeGreaterThanOrEqual(5)
  })

  it('lists what the provider said of the account, and nothing of clients', async () => {
    const { id, phoneNumberId, wabaId } = await create({ wabaId: '909090' })
    const change = (field: string, value: object, time: number) =>
      hook(
        id,
        JSON.stringify({
          object: 'whatsapp_business_account',
          entry: [{ id: wabaId, time, changes: [{ field, value }] }],
        }),
      )
    await change(
      'phone_number_quality_update',
      { display_phone_number: '15550783881', event: 'FLAGGED', current_limit: 'TIER_2K' },
      1_760_000_000,
    )
    await change(
      'smb_app_state_sync',
      {
        metadata: { phone_number_id: phoneNumberId, display_phone_number: '15550783881' },
        state_sync: [{ type: 'contact', contact: { full_name: 'Secret Client', phone_number: '16505551234' } }],
      },
      1_760_000_001,
    )
    const first = (await api.owner(`/api/channels/${id}/events?limit=1`)).json
    expect(first.items.map(({ kind }: { kind: string }) => kind)).toEqual(['smb_app_state_sync'])
    const second = (await api.owner(`/api/channels/${id}/events?limit=1&cursor=${first.next}`)).json
    expect(second).toMatchObject({
      items: [{ kind: 'phone_number_quality_update', effect: 'notice', values: { current_limit: 'TIER_2K' } }],
      next: null,
    })
    expect(JSON.stringify([first, second])).not.toMatch(/Secret Client|16505551234/)
    expect((await api.owner(`/api/channels/${id}`)).json.account.qualityNews).toBe('flagged')
  })
})
