import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../src/store/index.ts'
import { OWNER_TOKEN, PASSWORD } from '../http/api.ts'
import { isAtLeast, LOWEST, RANKS } from './lowest-roles.ts'
import { documentedRoutes, NOBODYS, openWholeApp, type Route, type WholeApp } from './whole-app.ts'

/** What the router has and the document does not: providers' doors, the house's state, and the document itself. */
const BESIDE: Record<string, 'signed in' | 'open' | 'secret of its own'> = {
  'get /api/openapi.json': 'signed in',
  'get /healthz': 'open',
  'get /readyz': 'open',
  'get /metrics': 'open',
  'get /webhooks/{channelId}': 'secret of its own',
  'post /webhooks/{channelId}': 'secret of its own',
  'post /hooks/{name}': 'secret of its own',
  'get /files/{token}/{name}': 'secret of its own',
  // The files of the web app, which is the same for everybody.
  'get /*': 'open',
}

let api: WholeApp
let routes: Route[]
beforeAll(async () => {
  api = await openWholeApp()
  routes = (await documentedRoutes(api)).routes
})
afterAll(() => api.close())

interface Asked {
  headers?: Record<string, string>
  body?: string
}

/** Asks without reading the answer to its end: live updates have none. */
async function ask({ method, address }: Pick<Route, 'method' | 'address'>, { headers = {}, body }: Asked = {}) {
  const init = { method, headers, ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }) }
  const response = await api.app.request(address, init)
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel()
    return { status: response.status, headers: response.headers, code: null }
  }
  const text = await response.text()
  const code = /^\{"error":\{"code":"([a-z_]+)"/.exec(text)?.[1] ?? null
  return { status: response.status, headers: response.headers, code }
}
const JSON_BODY = { 'content-type': 'application/json' }
const emptyBody = ({ takes }: Route): Asked => (takes.length > 0 ? { headers: JSON_BODY, body: '{}' } : {})
const changes = (): Route[] => routes.filter(({ method }) => method !== 'GET')

describe('a route', () => {
  it('is in the OpenAPI document, or in the short list beside it', () => {
    const known = new Set([...routes.map(({ route }) => route), ...Object.keys(BESIDE)])
    const mounted = api.app.routes
      .filter(({ method, path }) => method !== 'ALL' && path !== '/api/live')
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:([^/{]+)(\{[^}]*\})?/g, '{$1}')}`)
    expect([...new Set(mounted)].filter((route) => !known.has(route))).toEqual([])
    expect(Object.keys(BESIDE).filter((route) => !mounted.includes(route))).toEqual([])
  })

  it('has its lowest role in the table', () => {
    expect(routes.map(({ route }) => route).toSorted()).toEqual(Object.keys(LOWEST).toSorted())
  })

  it('is for nobody who shows no credentials, or wrong ones (S10)', async () => {
    // Guessed tokens: test/story/roles.test.ts.
    const wrong: Asked[] = [
      { headers: { authorization: `Basic ${btoa(`owner:${OWNER_TOKEN}`)}` } },
      { headers: { authorization: OWNER_TOKEN } },
      { headers: { cookie: `parley=${OWNER_TOKEN}`, 'sec-fetch-site': 'same-origin' } },
    ]
    for (const asked of wrong) {
      for (const one of routes) {
        if (LOWEST[one.route] === 'open') continue
        const answer = await ask(one, asked)
        expect([one.route, asked, answer.status, answer.code]).toEqual([one.route, asked, 401, 'unauthenticated'])
      }
    }
  })

  // By tokens in test/story/roles.test.ts.
  it.each(RANKS)('is for people signed in as %s where the table says, and nowhere else (S12)', async (role) => {
    for (const one of routes) {
      const lowest = LOWEST[one.route] as Role | 'open'
      // What a person does to their own session would end it.
      if (lowest === 'open' || one.route === 'delete /api/session') continue
      const { cookie } = await person(role)
      const { headers, body } = emptyBody(one)
      const asked = { headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers }, ...(body && { body }) }
      const { status, code } = await ask(one, asked)
      expect([one.route, status, status < 500 && status !== 401]).toEqual([one.route, status, true])
      if (!isAtLeast(role, lowest)) expect([one.route, status, code]).toEqual([one.route, 403, 'forbidden'])
      else expect([one.route, code]).not.toEqual([one.route, 'forbidden'])
    }
  })
})

const people = new Map<Role, Promise<{ cookie: string }>>()
const person = (role: Role) => {
  const known = people.get(role) ?? api.addPerson(role)
  people.set(role, known)
  return known
}

describe('another site, with the browser of an owner (S8)', () => {
  it.each([
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site', origin: 'http://other.example.test' }],
    ['an old browser on another page', { origin: 'https://evil.example' }],
    ['a page in a sandbox', { origin: 'null' }],
    ['a browser that says nothing', {}],
  ])('can change nothing on any route: %s', async (_, from: Record<string, string>) => {
    const { cookie } = await person('owner')
    for (const one of changes()) {
      for (const type of ['application/json', null]) {
        const headers = { cookie, ...from, ...(type && { 'content-type': type }) }
        const { status, code } = await ask(one, { headers, body: '{}' })
        expect([one.route, type, status, code]).toEqual([one.route, type, 403, 'cross_site'])
      }
    }
  })

  it('is told by no route that it may read', async () => {
    const { cookie } = await person('owner')
    const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    for (const one of routes) {
      const answers = [
        await ask(one, { headers: { origin: 'https://evil.example', cookie } }),
        await ask({ ...one, method: 'OPTIONS' }, { headers: preflight }),
      ]
      for (const { headers } of answers) {
        const allowed = [...headers.keys()].filter((name) => name.startsWith('access-control-'))
        expect([one.route, allowed]).toEqual([one.route, []])
      }
    }
  })

  it('changes nothing by what it can have loaded: GET and HEAD of every route', async () => {
    const { cookie } = await person('owner')
    await api.owner('/api/groups', { body: { name: 'Sales' } })
    const before = await picture()
    for (const one of routes) {
      if (one.method !== 'GET') continue
      for (const method of ['GET', 'HEAD']) {
        await ask({ ...one, method }, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })
      }
    }
    expect(await picture()).toEqual(before)
  })

  /** Every row of every table, but for when somebody was last seen. */
  async function picture() {
    const { pool } = api.database
    const { rows } = await pool.query(
      `select table_name as name from information_schema.tables
       where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
    )
    const all: Record<string, unknown> = {}
    for (const { name } of rows) {
      const { rows: found } = await pool.query(
        `select md5(coalesce(string_agg((to_jsonb(t) - 'last_seen_at' - 'last_used_at')::text, ',' order by
           to_jsonb(t)::text), '')) as digest, count(*)::int as count from "${name}" t`,
      )
      all[name] = found[0]
    }
    expect(Object.keys(all).length).toBeGreaterThan(30)
    return all
  }
})

describe('what is sent as something else (S15)', () => {
  it('is 415 on every route that takes JSON', async () => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
      'application/jsonp',
      'application/xml',
      'application/json-seq',
      'x',
    ]
    for (const one of routes) {
      if (!one.takes.includes('application/json')) continue
      for (const type of types) {
        const headers = { authorization: `Bearer ${OWNER_TOKEN}`, 'content-type': type }
        const answer = await ask(one, { headers, body: '{}' })
        expect([one.route, type, answer.status, answer.code]).toEqual([one.route, type, 415, 'unsupported_media_type'])
      }
    }
  })

  it('is 415 on every route that takes files', async () => {
    const uploads = routes.filter(({ takes }) => takes.includes('multipart/form-data'))
    expect(uploads.map(({ route }) => route)).toEqual(['post /api/attachments'])
    for (const one of uploads) {
      for (const type of [
        'application/json',
        'application/x-www-form-urlencoded',
        'multipart/mixed; boundary=x',
        'x',
      ]) {
        const headers = { authorization: `Bearer ${OWNER_TOKEN}`, 'content-type': type }
        const answer = await ask(one, { headers, body: '{"file":"/etc/passwd"}' })
        expect([type, answer.status, answer.code]).toEqual([type, 415, 'unsupported_media_type'])
      }
    }
  })
})

/** On every answer of the API, right or refused. */
const API_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
/** They tell what runs here, or let other sites read. */
const NEVER = ['server', 'x-powered-by', 'access-control-allow-origin', 'access-control-allow-credentials']

describe('headers (S9)', () => {
  const doors: Pick<Route, 'method' | 'address'>[] = [
    ...[
      '/healthz',
      '/readyz',
      '/metrics',
      `/webhooks/${NOBODYS}`,
      '/files/x/y',
      '/api/nothing',
      '/api/openapi.json',
    ].map((address) => ({ method: 'GET', address })),
    { method: 'POST', address: `/webhooks/${NOBODYS}` },
    { method: 'POST', address: '/hooks/nothing' },
    { method: 'PUT', address: '/api/users' },
  ]
  const held = (headers: Headers) => ({
    headers: Object.fromEntries(Object.keys(API_HEADERS).map((name) => [name, headers.get(name)])),
    never: NEVER.filter((name) => headers.has(name)),
  })

  it('are the same on every route, for everybody, and for what is refused', async () => {
    for (const one of [...routes, ...doors]) {
      const isOurs = one.address.startsWith('/api')
      for (const asked of [{}, { headers: { authorization: `Bearer ${OWNER_TOKEN}` } }]) {
        const at = `${one.method} ${one.address} ${Object.keys(asked)}`
        const { headers } = await ask(one, asked)
        expect([at, held(headers)]).toEqual([at, { headers: API_HEADERS, never: [] }])
        expect([at, headers.get('content-type') ?? '']).not.toEqual([at, expect.stringMatching(/html|svg|xml/)])
        expect([at, headers.get('x-request-id')]).toEqual([at, expect.stringMatching(/^[0-9a-f-]{36}$/)])
        if (isOurs)
          expect([at, headers.get('cache-control')]).toEqual([at, expect.stringMatching(/^no-(store|cache)$/)])
      }
    }
  })

  it('let the pages of the app run its own scripts only, and stand in no frame (S17)', async () => {
    for (const address of ['/', '/inbox', '/assets/app-1.js', '/tasks/..%2f..%2fpackage.json']) {
      const { headers, status } = await ask({ method: 'GET', address })
      expect([address, status]).toEqual([address, 200])
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/default-src 'self'/)
      expect(policy).toMatch(/frame-ancestors 'none'/)
      expect(policy).toMatch(/object-src 'none'/)
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      expect([headers.get('x-content-type-options'), headers.get('x-frame-options')]).toEqual(['nosniff', 'DENY'])
    }
  })

  it('lead nowhere: no route answers with a redirect, whatever it is asked (S17)', async () => {
    const elsewhere = ['?next=https://evil.example', '?url=//evil.example', '?redirect=https://evil.example']
    for (const one of [...routes, ...doors, { method: 'GET', address: '//evil.example' }]) {
      for (const query of elsewhere) {
        const { status, headers } = await ask({ ...one, address: `${one.address}${query}` })
        expect([one.address, query, Math.floor(status / 100) === 3, headers.get('location')]).toEqual([
          one.address,
          query,
          false,
          null,
        ])
      }
    }
  })
})

describe('cookies (S9)', () => {
  it('are set by signing in and out, and by no other route', async () => {
    const setting = new Set(['post /api/session', 'delete /api/session', 'post /api/me/password'])
    for (const one of routes) {
      if (setting.has(one.route)) continue
      const { cookie } = await person('owner')
      const { headers, body } = emptyBody(one)
      const asked = { headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers }, ...(body && { body }) }
      const answer = await ask(one, asked)
      expect([one.route, answer.headers.getSetCookie()]).toEqual([one.route, []])
    }
  })

  it('are for this host, for https and for no script', async () => {
    const secure = await openWholeApp({ publicUrl: 'https://parley.example.test' })
    try {
      await secure.addUser('owner', { email: 'owner@example.test', password: PASSWORD })
      const answer = await secure.ask('/api/session', { body: { email: 'owner@example.test', password: PASSWORD } })
      expect(answer.status).toBe(200)
      const [cookie, ...others] = answer.headers.getSetCookie()
      expect(others).toEqual([])
      const [value, ...attributes] = (cookie ?? '').split('; ')
      expect(value).toMatch(/^__Host-parley=[\w-]{40,}$/)
      expect(attributes.toSorted()).toEqual([
        'HttpOnly',
        expect.stringMatching(/^Max-Age=\d+$/),
        'Path=/',
        'SameSite=Lax',
        'Secure',
      ])
    } finally {
      await secure.close()
    }
  })
})
