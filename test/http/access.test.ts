import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, OWNER_TOKEN, openApi } from './api.ts'

let api: Api
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

/** Every method and path of the API that the document names (bridges show another secret), with made-up ids: what holds for all of them is tested on all of them. */
async function everyRoute(): Promise<{ method: string; path: string }[]> {
  const { json } = await api.owner('/api/openapi.json')
  const ofTheApi = Object.entries(json.paths as Record<string, object>).filter(([path]) => path.startsWith('/api/'))
  return ofTheApi.flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{[^}]+\}/g, '01900000-0000-7000-8000-000000000000'),
    })),
  )
}

describe('who is let in', () => {
  it('lists the routes that the contract names', async () => {
    const { json } = await api.owner('/api/openapi.json')
    expect(json.openapi).toBe('3.1.0')
    expect(json.info.title).toBe('Parley')
    expect(Object.keys(json.components.securitySchemes)).toEqual(['token', 'channelSecret', 'session'])
    expect(Object.keys(json.paths)).toEqual(
      expect.arrayContaining([
        '/api/channels',
        '/api/channels/{id}/disconnect',
        '/api/users',
        '/api/groups',
        '/api/task-templates',
        '/api/me',
      ]),
    )
    expect(json.paths['/api/channels'].post.responses['422'].content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/Error',
    })
  })

  it('answers 401 in the contract’s form on every route without credentials', async () => {
    const routes = [
      ...(await everyRoute()),
      { method: 'GET', path: '/api/openapi.json' },
      { method: 'GET', path: '/api/nothing-here' },
    ]
    expect(routes.length).toBeGreaterThan(30)
    for (const { method, path } of routes) {
      if (method === 'POST' && path === '/api/session') continue
      const answer = await api.ask(path, { method })
      expect([method, path, answer.status, answer.json?.error?.code]).toEqual([method, path, 401, 'unauthenticated'])
    }
  })

  it.each([
    ['a made-up token', { token: 'parley_00000000_made-up' }],
    ['a token with a character too many', { token: `${OWNER_TOKEN}x` }],
    ['a prefix of the token', { token: OWNER_TOKEN.slice(0, -1) }],
    ['another scheme', { headers: { authorization: `Basic ${OWNER_TOKEN}` } }],
    ['no scheme', { headers: { authorization: OWNER_TOKEN } }],
    ['a made-up session', { cookie: 'parley=made-up' }],
    ['an API token as a cookie', { cookie: `parley=${OWNER_TOKEN}` }],
  ])('refuses %s', async (_, asking) => {
    const answer = await api.ask('/api/me', asking)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('knows the environment’s token as an owner, and a made token as what it was made for', async () => {
    expect((await api.owner('/api/me')).json).toMatchObject({ id: null, role: 'owner', channelIds: null })
    const token = await api.addToken('author')
    expect((await api.ask('/api/me', { token })).json).toMatchObject({ role: 'author', name: 'author token' })
  })

  it('stops knowing a revoked token within a second, and says when one was last used', async () => {
    const made = await api.owner('/api/tokens', { body: { name: 'ci', role: 'operator' } })
    const { token, id } = made.json
    expect(token).toMatch(new RegExp(`^parley_${made.json.prefix}_[A-Za-z0-9_-]{43}$`))
    expect((await api.ask('/api/me', { token })).status).toBe(200)
    expect((await api.owner(`/api/tokens/${id}`)).json.lastUsedAt).not.toBeNull()
    expect((await api.owner(`/api/tokens/${id}`, { method: 'DELETE' })).status).toBe(204)
    const revoked = performance.now()
    await expect.poll(async () => (await api.ask('/api/me', { token })).status, { timeout: 5_000 }).toBe(401)
    // The cache's second, and a wide margin for a busy machine.
    expect(performance.now() - revoked).toBeLessThan(4_000)
    expect((await api.owner(`/api/tokens/${id}`)).json.revokedAt).not.toBeNull()
  })

  it('writes last_used_at at most once a minute', async () => {
    const token = await api.addToken('operator')
    const lastUsed = async () => {
      const rows = (await api.owner('/api/tokens?limit=200')).json.items
      return rows.find((row: { prefix: string }) => token.startsWith(`parley_${row.prefix}_`)).lastUsedAt
    }
    await api.ask('/api/me', { token })
    const first = await lastUsed()
    await api.database.db.updateTable('api_tokens').set({ name: 'touched' }).execute()
    await expect.poll(async () => (await api.ask('/api/me', { token })).json.name, { timeout: 5_000 }).toBe('touched')
    expect(await lastUsed()).toBe(first)
  })
})

describe('what a role may do', () => {
  const roles = ['operator', 'author', 'admin', 'owner'] as const
  const body = {
    users: { name: 'New', email: '', role: 'operator' },
    groups: { name: 'G' },
    'task-templates': { name: 'T' },
    tokens: { name: 'T', role: 'operator' },
  }
  const allowed = {
    users: ['admin', 'owner'],
    groups: ['admin', 'owner'],
    'task-templates': ['author', 'admin', 'owner'],
    tokens: ['admin', 'owner'],
  }

  it.each(roles)('%s', async (role) => {
    const token = await api.addToken(role)
    for (const [what, who] of Object.entries(allowed)) {
      const wanted = {
        ...body[what as keyof typeof body],
        ...(what === 'users' && { email: `${role}-made@example.test` }),
      }
      const created = await api.ask(`/api/${what}`, { token, body: wanted })
      expect([what, created.status]).toEqual([what, who.includes(role) ? 201 : 403])
      const list = await api.ask(`/api/${what}`, { token })
      expect([what, list.status]).toEqual([what, what === 'tokens' && !who.includes(role) ? 403 : 200])
    }
    expect((await api.ask('/api/dead-letters', { token })).status).toBe(['admin', 'owner'].includes(role) ? 200 : 403)
  })

  it('lets nobody hand out more than they have', async () => {
    const admin = await api.addToken('admin')
    const owner = await api.addUser('owner', { email: 'boss@example.test' })
    const tries = [
      api.ask('/api/users', { token: admin, body: { name: 'X', email: 'x@example.test', role: 'owner' } }),
      api.ask('/api/tokens', { token: admin, body: { name: 'X', role: 'owner' } }),
      api.ask(`/api/users/${owner}`, { token: admin, method: 'PATCH', body: { name: 'Taken over' } }),
      api.ask(`/api/users/${owner}`, { token: admin, method: 'DELETE' }),
      api.ask(`/api/users/${owner}/sign-in-link`, { token: admin, method: 'POST' }),
    ]
    expect((await Promise.all(tries)).map((one) => one.status)).toEqual([403, 403, 403, 403, 403])
  })

  it('lets a person with some channels give access to no others', async () => {
    const channel = '01900000-0000-7000-8000-00000000000a' as never
    const token = await api.addToken('admin', [channel])
    const person = { name: 'X', email: 'limited@example.test', role: 'operator' }
    expect((await api.ask('/api/users', { token, body: { ...person, channelIds: null } })).status).toBe(403)
    expect((await api.ask('/api/users', { token, body: { ...person, channelIds: [channel] } })).status).toBe(201)
  })
})

describe('people', () => {
  it('keeps addresses unique in any case, and shows no password', async () => {
    const first = await api.owner('/api/users', {
      body: { name: 'A', email: 'Same@example.test', password: 'canary-password-1' },
    })
    expect(first.status).toBe(201)
    expect(first.text).not.toMatch(/canary|hash|argon/)
    const second = await api.owner('/api/users', { body: { name: 'B', email: 'same@EXAMPLE.test' } })
    expect([second.status, second.json.error.code]).toEqual([409, 'email_taken'])
    const other = await api.owner('/api/users', { body: { name: 'B', email: 'other@example.test' } })
    const moved = await api.owner(`/api/users/${other.json.id}`, {
      method: 'PATCH',
      body: { email: 'SAME@example.test' },
    })
    expect([moved.status, moved.json.error.code]).toEqual([409, 'email_taken'])
  })

  it('keeps an owner, also when two of them remove each other at once', async () => {
    const lonely = await openApi()
    try {
      const [a, b] = [await lonely.addUser('owner'), await lonely.addUser('owner')]
      const both = await Promise.all([a, b].map((id) => lonely.owner(`/api/users/${id}`, { method: 'DELETE' })))
      expect(both.map((one) => one.status).toSorted()).toEqual([204, 409])
      const left = (await lonely.owner('/api/users?active=true')).json.items
      expect(left).toHaveLength(1)
      const demoted = await lonely.owner(`/api/users/${left[0].id}`, { method: 'PATCH', body: { role: 'operator' } })
      expect([demoted.status, demoted.json.error.code]).toEqual([409, 'last_owner'])
    } finally {
      await lonely.close()
    }
  })

  it('pages through lists without losing or repeating anybody', async () => {
    const seen: string[] = []
    let next: string | null = null
    do {
      const page = await api.owner(`/api/users?limit=2${next ? `&cursor=${next}` : ''}`)
      expect(page.json.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.json.items.map((item: { id: string }) => item.id))
      next = page.json.next
    } while (next)
    const all = (await api.owner('/api/users?limit=200')).json
    expect(seen).toEqual(all.items.map((item: { id: string }) => item.id))
    expect(all.next).toBeNull()
  })
})

describe('task templates and groups', () => {
  it('round trip, with the default statuses', async () => {
    const user = await api.addUser('operator')
    const made = await api.owner('/api/task-templates', {
      body: { name: 'Orders', titlePattern: '{contact} {phone}', assigneeIds: [user] },
    })
    expect(made.status).toBe(201)
    expect(made.json.statuses.map((status: { key: string }) => status.key)).toEqual([
      'new',
      'in_progress',
      'waiting',
      'done',
      'cancelled',
    ])
    const path = `/api/task-templates/${made.json.id}`
    expect((await api.owner(path)).json).toEqual(made.json)
    const changed = await api.owner(path, {
      method: 'PATCH',
      body: {
        name: 'Sales',
        statuses: [
          { key: 'open', name: 'Open', active: true },
          { key: 'shut', name: 'Shut', active: false },
        ],
      },
    })
    expect(changed.json).toMatchObject({ name: 'Sales', titlePattern: '{contact} {phone}', assigneeIds: [user] })
    expect((await api.owner(path, { method: 'DELETE' })).status).toBe(204)
    expect((await api.owner(path)).status).toBe(404)
  })

  it.each([
    ['no active status', [{ key: 'done', name: 'Done', active: false }]],
    ['no inactive status', [{ key: 'new', name: 'New', active: true }]],
    [
      'a key twice',
      [
        { key: 'a', name: 'A', active: true },
        { key: 'a', name: 'B', active: false },
      ],
    ],
    ['none', []],
  ])('refuses a status set with %s', async (_, statuses) => {
    expect((await api.owner('/api/task-templates', { body: { name: 'X', statuses } })).status).toBe(400)
  })

  it('refuses people who are not there', async () => {
    const nobody = crypto.randomUUID()
    const answer = await api.owner('/api/groups', { body: { name: 'G', memberIds: [nobody] } })
    expect([answer.status, answer.json.error.code, answer.json.error.details]).toEqual([
      422,
      'unknown_users',
      { ids: [nobody] },
    ])
  })

  it('writes every change into the audit, with who did it', async () => {
    const made = await api.owner('/api/groups', { body: { name: 'Audited' } })
    await api.owner(`/api/groups/${made.json.id}`, { method: 'PATCH', body: { name: 'Renamed' } })
    await api.owner(`/api/groups/${made.json.id}`, { method: 'DELETE' })
    const rows = await api.database.db
      .selectFrom('audit_log')
      .select(['action', 'actor_kind'])
      .where('subject_id', '=', made.json.id)
      .orderBy('id')
      .execute()
    expect(rows).toEqual(
      ['group.created', 'group.changed', 'group.deleted'].map((action) => ({ action, actor_kind: 'token' })),
    )
  })
})
