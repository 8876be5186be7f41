import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Api, openApi, PASSWORD } from '../http/api.ts'

/** Telling accounts apart by what a refused sign-in costs (S10): by processor time, which a busy machine does not stretch. */
const TRIES = 7

let api: Api
beforeAll(async () => {
  api = await openApi()
  await api.addUser('operator', { email: 'real@example.test', password: PASSWORD })
  await api.addUser('operator', { email: 'link-only@example.test' })
})
afterAll(() => api.close())

async function cost(email: string): Promise<number> {
  const before = process.cpuUsage()
  const answer = await api.ask('/api/session', { body: { email, password: 'wrong password' } })
  expect(answer.status).toBe(401)
  const { user, system } = process.cpuUsage(before)
  return user + system
}

it('a sign-in that fails costs the same, whether or not there is such an account, or such a password', async () => {
  const emails = ['real@example.test', 'nobody@example.test', 'link-only@example.test']
  // The first of all makes what the others have ready.
  for (const email of emails) await cost(email)
  const costs = new Map<string, number[]>(emails.map((email) => [email, []]))
  for (let n = 0; n < TRIES; n++) for (const email of emails) costs.get(email)?.push(await cost(email))
  const median = (values: number[] = []) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
  const [real = 0, nobody = 0, linkOnly = 0] = emails.map((email) => median(costs.get(email)))
  for (const other of [nobody, linkOnly]) {
    expect(other / real).toBeGreaterThan(0.6)
    expect(other / real).toBeLessThan(1.7)
  }
})
