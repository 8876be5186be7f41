import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLOSED } from '../../src/domain/circuit.ts'
import type { EndpointId } from '../../src/domain/ids.ts'
import { json, openOutsideServer } from '../kit/outside-server.ts'
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

describe('a test call', () => {
  const tryOut = (id: string, body: object = {}, token = admin) =>
    api.ask(`/api/endpoints/${id}/test`, { method: 'POST', token, body })
  const at = async (url: string, more: object = {}): Promise<EndpointId> =>
    (await create({ name: `try-${randomInt(1e9)}`, url, allowPrivateAddress: true, ...more })).json.id
  const rowOf = async (id: EndpointId) =>
    (await api.database.db.selectFrom('endpoints').selectAll().where('id', '=', id).execute())[0]

  it('makes one call with a sample, and shows the answer without the secrets that it echoes', async () => {
    const secret = 'planted "try" key'
    const server = await openOutsideServer((call, response) => {
      const { authorization, 'x-tenant': tenant } = call.headers
      json(response, { authorization, tenant, version: call.headers['x-version'], words: 'it works' }, 202, {
        'x-secret': secret,
      })
    })
    const id = await at(`${server.url}/api`, {
      secret: { kind: 'bearer', value: secret },
      headers: { 'x-tenant': 'planted-tenant', 'x-version': '2' },
      enabled: false,
    })
    const before = await rowOf(id)
    const { status, json: came, text } = await tryOut(id, { path: '/orders/1' })
    expect([status, came]).toEqual([
      200,
      {
        status: 202,
        durationMs: expect.any(Number),
        contentType: 'application/json',
        body: '{"authorization":"•••","tenant":"•••","version":"2","words":"it works"}',
        isCut: false,
        error: null,
      },
    ])
    expect(server.calls).toMatchObject([
      {
        method: 'POST',
        url: '/api/orders/1',
        body: '{"test":true,"from":"parley"}',
        headers: {
          authorization: `Bearer ${secret}`,
          'x-tenant': 'planted-tenant',
          'idempotency-key': expect.stringMatching(/^parley-test-/),
        },
      },
    ])
    // Neither its circuit nor what is shown of its last call has changed.
    expect(await rowOf(id)).toEqual(before)
    const { rows } = await api.database.pool.query(
      "select detail from audit_log where action = 'endpoint.tested' and subject_id = $1",
      [id],
    )
    expect(rows).toEqual([{ detail: { outcome: 'http_202' } }])
    const everything = [text, JSON.stringify(rows), ...api.logged].join('\n')
    for (const planted of ['planted-tenant', 'planted \\"try', 'planted "try'])
      expect(everything).not.toContain(planted)
    await server.close()
  })

  it('sends what it is given, and shows failures, redirects and long answers for what they are', async () => {
    const server = await openOutsideServer((call, response) => {
      if (call.url === '/long') return response.end('x'.repeat(5_000))
      if (call.url === '/away') return response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
      if (call.url === '/bytes') return response.end(Buffer.from([0xff, 0xfe, 0]))
      if (call.url === '/huge') return response.end('x'.repeat(300_000))
      if (call.url === '/hang') return
      return json(response, { method: call.method, body: call.body }, 500)
    })
    const id = await at(server.url, { timeoutMs: 300 })
    const body = async (asked: object) => (await tryOut(id, asked)).json
    const patched = await body({ method: 'PATCH', body: { a: [1] } })
    expect([patched.status, JSON.parse(patched.body)]).toEqual([500, { method: 'PATCH', body: '{"a":[1]}' }])
    expect(JSON.parse((await body({ method: 'GET' })).body)).toEqual({ method: 'GET', body: '' })
    expect(await body({ path: 'long' })).toMatchObject({ status: 200, body: 'x'.repeat(2_000), isCut: true })
    expect(await body({ path: 'away' })).toMatchObject({ status: 302, body: null, error: null })
    expect(await body({ path: 'bytes' })).toMatchObject({ status: 200, body: null, isCut: false })
    expect(await body({ path: 'huge' })).toMatchObject({ status: null, error: { code: 'response_too_large' } })
    expect(await body({ path: 'hang' })).toMatchObject({ status: null, error: { code: 'timeout' } })
    expect(outcome(await tryOut(id, { path: '../admin' }))).toEqual([422, 'path_invalid'])
    const calls = server.calls.length
    await server.close()
    expect(await body({})).toMatchObject({ status: null, body: null, error: { code: 'network' } })
    expect(calls).toBe(7)
    expect(await rowOf(id)).toMatchObject({ circuit: CLOSED, last_error: null, last_call_at: null })
  })

  it('leads nowhere that a scenario could not', async () => {
    const server = await openOutsideServer((_, response) => json(response, {}))
    const id = await at(server.url)
    await api.database.db.updateTable('endpoints').set({ allow_private_address: false }).where('id', '=', id).execute()
    expect((await tryOut(id)).json.error.code).toBe('bad_request')
    const metadata = await at('http://169.254.169.254/latest')
    expect((await tryOut(metadata)).json.error.code).toBe('address_refused')
    expect(server.calls).toEqual([])
    await server.close()
  })

  it('is for admins of every channel, and for what is there and can be read', async () => {
    const id = await at(URL_)
    const author = await api.addToken('author')
    const limited = await api.addToken('admin', [])
    for (const token of [author, limited]) expect(outcome(await tryOut(id, {}, token))).toEqual([403, 'forbidden'])
    expect(outcome(await tryOut('01900000-0000-7000-8000-000000000000'))).toEqual([404, 'not_found'])
    await api.database.pool.query("update endpoints set secrets = 'unreadable' where id = $1", [id])
    expect(outcome(await tryOut(id))).toEqual([409, 'endpoint_unreadable'])
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
