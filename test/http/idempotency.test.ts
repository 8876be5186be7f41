import { createRoute, z } from '@hono/zod-openapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { idempotent } from '../../src/http/idempotency.ts'
import { answer, jsonBody, newRoutes } from '../../src/http/routes.ts'
import { type Api, OWNER_TOKEN, openApi } from './api.ts'

/** A route whose effect takes as long as the test wants. */
let gate: Promise<void> = Promise.resolve()
let entered: () => void = () => undefined

const slowGroups = createRoute({
  method: 'post',
  path: '/slow-groups',
  request: jsonBody(z.strictObject({ name: z.string() })),
  responses: { 201: answer('made', z.object({ name: z.string() })) },
})

let api: Api
beforeAll(async () => {
  api = await openApi({
    parts: (deps) => [
      {
        mount: (app) =>
          app.route(
            '/api',
            newRoutes().openapi(slowGroups, (c) =>
              idempotent(c, deps, async (tx) => {
                const { name } = c.req.valid('json')
                await tx
                  .insertInto('groups')
                  .values({ id: crypto.randomUUID() as never, name })
                  .execute()
                entered()
                await gate
                return { status: 201, body: { name } }
              }),
            ),
          ),
      },
    ],
  })
})
afterAll(() => api.close())

const post = (path: string, key: string, body: unknown, token = OWNER_TOKEN) =>
  api.ask(path, { token, body, headers: { 'idempotency-key': key } })

async function groupsNamed(name: string): Promise<number> {
  const rows = await api.database.db.selectFrom('groups').select('id').where('name', '=', name).execute()
  return rows.length
}

describe('Idempotency-Key', () => {
  it('repeats the first answer, byte for byte, and the effect not at all', async () => {
    const first = await post('/api/groups', 'k1', { name: 'Sales' })
    const second = await post('/api/groups', 'k1', { name: 'Sales' })
    expect(first.status).toBe(201)
    expect(second.status).toBe(201)
    expect(second.text).toBe(first.text)
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(await groupsNamed('Sales')).toBe(1)
  })

  it('refuses the key for another body or another route', async () => {
    await post('/api/groups', 'k2', { name: 'A' })
    const otherBody = await post('/api/groups', 'k2', { name: 'B' })
    expect([otherBody.status, otherBody.json.error.code]).toEqual([422, 'idempotency_key_reused'])
    const otherRoute = await post('/api/slow-groups', 'k2', { name: 'A' })
    expect([otherRoute.status, otherRoute.json.error.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await groupsNamed('B')).toBe(0)
  })

  it('keeps the keys of two principals apart', async () => {
    const other = await api.addToken('admin')
    const first = await post('/api/groups', 'k3', { name: 'Mine' })
    const second = await post('/api/groups', 'k3', { name: 'Theirs' }, other)
    expect([first.status, second.status]).toEqual([201, 201])
  })

  it('does not keep a refusal: the corrected request with the key is a first one', async () => {
    expect((await post('/api/groups', 'k4', { name: '' })).status).toBe(400)
    expect((await post('/api/groups', 'k4', { name: 'Fixed', memberIds: [crypto.randomUUID()] })).status).toBe(422)
    expect((await post('/api/groups', 'k4', { name: 'Fixed' })).status).toBe(201)
  })

  it('has one effect for parallel requests, and the same answer for whoever is answered', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('/api/groups', 'k5', { name: 'Parallel' })))
    expect(await groupsNamed('Parallel')).toBe(1)
    const made = answers.filter((one) => one.status === 201)
    expect(made.length).toBeGreaterThan(0)
    expect(new Set(made.map((one) => one.text)).size).toBe(1)
    for (const one of answers.filter((one) => one.status !== 201)) {
      expect([one.status, one.json.error.code]).toEqual([409, 'idempotency_in_flight'])
    }
  })

  it('says so while the first request is under way, and answers once it is done', async () => {
    let open: () => void = () => undefined
    gate = new Promise((resolve) => {
      open = resolve
    })
    const inside = new Promise<void>((resolve) => {
      entered = resolve
    })
    const first = post('/api/slow-groups', 'k6', { name: 'Slow' })
    await inside
    const second = await post('/api/slow-groups', 'k6', { name: 'Slow' })
    expect([second.status, second.json.error.code]).toEqual([409, 'idempotency_in_flight'])
    open()
    expect((await first).status).toBe(201)
    const third = await post('/api/slow-groups', 'k6', { name: 'Slow' })
    expect([third.status, third.text]).toEqual([201, (await first).text])
    expect(await groupsNamed('Slow')).toBe(1)
  })

  it('leaves neither the effect nor the key behind when the database connection dies before the commit', async () => {
    let open: () => void = () => undefined
    gate = new Promise((resolve) => {
      open = resolve
    })
    const inside = new Promise<void>((resolve) => {
      entered = resolve
    })
    const first = post('/api/slow-groups', 'k7', { name: 'Crashed' })
    await inside
    await api.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and state = 'idle in transaction' and pid <> pg_backend_pid()`,
    )
    open()
    expect((await first).status).toBe(503)
    expect(await groupsNamed('Crashed')).toBe(0)
    gate = Promise.resolve()
    expect((await post('/api/slow-groups', 'k7', { name: 'Crashed' })).status).toBe(201)
    expect(await groupsNamed('Crashed')).toBe(1)
  })

  it('shows a new token again to the same key, and keeps it nowhere in the clear', async () => {
    const first = await post('/api/tokens', 'k8', { name: 'ci', role: 'operator' })
    const second = await post('/api/tokens', 'k8', { name: 'ci', role: 'operator' })
    expect(second.text).toBe(first.text)
    const { rows } = await api.database.pool.query(`select body::text from idempotency_keys where key = 'k8'`)
    expect(rows[0].body).not.toContain(first.json.token)
    expect(first.json.token.length).toBeGreaterThan(40)
  })

  it.each(['', 'a b', 'clé', 'x'.repeat(256)])('refuses the key %j', async (key) => {
    const result = await post('/api/groups', key, { name: 'X' })
    expect([result.status, result.json.error.code]).toEqual([400, 'idempotency_key_invalid'])
  })
})
