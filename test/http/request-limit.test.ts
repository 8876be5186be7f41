import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { networkOf } from '../../src/http/client-address.ts'
import { requestLimit } from '../../src/http/request-limit.ts'
import { webhookRoutes } from '../../src/http/webhooks.ts'
import { type Api, cookieOf, openApi, PASSWORD } from './api.ts'

describe('a limit', () => {
  it('gives a minute’s worth at once, then one place for each that comes free', () => {
    let now = 1_000
    const limit = requestLimit(60, () => now)
    for (let n = 0; n < 60; n++) expect(limit.take('a')).toBe(0)
    expect(limit.take('a')).toBe(1_000)
    expect(limit.take('a')).toBe(1_000)
    expect(limit.take('b')).toBe(0)
    now += 1_000
    expect([limit.take('a'), limit.take('a')]).toEqual([0, 1_000])
    now += 60_000
    expect(limit.waitFor('a')).toBe(0)
  })

  it('0 is none', () => {
    const limit = requestLimit(0, () => 0)
    for (let n = 0; n < 10_000; n++) expect(limit.take('a')).toBe(0)
    expect(limit.remembers('a')).toBe(true)
  })

  it('forgets who asked longest ago rather than growing', () => {
    const limit = requestLimit(60, () => 0)
    for (let n = 0; n < 25_000; n++) limit.take(String(n))
    expect([limit.remembers('4999'), limit.remembers('5000'), limit.remembers('24999')]).toEqual([false, true, true])
  })

  it('whoever comes when, never lets through more than twice its worth in a minute', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 300 }), (waits) => {
        let now = 0
        const limit = requestLimit(30, () => now)
        const taken: number[] = []
        for (const wait of waits) {
          now += wait
          if (limit.take('a') === 0) taken.push(now)
        }
        for (const from of taken) expect(taken.filter((at) => at >= from && at < from + 60_000).length).toBeLessThan(61)
      }),
    )
  })
})

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::2:3:4:5:6', '2001:db8:0:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s is counted under %s', (address, network) => expect(networkOf(address)).toBe(network))

describe('requests to the API', () => {
  let api: Api
  beforeAll(async () => {
    api = await openApi({
      environment: { PARLEY_REQUESTS_PER_MINUTE: '5', PARLEY_REFUSALS_PER_MINUTE: '3' },
      parts: (deps) => [{ mount: (app) => app.route('/', webhookRoutes(deps)) }],
    })
  })
  afterAll(() => api.close())
  const me = (asking: { token?: string; cookie?: string }) => api.ask('/api/me', asking)
  const statuses = async (many: number, asking: { token?: string; cookie?: string }) => {
    const answers = []
    for (let n = 0; n < many; n++) answers.push((await me(asking)).status)
    return answers
  }

  it('of one token have a limit, which is nobody else’s', async () => {
    const [one, other] = [await api.addToken('operator'), await api.addToken('operator')]
    expect(await statuses(6, { token: one })).toEqual([200, 200, 200, 200, 200, 429])
    const refused = await me({ token: one })
    expect(refused.json.error).toMatchObject({ code: 'too_many_requests', message: expect.any(String) })
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(seconds).toBeLessThanOrEqual(12)
    expect((await me({ token: other })).status).toBe(200)
  })

  it('of one session have a limit, and the next session its own', async () => {
    await api.addUser('operator', { email: 'limit@example.test', password: PASSWORD })
    const signIn = async () =>
      cookieOf(await api.ask('/api/session', { body: { email: 'limit@example.test', password: PASSWORD } }))
    const cookie = await signIn()
    // Signing in was the first.
    expect(await statuses(5, { cookie })).toEqual([200, 200, 200, 200, 429])
    expect((await me({ cookie: await signIn() })).status).toBe(200)
  })

  it('that are refused have a limit for their address; who was let in before is let in on', async () => {
    const known = await api.addToken('operator')
    expect((await me({ token: known })).status).toBe(200)
    expect(await statuses(5, { token: 'parley_guess_1' })).toEqual([401, 401, 401, 429, 429])
    expect((await me({ token: 'parley_guess_2' })).status).toBe(429)
    expect((await me({ token: known })).status).toBe(200)
    // Who signs in meanwhile is let in, too.
    await api.addUser('operator', { email: 'late@example.test', password: PASSWORD })
    const signedIn = await api.ask('/api/session', { body: { email: 'late@example.test', password: PASSWORD } })
    expect((await me({ cookie: cookieOf(signedIn) })).status).toBe(200)
  })

  it('are limited; providers’ webhooks and the health page are not', async () => {
    const answers = []
    for (let n = 0; n < 20; n++) {
      const path = n % 2 ? '/healthz' : '/webhooks/whatsapp/01900000-0000-7000-8000-000000000000'
      answers.push((await api.ask(path, n % 2 ? {} : { method: 'POST', body: {} })).status)
    }
    expect(answers).not.toContain(429)
  })
})
