import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, type Furnished, openFurnished } from './furnished.ts'
import { documentedRoutes, type Route } from './whole-app.ts'

/** S7: what would be a statement, were it ever pasted into one. */
const PROBES = [
  "'",
  "' or '1'='1",
  '1) or (1=1',
  "'; drop table tasks; --",
  "'; update users set role = 'owner'; --",
  "' union select id, password_hash, email from users --",
  "'||(select pg_sleep(20))||'",
  "\\'; select pg_sleep(20); --",
  '{"a": "\' or 1=1 --"}',
  'id desc; select pg_sleep(20)',
  'created_at, (select pg_sleep(20))',
  '_%_',
  'a:* | !b & (c',
  'ＯＲ １＝１',
]
/** Any of these in an answer says that a statement broke, or what the database is called inside. */
const LEAKS = /syntax error|sqlstate|postgres|pg_|relation "|column "|at or near|kysely|select .* from/i
/** Far under the sleep of the probes, far over what a busy machine needs. */
const AT_ONCE_MS = 10_000

let desk: Furnished
let routes: Route[]
let before: unknown
beforeAll(async () => {
  desk = await openFurnished()
  routes = (await documentedRoutes(desk)).routes
  before = await inside()
})
afterAll(() => desk.close())

/** What the statements of the probes would change. */
async function inside() {
  const { pool } = desk.database
  const counts: Record<string, unknown> = {}
  for (const table of ['tasks', 'contacts', 'comments', 'deliveries', 'channels', 'scenarios', 'campaigns']) {
    counts[table] = (await pool.query(`select count(*)::int as count from ${table}`)).rows[0].count
  }
  return { counts, people: (await pool.query('select id, role, email, active from users order by id')).rows }
}

interface Parameter {
  in: string
  name: string
  schema?: { enum?: string[] }
}
const queryOf = (one: Route): Parameter[] =>
  ((one.operation.parameters ?? []) as Parameter[]).filter((parameter) => parameter.in === 'query')

async function probe(address: string) {
  const from = performance.now()
  const answer = await desk.owner(address)
  return { ...answer, isAtOnce: performance.now() - from < AT_ONCE_MS }
}

describe('SQL in what is asked (S7)', () => {
  it('is a value like any other in every query parameter of every route, and finds nothing', async () => {
    let asked = 0
    for (const one of routes) {
      const address = addressOf(one.path, desk.ids)
      if (one.method !== 'GET' || address === null || one.path === '/api/live') continue
      const plain = await probe(address)
      for (const { name } of queryOf(one)) {
        const probed = PROBES.map(async (value) => {
          const at = `${one.path}?${name}=${value}`
          const { status, text, json, isAtOnce } = await probe(`${address}?${name}=${encodeURIComponent(value)}`)
          expect([at, status, isAtOnce]).toEqual([at, expect.toBeOneOf([200, 400, 404]), true])
          // No name, text or number here holds any of it: whatever is found was found by a statement. A file has no items.
          if (status === 200)
            expect([at, json ? json.items : text === plain.text || text]).toEqual([at, json ? [] : true])
          else expect([at, LEAKS.test(text.replaceAll(value, ''))]).toEqual([at, false])
        })
        asked += (await Promise.all(probed)).length
      }
    }
    expect(asked).toBeGreaterThan(500)
    expect(await inside()).toEqual(before)
  }, 60_000)

  it('is no id, in every place of every path', async () => {
    for (const one of routes) {
      const names = [...one.path.matchAll(/\{[^}]+\}/g)].map(([name]) => name)
      for (const name of names) {
        for (const value of PROBES) {
          const id = encodeURIComponent(value)
          const address = addressOf(one.path.replace(name, id), desk.ids)
          if (address === null || one.method !== 'GET') continue
          const at = `${one.path} ${name}=${value}`
          const { status, text, isAtOnce } = await probe(address)
          expect([at, status, isAtOnce]).toEqual([at, expect.toBeOneOf([400, 404]), true])
          expect([at, LEAKS.test(text.replaceAll(value, ''))]).toEqual([at, false])
        }
      }
    }
    expect(await inside()).toEqual(before)
  })

  it('is a value in what is stored, and comes back letter by letter', async () => {
    for (const value of PROBES) {
      const made = await desk.owner('/api/groups', { body: { name: value } })
      expect([value, made.status, made.json.name]).toEqual([value, 201, value])
      const named = await desk.owner(`/api/contacts/${desk.at.contact}`, { method: 'PATCH', body: { name: value } })
      expect([value, named.status, named.json.name]).toEqual([value, 200, value])
      const found = await desk.owner(`/api/contacts?q=${encodeURIComponent(value)}`)
      expect([value, found.status]).toEqual([value, 200])
      expect([value, found.json.items.length <= 1]).toEqual([value, true])
    }
    expect(await inside()).toEqual(before)
  })
})
