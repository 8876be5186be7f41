import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeError } from '../../src/store/describe-error.ts'
import { type Api, OWNER_TOKEN, openApi } from './api.ts'

let api: Api
let server: Server
let port: number
beforeAll(async () => {
  api = await openApi({
    parts: () => [
      {
        mount: (app) =>
          app
            .get('/page', (c) => c.html('<p>', 200, { 'content-security-policy': "default-src 'self'" }))
            .get('/api/broken', () => {
              throw new Error('this went wrong')
            }),
      },
      { mount: (app) => app.get('*', (c) => c.text('the web app')), fallback: true },
    ],
  })
  server = createServer(getRequestListener(api.app.fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await api.close()
})

describe('addresses', () => {
  it.each(['/api/nothing', '/api', '/api/', '/api/users/a/b/c', '/api/../api/nothing'])(
    '%s is 404 in the contract’s form',
    async (path) => {
      const answer = await api.owner(path)
      expect([answer.status, answer.json?.error.code]).toEqual([404, 'not_found'])
    },
  )

  it('answers 405 with what is possible', async () => {
    const answer = await api.owner('/api/users', { method: 'PUT' })
    expect([answer.status, answer.json.error.code, answer.headers.get('allow')]).toEqual([
      405,
      'method_not_allowed',
      'GET, HEAD, POST',
    ])
    expect((await api.owner('/api/nothing', { method: 'POST' })).status).toBe(404)
    expect((await api.ask('/healthz', { method: 'DELETE' })).status).toBe(405)
  })

  it('leaves the rest to the web app', async () => {
    expect((await api.ask('/tasks/1')).text).toBe('the web app')
  })

  it.each(['users', 'groups', 'task-templates', 'tokens', 'channels', 'dead-letters'])(
    '/api/%s/<no id of ours> is 404',
    async (what) => {
      for (const id of [
        '1',
        'x',
        crypto.randomUUID(),
        "'; drop table users; --",
        '%00',
        '..%2f..',
        'null',
        '9'.repeat(100),
      ]) {
        const answer = await api.owner(`/api/${what}/${encodeURIComponent(id)}`)
        expect([id, answer.status, answer.json.error.code]).toEqual([id, 404, 'not_found'])
      }
    },
  )
})

describe('headers', () => {
  it.each(['/healthz', '/readyz', '/api/me', '/api/nothing', '/api/openapi.json', '/metrics'])(
    'of %s',
    async (path) => {
      const { headers } = await api.owner(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      if (path.startsWith('/api')) expect(headers.get('cache-control')).toBe('no-store')
    },
  )

  it('that a page sets itself stand', async () => {
    const { headers } = await api.ask('/page')
    expect(headers.get('content-security-policy')).toBe("default-src 'self'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('bodies', () => {
  it.each([
    ['an unknown key', { name: 'G', nmae: 'x' }, 'nmae', 'unknown key'],
    [
      'an unknown key that is a builtin’s',
      JSON.parse('{"name":"G","__proto__":{"role":"owner"},"constructor":1}'),
      '__proto__',
      'unknown key',
    ],
    ['a wrong type', { name: 5 }, 'name', /expected string/],
    ['a missing key', {}, 'name', /expected string/],
    ['a wrong entry', { name: 'G', memberIds: ['x'] }, 'memberIds.0', 'is no id'],
  ])('with %s are refused, with the field', async (_, body, path, message) => {
    const answer = await api.owner('/api/groups', { body })
    expect([answer.status, answer.json.error.code]).toEqual([400, 'invalid_request'])
    expect(answer.json.error.details).toContainEqual({ in: 'json', path, message: expect.stringMatching(message) })
  })

  it.each(['', '{', 'null', '[]', '"x"', '1e999', '{"name":"G"}}', '\u0000'])('%j are refused', async (body) => {
    const answer = await api.owner('/api/groups', { body, headers: { 'content-type': 'application/json' } })
    expect(answer.status).toBe(400)
    expect(answer.json.error.code).toMatch(/^(malformed_body|invalid_request)$/)
  })

  it('with characters that PostgreSQL cannot hold are refused, not broken', async () => {
    const body = '{"name":"a\\u0000b"}'
    expect((await api.owner('/api/groups', { body })).status).toBe(400)
    const template = '{"name":"T","fields":{"a":"\\u0000"}}'
    expect((await api.owner('/api/task-templates', { body: template })).status).toBe(400)
  })

  it('of thousand nested arrays are refused without harm', async () => {
    const body = `{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    expect((await api.owner('/api/groups', { body })).status).toBe(400)
  })

  it('never come back in the refusal', async () => {
    const answer = await api.owner('/api/users', {
      body: { name: 'N', email: 'canary-value', role: 'canary-value', password: 'canary' },
    })
    expect(answer.status).toBe(400)
    expect(answer.text).not.toContain('canary')
  })

  it.each(['text/plain', 'application/xml', 'text/json', ''])('of type %j are refused', async (type) => {
    const answer = await api.app.request('/api/groups', {
      method: 'POST',
      headers: { authorization: `Bearer ${OWNER_TOKEN}`, ...(type && { 'content-type': type }) },
      body: new TextEncoder().encode('{"name":"G"}'),
    })
    expect(answer.status).toBe(415)
    expect(await answer.json()).toMatchObject({ error: { code: 'unsupported_media_type' } })
  })
})

describe('large and slow bodies, over a real connection', () => {
  /** Writes a request by hand and reads the answer's first line; a server that hangs up says ''. */
  function raw(head: string[], chunks: (string | Buffer)[] = []): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      let answer = ''
      socket.setEncoding('utf8')
      socket.on('data', (data) => {
        answer += data
        if (answer.includes('\r\n')) {
          resolve(answer.split('\r\n')[0] ?? '')
          socket.destroy()
        }
      })
      socket.on('error', () => resolve(answer.split('\r\n')[0] ?? ''))
      socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''))
      socket.write(`${head.join('\r\n')}\r\n\r\n`)
      for (const chunk of chunks) socket.write(chunk)
    })
  }
  const head = (...more: string[]) => [
    'POST /api/groups HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${OWNER_TOKEN}`,
    'Content-Type: application/json',
    ...more,
  ]
  const chunk = (size: number) => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`

  it('a declared length over 1 MB is refused before the body comes', async () => {
    expect(await raw(head('Content-Length: 1048577'))).toMatch(/ 413 /)
  })

  it('a chunked body is refused once it is over 1 MB, and before its end', async () => {
    const chunks = Array.from({ length: 20 }, () => chunk(65_536))
    expect(await raw(head('Transfer-Encoding: chunked'), chunks)).toMatch(/ 413 /)
  })

  it('a small chunked body is read', async () => {
    const body = '{"name":"chunked"}'
    const parts = [...body].map((letter) => `1\r\n${letter}\r\n`)
    expect(await raw(head('Transfer-Encoding: chunked'), [...parts, '0\r\n\r\n'])).toMatch(/ 201 /)
  })

  it.each([
    ['both lengths', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a length that is no number', ['Content-Length: 5x']],
    ['a negative length', ['Content-Length: -1']],
  ])('%s never get a body of 2 MB in', async (_, lengths) => {
    const status = await raw(
      head(...lengths),
      Array.from({ length: 32 }, () => chunk(65_536)),
    )
    expect(status).toMatch(/^$| (400|413) /)
  })

  it('a sign-in is counted for the address that a proxy on this machine names last', async () => {
    await fetch(`http://127.0.0.1:${port}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '1.1.1.1, 203.0.113.9' },
      body: JSON.stringify({ link: 'made up' }),
    })
    const rows = await api.database.db.selectFrom('sign_in_attempts').select('subject').execute()
    expect(rows).toEqual([{ subject: 'address:203.0.113.9' }])
  })

  it('nobody’s large body is read at all', async () => {
    const lines = head('Content-Length: 900000').filter((line) => !line.startsWith('Authorization'))
    expect(await raw(lines)).toMatch(/ 401 /)
  })

  it('a body that is called an upload is refused by routes that take JSON', async () => {
    const lines = head('Content-Length: 5000000').map((line) =>
      line.replace('application/json', 'multipart/form-data; boundary=x'),
    )
    expect(await raw(lines)).toMatch(/ 415 /)
  })
})

describe('every query parameter', () => {
  const NASTY = [
    "'",
    '"',
    "' or '1'='1",
    '1;drop table users',
    '%',
    '\\',
    '{}',
    '[]',
    '-1',
    '1e9',
    '99999999999999999999',
    '\u0000',
    'é',
    '',
  ]

  it('withstands what is no value of it', async () => {
    const { json } = await api.owner('/api/openapi.json')
    const parameters = Object.entries(
      json.paths as Record<string, { get?: { parameters?: { in: string; name: string }[] } }>,
    ).flatMap(([path, { get }]) =>
      (get?.parameters ?? []).filter((one) => one.in === 'query').map((one) => ({ path, name: one.name })),
    )
    expect(parameters.length).toBeGreaterThan(10)
    for (const { path, name } of parameters) {
      for (const value of NASTY) {
        const answer = await api.owner(
          `${path.replace(/\{[^}]+\}/g, crypto.randomUUID())}?${name}=${encodeURIComponent(value)}`,
        )
        expect([path, name, value, answer.status]).toEqual([path, name, value, expect.toBeOneOf([200, 400, 404])])
      }
    }
    expect((await api.owner('/api/users?limit=1')).status).toBe(200)
  })

  it('is refused by name where the route has none such, and where it comes twice', async () => {
    const unknown = await api.owner('/api/users?limt=5')
    expect(unknown.json.error.details).toEqual([{ in: 'query', path: 'limt', message: 'unknown key' }])
    expect((await api.owner('/api/users?limit=1&limit=2')).status).toBe(400)
  })

  it('cursor is one that the list gave out', async () => {
    for (const cursor of ['x', btoa('["x"]'), btoa('{"a":1}'), btoa('[1]'), btoa('["\' or 1=1"]')]) {
      const answer = await api.owner(`/api/users?cursor=${encodeURIComponent(cursor)}`)
      expect([answer.status, answer.json.error.code]).toEqual([400, 'cursor_invalid'])
    }
  })
})

describe('health', () => {
  const beat = (age: string) =>
    api.database.pool.query(
      `insert into worker_heartbeats (worker, queues, seen_at) values ('w', '{parley-conversations}', now() - $1::interval)
       on conflict (worker) do update set seen_at = excluded.seen_at`,
      [age],
    )

  it('is alive without anything', async () => {
    expect((await api.ask('/healthz')).status).toBe(200)
  })

  it('is ready with database, Temporal and a worker, and says what is missing', async () => {
    const ready = async () => {
      const { status, json } = await api.ask('/readyz')
      return [status, json.missing]
    }
    expect(await ready()).toEqual([503, ['worker']])
    await beat('0 seconds')
    expect(await ready()).toEqual([200, []])
    await beat('20 seconds')
    expect(await ready()).toEqual([503, ['worker']])
    await beat('0 seconds')
    const { temporalProblem } = api.deps
    try {
      api.deps.temporalProblem = async () => 'it is away'
      expect(await ready()).toEqual([503, ['temporal']])
      api.deps.temporalProblem = () => new Promise(() => undefined)
      expect(await ready()).toEqual([503, ['temporal']])
    } finally {
      api.deps.temporalProblem = temporalProblem
    }
  })

  it('counts requests by route pattern, never by id', async () => {
    const id = crypto.randomUUID()
    await api.owner(`/api/users/${id}`)
    await api.ask('/api/users?limit=1')
    const { text } = await api.ask('/metrics')
    expect(text).toMatch(/parley_http_request_seconds_count\{method="GET",route="\/api\/users\/:id",status="404"\} /)
    expect(text).toMatch(/process_cpu_seconds_total/)
    expect(text).not.toContain(id)
  })
})

describe('failures', () => {
  it('without a database are 503 with a hint when to come again', async () => {
    const lost = await openApi({ databaseUrl: 'postgres://nobody:canary-db-password@127.0.0.1:9/none' })
    try {
      const answer = await lost.owner('/api/users')
      expect([answer.status, answer.json.error.code, answer.headers.get('retry-after')]).toEqual([
        503,
        'database_unavailable',
        '5',
      ])
      const token = await lost.ask('/api/me', { token: 'parley_00000000_x' })
      expect(token.status).toBe(503)
      const { status, json } = await lost.ask('/readyz')
      expect([status, json.missing]).toEqual([503, ['database', 'worker']])
      expect((await lost.ask('/healthz')).status).toBe(200)
      expect(lost.logged.join()).not.toContain('canary-db-password')
    } finally {
      await lost.close()
    }
  })

  it('that nobody foresaw are 500 without their words, and logged with them', async () => {
    const answer = await api.app.request('/api/broken', { headers: { authorization: `Bearer ${OWNER_TOKEN}` } })
    const body = await answer.text()
    expect(answer.status).toBe(500)
    expect(JSON.parse(body).error.code).toBe('internal')
    expect(body).not.toContain('went wrong"')
    expect(body).not.toContain('this went')
    expect(api.logged.join()).toContain('this went wrong')
  })

  it('of PostgreSQL are logged without the values that they quote', async () => {
    const failed = await api.database.pool.query(`select 'canary-text'::uuid`).catch((error: unknown) => error)
    expect((failed as Error).message).toContain('canary-text')
    const described = JSON.stringify(describeError(failed))
    expect(described).not.toContain('canary-text')
    expect(described).toContain('22P02')
  })

  it('leave neither query strings nor bodies in the log', async () => {
    await api.owner('/api/users?cursor=canary-query')
    await api.owner('/api/groups', { body: { name: 'canary-body' } })
    await api.owner('/api/groups', { body: '{"name": canary-malformed' })
    expect(api.logged.some((line) => line.includes('"path":"/api/users"'))).toBe(true)
    expect(api.logged.join()).not.toMatch(/canary-(query|body|malformed)|canary-environment/)
  })
})

describe('dead letters', () => {
  it('are listed by state and put away once', async () => {
    const id = crypto.randomUUID()
    await api.database.pool.query(
      `insert into dead_letters (id, path, reason, detail) values ($1, '/entry/0', 'not_json', 'nothing to read')`,
      [id],
    )
    const listed = async (state: string) =>
      (await api.owner(`/api/dead-letters?state=${state}`)).json.items.map((one: { id: string }) => one.id)
    expect([await listed('open'), await listed('resolved')]).toEqual([[id], []])
    const resolved = await api.owner(`/api/dead-letters/${id}/resolve`, {
      body: { resolution: 'a test of the provider' },
    })
    expect(resolved.json).toMatchObject({ id, resolution: 'a test of the provider' })
    const again = await api.owner(`/api/dead-letters/${id}/resolve`, { body: { resolution: 'other words' } })
    expect(again.json).toEqual(resolved.json)
    expect([await listed('open'), await listed('resolved')]).toEqual([[], [id]])
    const limited = await api.addToken('admin', [])
    expect((await api.ask(`/api/dead-letters/${id}`, { token: limited })).status).toBe(404)
    expect((await api.ask('/api/dead-letters', { token: limited })).json.items).toEqual([])
  })
})
