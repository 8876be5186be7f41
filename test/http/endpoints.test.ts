import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answered, type Api, openApi } from './api.ts'

let api: Api
let admin: string
beforeAll(async () => {
  api = await openApi()
  admin = await api.addToken('admin')
})
afterAll(() => api.close())

const URL_ = 'https://crm.example.com/api'
const create = (body: object, headers: Record<string, string> = {}) =>
  api.ask('/api/endpoints', { token: admin, body, headers })
const change = (id: string, body: object) => api.ask(`/api/endpoints/${id}`, { method: 'PATCH', token: admin, body })
const outcome = ({ status, json }: Answered) => [status, json?.error?.code ?? null]

describe('an endpoint', () => {
  it('is made, read, changed and deleted by an admin, and keeps its secrets to itself', async () => {
    const planted = ['planted-bearer-1', 'planted-header-1', 'planted-basic-2', 'planted-header-2']
    const made = await create(
      {
        name: 'crm',
        url: URL_,
        headers: { 'X-Tenant': planted[1] },
        secret: { kind: 'bearer', value: planted[0] },
      },
      { 'idempotency-key': 'endpoint-crm' },
    )
    expect([made.status, made.json]).toEqual([
      201,
      {
        id: expect.any(String),
        name: 'crm',
        url: URL_,
        headerNames: ['x-tenant'],
        secret: { kind: 'bearer', name: null },
        allowPrivateAddress: false,
        enabled: true,
        maxConcurrent: 5,
        perSecond: 10,
        timeoutMs: 30_000,
        state: 'closed',
        openUntil: null,
        lastError: null,
        lastCallAt: null,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ])
    const { id } = made.json
    const changed = await change(id, {
      url: 'https://other.example.com/',
      secret: { kind: 'basic', name: 'parley', value: planted[2] },
      headers: { 'x-other': planted[3] },
      maxConcurrent: 2,
    })
    expect([changed.status, changed.json]).toEqual([
      200,
      {
        ...made.json,
        url: 'https://other.example.com/',
        headerNames: ['x-other'],
        secret: { kind: 'basic', name: 'parley' },
        maxConcurrent: 2,
        updatedAt: expect.any(String),
      },
    ])
    const listed = await api.ask('/api/endpoints', { token: admin })
    expect(listed.json).toEqual({ items: [changed.json], next: null })
    expect((await api.ask(`/api/endpoints/${id}`, { token: admin })).json).toEqual(changed.json)

    const remove = () => api.ask(`/api/endpoints/${id}`, { method: 'DELETE', token: admin })
    expect((await remove()).status).toBe(204)
    for (const gone of [await remove(), await change(id, { name: 'x' })])
      expect(outcome(gone)).toEqual([404, 'not_found'])

    const { rows } = await api.database.pool.query(
      "select action, detail from audit_log where subject_kind = 'endpoint' and subject_id = $1 order by id",
      [id],
    )
    expect(rows.map(({ action }) => action)).toEqual(['endpoint.created', 'endpoint.changed', 'endpoint.deleted'])
    const everything = [JSON.stringify(rows), made.text, changed.text, listed.text, ...api.logged].join('\n')
    for (const secret of planted) expect(everything).not.toContain(secret)
    const kept = await api.database.pool.query('select * from idempotency_keys')
    expect(kept.rows).toHaveLength(1)
    for (const secret of planted) expect(JSON.stringify(kept.rows)).not.toContain(secret)
  })

  it('is made once, however often it is asked for', async () => {
    const again = () => create({ name: 'once', url: URL_ }, { 'idempotency-key': 'endpoint-once' })
    const [one, two] = [await again(), await again()]
    expect([one.status, two.status, two.json.id]).toEqual([201, 201, one.json.id])
  })

  it('has a name of its own, in any case', async () => {
    const one = await create({ name: 'Mine', url: URL_ })
    expect(outcome(await create({ name: 'mine', url: URL_ }))).toEqual([409, 'name_taken'])
    const other = await create({ name: 'Other', url: URL_ })
    expect(outcome(await change(other.json.id, { name: 'MINE' }))).toEqual([409, 'name_taken'])
    expect((await change(one.json.id, { name: 'MINE' })).json.name).toBe('MINE')
  })

  it('keeps its secret for the host it was entered for', async () => {
    const secret = { kind: 'header', name: 'X-Api-Key', value: 'planted-key' }
    const { json } = await create({ name: 'moving', url: URL_, secret, headers: { 'x-a': 'b' } })
    expect((await change(json.id, { url: `${URL_}/v2` })).status).toBe(200)
    const url = 'https://evil.example/'
    expect(outcome(await change(json.id, { url }))).toEqual([422, 'secret_needed'])
    expect(outcome(await change(json.id, { url, secret: { kind: 'none' } }))).toEqual([422, 'secret_needed'])
    expect(outcome(await change(json.id, { url: 'https://crm.example.com:8443/' }))).toEqual([422, 'secret_needed'])
    expect((await change(json.id, { url, secret, headers: {} })).status).toBe(200)
  })

  it('is called over https, but for private addresses', async () => {
    const plain = { name: 'plain', url: 'http://10.0.0.7:8080/hook' }
    expect(outcome(await create(plain))).toEqual([400, 'invalid_request'])
    const { status, json } = await create({ ...plain, allowPrivateAddress: true })
    expect(status).toBe(201)
    expect(outcome(await change(json.id, { allowPrivateAddress: false }))).toEqual([422, 'https_needed'])
    const safe = await create({ name: 'safe', url: URL_ })
    expect(outcome(await change(safe.json.id, { url: 'http://10.0.0.7/' }))).toEqual([422, 'https_needed'])
  })

  it.each([
    ['no address', { url: 'crm' }],
    ['another protocol', { url: 'ftp://crm.example.com/' }],
    ['a user in the address', { url: 'https://a:b@crm.example.com/' }],
    ['a query in the address', { url: 'https://crm.example.com/?token=1' }],
    ['a fragment', { url: 'https://crm.example.com/#a' }],
    ['a line break in a header', { headers: { 'x-a': 'b\r\nx-evil: 1' } }],
    ['a line break in the name of a header', { headers: { 'x-a\r\nx': 'b' } }],
    ['a header of the call', { headers: { Host: 'internal' } }],
    ['the key of the call', { headers: { 'Idempotency-Key': '1' } }],
    ['a secret in a header of the call', { secret: { kind: 'header', name: 'content-length', value: '1' } }],
    ['a secret with a line break', { secret: { kind: 'bearer', value: 'a\nb' } }],
    ['a secret beyond ASCII', { secret: { kind: 'bearer', value: 'ключ' } }],
    ['a colon in the user', { secret: { kind: 'basic', name: 'a:b', value: 'c' } }],
    ['a bearer without a value', { secret: { kind: 'bearer' } }],
    ['no calls at a time', { maxConcurrent: 0 }],
    ['no calls in a second', { perSecond: 0 }],
    ['a minute and more', { timeoutMs: 60_001 }],
    ['a braced name', { name: '{{ contact.name }}' }],
    ['an unknown key', { proxy: 'x' }],
  ])('is not made with %s', async (_, wrong) => {
    expect(outcome(await create({ name: 'wrong', url: URL_, ...wrong }))).toEqual([400, 'invalid_request'])
  })
})

describe('a scenario', () => {
  it('is refused where it names an endpoint that is not there', async () => {
    await create({ name: 'Orders', url: URL_ })
    const check = async (endpoint: string) => {
      const document = {
        id: 'calls',
        name: 'Calls',
        trigger: { event: 'message.received' },
        steps: [{ id: 'call', http: { endpoint } }],
      }
      const { json } = await api.owner('/api/scenarios/check', { body: { document } })
      return JSON.stringify(json)
    }
    expect(await check('order')).toMatch(/endpoint_unknown.*is it “Orders”/)
    expect(await check('orders')).not.toContain('endpoint_unknown')
    expect(await check('orders')).not.toContain('not_supported')
  })
})
