import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { loadChannel } from '../../src/store/channels/load-channel.ts'
import { type Api, openApi } from './api.ts'
import { type GraphServer, goodAccount, graphError, startGraph } from './graph-server.ts'

/** Embedded Signup (reference §10.2): a code of the browser's becomes a channel. */

const APP = '670843887433847'
const APP_SECRET = 'canary-app-secret-of-the-app'
const ok = (body: unknown) => ({ status: 200, body })

let graph: GraphServer
let api: Api
let without: Api
beforeAll(async () => {
  graph = await startGraph()
  const environment = {
    META_APP_ID: APP,
    META_APP_SECRET: APP_SECRET,
    META_SIGNUP_CONFIG_ID: '1234567890',
    META_GRAPH_URL: graph.url,
  }
  ;[api, without] = await Promise.all([openApi({ publicUrl: 'https://parley.example.test', environment }), openApi()])
})
afterAll(() => Promise.all([api.close(), without.close(), graph.close()]))
afterEach(() => {
  graph.calls.length = 0
})

let accounts = 0
/** Meta as it answers a sign-up that shares one account; `differs` says what is otherwise. */
function meta(differs: (method: string, path: string) => ReturnType<GraphServer['answer']> | null = () => null) {
  const waba = `40000${accounts}`
  const numbers = [{ id: `50000${accounts++}`, display_phone_number: '+1 555-000-0002' }] as Record<string, unknown>[]
  const scopes = [{ scope: 'whatsapp_business_management', target_ids: [waba] }]
  graph.answer = (method, path) => {
    const other = differs(method, path)
    if (other) return other
    if (path.endsWith('/oauth/access_token')) return ok({ access_token: 'canary-business-token', token_type: 'bearer' })
    if (path.endsWith('/debug_token')) return ok({ data: { is_valid: true, app_id: APP, granular_scopes: scopes } })
    if (path.endsWith('/phone_numbers')) return ok({ data: numbers })
    if (path.endsWith('/smb_app_data')) return ok({ messaging_product: 'whatsapp', request_id: '1' })
    return goodAccount(method, path)
  }
  return { waba, numbers, scopes }
}
const take = (more: object = {}, as: Api = api) =>
  as.owner('/api/channels/signup', { body: { code: 'canary-code', name: 'Shop', ...more } })
const steps = () => graph.calls.map(({ method, path }) => `${method} ${path.split('/').slice(2).join('/')}`)

describe('a sign-up', () => {
  it('names the address again that the code came to, and only then', async () => {
    const addressIn = () => new URLSearchParams(graph.calls[0]?.query).get('redirect_uri')
    meta()
    expect((await take({ redirected: true })).status).toBe(201)
    expect(addressIn()).toBe('https://parley.example.test/channels/signup')
    graph.calls.length = 0
    meta()
    expect((await take()).status).toBe(201)
    expect(addressIn()).toBeNull()
  })

  it('becomes a channel: the code is exchanged, the ids are asked for, events come here, the number is registered', async () => {
    const { waba, numbers } = meta()
    const { status, json, text } = await take()
    expect([status, json.wabaId, json.phoneNumberId]).toEqual([201, waba, numbers[0]?.id])
    expect(json).toMatchObject({ state: 'connected', stateReason: null, checked: true, coexistence: false })
    expect(steps().slice(0, 7)).toEqual([
      'GET oauth/access_token',
      'GET debug_token',
      `GET ${waba}/phone_numbers`,
      `GET ${numbers[0]?.id}`,
      `POST ${waba}/subscribed_apps`,
      `POST ${waba}/subscribed_apps`,
      `GET ${waba}/message_templates`,
    ])
    const register = graph.calls.find(({ path }) => path.endsWith('/register'))
    const { pin } = JSON.parse(register?.body ?? '{}')
    expect(pin).toMatch(/^\d{6}$/)
    expect(register?.authorization).toBe('Bearer canary-business-token')

    const stored = await loadChannel(api.database.db, api.deps.secrets, json.id)
    expect(stored?.config).toMatchObject({
      accessToken: 'canary-business-token',
      appSecret: APP_SECRET,
      registrationPin: pin,
    })
    const rows = JSON.stringify((await api.database.pool.query('select * from channels')).rows)
    for (const secret of ['canary-business-token', APP_SECRET, 'canary-code', `"${pin}"`]) {
      expect(text + api.logged.join('') + rows).not.toContain(secret)
    }
  })

  it('of a number of the phone app is not registered; its app is asked instead', async () => {
    const { numbers } = meta()
    Object.assign(numbers[0] ?? {}, { is_on_biz_app: true })
    const { json } = await take()
    expect(json).toMatchObject({ coexistence: true, history: { state: 'asked' } })
    expect(steps().filter((step) => step.includes('register'))).toEqual([])
    expect(steps().filter((step) => step.endsWith('smb_app_data'))).toHaveLength(2)
  })

  it('believes nothing of the browser that the token does not confirm', async () => {
    const { waba, numbers } = meta()
    expect((await take({ wabaId: '99999999' })).json.error.code).toBe('signup_account_unclear')
    expect((await take({ wabaId: waba, phoneNumberId: '99999999' })).json.error.code).toBe('signup_number_unclear')
    expect((await take({ wabaId: waba, phoneNumberId: numbers[0]?.id })).status).toBe(201)
  })

  it('that shares several takes the one that is new, or asks which', async () => {
    const { numbers, waba } = meta()
    expect((await take()).status).toBe(201)
    numbers.push({ id: `${waba}77`, display_phone_number: '+1 555-000-0003' })
    expect((await take()).json.phoneNumberId).toBe(`${waba}77`)
    numbers.push({ id: `${waba}88` }, { id: `${waba}99` })
    expect((await take()).json.error.code).toBe('signup_number_unclear')
  })

  it.each([
    ['a code that is over', 'access_token', graphError(400, 100), 422, 'signup_code_refused'],
    ['Meta away', 'access_token', { status: 503, body: '<html>' }, 503, 'provider_unavailable'],
    [
      'a token of another app',
      'debug_token',
      ok({ data: { is_valid: true, app_id: '1' } }),
      422,
      'signup_of_another_app',
    ],
    [
      'a token that is not valid',
      'debug_token',
      ok({ data: { is_valid: false, app_id: APP } }),
      422,
      'signup_of_another_app',
    ],
    ['an account that it may not see', 'phone_numbers', graphError(400, 100), 422, 'signup_account_unclear'],
    ['an account without numbers', 'phone_numbers', ok({ data: [] }), 422, 'signup_number_unclear'],
  ])('refuses %s, in words', async (_, end, answer, status, code) => {
    meta((__, path) => (path.endsWith(`/${end}`) ? answer : null))
    const refused = await take()
    expect([refused.status, refused.json.error.code]).toEqual([status, code])
    expect(refused.text).not.toContain('canary')
    expect(steps().filter((step) => step.startsWith('POST'))).toEqual([])
  })

  it('refuses an account that another app uses here, and a number that is connected', async () => {
    const { waba } = meta()
    const body = {
      provider: 'whatsapp-cloud',
      name: 'Other',
      phoneNumberId: '660001',
      wabaId: waba,
      accessToken: 'another-token',
      appSecret: 'the-secret-of-another-app',
      verifyToken: 'v',
      graphUrl: graph.url,
    }
    expect((await api.owner('/api/channels', { body })).status).toBe(201)
    expect((await take()).json.error.code).toBe('account_of_another_app')
    meta()
    expect((await take()).status).toBe(201)
    expect((await take()).json.error.code).toBe('channel_exists')
  })

  it('whose number cannot be registered is kept, and says why', async () => {
    meta((_, path) => (path.endsWith('/register') ? graphError(400, 133005) : null))
    const { status, json } = await take()
    expect([status, json.state]).toEqual([201, 'needs_attention'])
    expect(json.stateReason).toMatch(/two-step verification/)
  })
})

describe('what the browser is told', () => {
  it('is which app to sign up with, to who may connect; or that there is none', async () => {
    expect((await api.owner('/api/channels/signup')).json).toEqual({
      available: true,
      dialogUrl: 'https://www.facebook.com/dialog/oauth',
      redirectUri: 'https://parley.example.test/channels/signup',
      appId: APP,
      configId: '1234567890',
    })
    expect((await without.owner('/api/channels/signup')).json).toEqual({
      available: false,
      dialogUrl: null,
      redirectUri: null,
      appId: null,
      configId: null,
    })
    expect((await take({}, without)).json.error.code).toBe('signup_unavailable')
    const operator = await api.addToken('operator')
    expect((await api.ask('/api/channels/signup', { token: operator })).status).toBe(403)
  })

  it('needs all of the app, and never shows its secret', () => {
    const base = { DATABASE_URL: 'x', TEMPORAL_ADDRESS: 'x', PARLEY_SECRET_KEY: 'a'.repeat(64) }
    expect(loadConfig(base).signup).toBeNull()
    expect(loadConfig({ ...base, META_APP_SECRET: 'alone-it-means-nothing' }).signup).toBeNull()
    expect(() => loadConfig({ ...base, META_APP_ID: APP, META_APP_SECRET: APP_SECRET })).toThrow(/belong together/)
  })
})
