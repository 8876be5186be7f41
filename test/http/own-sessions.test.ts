import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Api, cookieOf, openApi, PASSWORD } from './api.ts'

let api: Api
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  api = await openApi()
})
afterAll(async () => {
  vi.useRealTimers()
  await api.close()
})

const signIn = async (email: string, agent: string) =>
  cookieOf(await api.ask('/api/session', { body: { email, password: PASSWORD }, headers: { 'user-agent': agent } }))
const sessions = async (cookie: string) => (await api.ask('/api/me/sessions', { cookie })).json.items
/** What is known of a credential is kept for a second. */
const forgotten = () => void vi.advanceTimersByTime(1_000)

it('a person sees where they are signed in, and ends one of the sessions', async () => {
  await api.addUser('operator', { email: 'ada@example.test', password: PASSWORD })
  const here = await signIn('ada@example.test', 'Laptop')
  const there = await signIn('ada@example.test', 'Lost phone')
  const listed = await sessions(here)
  expect(listed).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ userAgent: 'Laptop', current: true }),
      expect.objectContaining({ userAgent: 'Lost phone', current: false }),
    ]),
  )
  expect(JSON.stringify(listed)).not.toContain(here.split('=')[1])
  const lost = listed.find(({ userAgent }: { userAgent: string }) => userAgent === 'Lost phone')

  await api.addUser('owner', { email: 'eve@example.test', password: PASSWORD })
  const eve = await signIn('eve@example.test', 'x')
  const end = (cookie: string) => api.ask(`/api/me/sessions/${lost.id}`, { method: 'DELETE', cookie })
  expect((await end(eve)).status).toBe(404)
  expect((await end(here)).status).toBe(204)
  expect((await end(here)).status).toBe(404)
  forgotten()
  expect((await api.ask('/api/me', { cookie: there })).status).toBe(401)
  expect((await api.ask('/api/me', { cookie: here })).status).toBe(200)
})

it('a token has no sessions', async () => {
  const asked = await api.owner('/api/me/sessions')
  expect([asked.status, asked.json.items]).toEqual([200, []])
})

it('an administrator signs a person out everywhere, but nobody above them', async () => {
  const person = await api.addUser('operator', { email: 'bob@example.test', password: PASSWORD })
  const owner = await api.addUser('owner')
  const bob = await signIn('bob@example.test', 'x')
  const admin = await api.addToken('admin')
  const signOut = (id: string) => api.ask(`/api/users/${id}/sessions`, { method: 'DELETE', token: admin })
  expect((await signOut(owner)).status).toBe(403)
  expect((await signOut(person)).status).toBe(204)
  forgotten()
  expect((await api.ask('/api/me', { cookie: bob })).status).toBe(401)
  await signIn('bob@example.test', 'x')
})

it('a token ends by itself, and cannot be made to have ended already', async () => {
  const create = (expiresAt: string | null) =>
    api.owner('/api/tokens', { body: { name: 'shop', role: 'operator', expiresAt } })
  expect((await create(new Date(Date.now() - 1_000).toISOString())).status).toBe(400)
  expect((await create(null)).json.expiresAt).toBeNull()
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  const { json } = await create(expiresAt)
  expect(json.expiresAt).toBe(expiresAt)
  expect((await api.ask('/api/me', { token: json.token })).status).toBe(200)
  await sql`update api_tokens set expires_at = now() where id = ${json.id}`.execute(api.database.db)
  forgotten()
  expect((await api.ask('/api/me', { token: json.token })).status).toBe(401)
})
