import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSignInLink, signInUrl } from '../../src/store/access/sign-in-links.ts'
import { type Api, cookieOf, openApi, PASSWORD } from './api.ts'

let api: Api
let secure: Api
beforeAll(async () => {
  api = await openApi()
  secure = await openApi({ publicUrl: 'https://parley.example.test' })
})
afterAll(() => Promise.all([api.close(), secure.close()]))
beforeEach(() => api.database.db.deleteFrom('sign_in_attempts').execute())

const signIn = (on: Api, body: object, headers: Record<string, string> = {}, cookie?: string) =>
  on.ask('/api/session', { body, headers, ...(cookie && { cookie }) })

describe('signing in', () => {
  it('by password, in a cookie that scripts cannot read', async () => {
    await api.addUser('operator', { email: 'ann@example.test', password: PASSWORD })
    const answer = await signIn(api, { email: 'ANN@example.test', password: PASSWORD })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ email: 'ann@example.test', role: 'operator' })
    const set = answer.headers.getSetCookie()[0] ?? ''
    expect(set).toMatch(/^parley=[A-Za-z0-9_-]{43};/)
    expect(set).toMatch(/HttpOnly/)
    expect(set).toMatch(/SameSite=Lax/)
    expect(set).toMatch(/Path=\//)
    const { rows } = await api.database.pool.query('select * from sessions')
    expect(JSON.stringify(rows)).not.toContain(cookieOf(answer).split('=')[1])
    expect((await api.ask('/api/me', { cookie: cookieOf(answer) })).json.email).toBe('ann@example.test')
  })

  it('over https in a __Host- cookie, and in no other', async () => {
    await secure.addUser('operator', { email: 'ann@example.test', password: PASSWORD })
    const answer = await signIn(secure, { email: 'ann@example.test', password: PASSWORD })
    const set = answer.headers.getSetCookie()[0] ?? ''
    expect(set).toMatch(/^__Host-parley=/)
    expect(set).toMatch(/Secure/)
    expect(set).not.toMatch(/Domain/)
    expect((await secure.ask('/api/me', { cookie: cookieOf(answer) })).status).toBe(200)
    expect((await secure.ask('/api/me', { cookie: cookieOf(answer).replace('__Host-', '') })).status).toBe(401)
  })

  it('tells neither by words nor by status which accounts exist', async () => {
    await api.addUser('operator', { email: 'real@example.test', password: PASSWORD })
    await api.addUser('operator', { email: 'linkonly@example.test' })
    const wrong = await signIn(api, { email: 'real@example.test', password: 'wrong password' })
    const unknown = await signIn(api, { email: 'nobody@example.test', password: 'wrong password' })
    const without = await signIn(api, { email: 'linkonly@example.test', password: 'nobody has this password' })
    expect([wrong.status, unknown.status, without.status]).toEqual([401, 401, 401])
    expect(unknown.text).toBe(wrong.text)
    expect(without.text).toBe(wrong.text)
  })

  it('replaces the session that the browser had, so that none can be planted', async () => {
    await api.addUser('operator', { email: 'fix@example.test', password: PASSWORD })
    const planted = cookieOf(await signIn(api, { email: 'fix@example.test', password: PASSWORD }))
    const fresh = cookieOf(await signIn(api, { email: 'fix@example.test', password: PASSWORD }, {}, planted))
    expect(fresh).not.toBe(planted)
    await expect.poll(async () => (await api.ask('/api/me', { cookie: planted })).status, { timeout: 5_000 }).toBe(401)
    expect((await api.ask('/api/me', { cookie: fresh })).status).toBe(200)
  })

  it('by a link, once; looking at the link does not use it up', async () => {
    const user = await api.addUser('operator', { email: 'link@example.test' })
    const token = await createSignInLink(api.database, user)
    const url = new URL(signInUrl('https://x', token))
    expect(url.search).toBe('')
    await api.ask(url.pathname)
    const [first, second] = [await signIn(api, { link: token }), await signIn(api, { link: token })]
    expect([first.status, second.status, second.json.error.code]).toEqual([200, 401, 'link_invalid'])
    expect((await api.ask('/api/me', { cookie: cookieOf(first) })).json.email).toBe('link@example.test')
  })

  it('by one link at the same moment lets one in', async () => {
    const token = await createSignInLink(api.database, await api.addUser('operator'))
    const answers = await Promise.all(Array.from({ length: 8 }, () => signIn(api, { link: token })))
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1)
  })

  it('not by a link that is too old, nor by one of a person who left', async () => {
    const old = await createSignInLink(api.database, await api.addUser('operator'))
    await api.database.pool.query(
      `update sign_in_links set expires_at = now() - interval '1 second' where used_at is null`,
    )
    expect((await signIn(api, { link: old })).status).toBe(401)
    const left = await api.addUser('operator')
    const token = await createSignInLink(api.database, left)
    await api.owner(`/api/users/${left}`, { method: 'DELETE' })
    expect((await signIn(api, { link: token })).status).toBe(401)
  })

  it('by a link with a new password ends every other session', async () => {
    const user = await api.addUser('operator', { email: 'lost@example.test', password: PASSWORD })
    const before = cookieOf(await signIn(api, { email: 'lost@example.test', password: PASSWORD }))
    const token = await createSignInLink(api.database, user)
    expect((await signIn(api, { link: token, newPassword: 'a wholly new one' })).status).toBe(200)
    await expect.poll(async () => (await api.ask('/api/me', { cookie: before })).status, { timeout: 5_000 }).toBe(401)
    expect((await signIn(api, { email: 'lost@example.test', password: PASSWORD })).status).toBe(401)
    expect((await signIn(api, { email: 'lost@example.test', password: 'a wholly new one' })).status).toBe(200)
  })
})

describe('a session ends', () => {
  const open = async (email: string) => {
    const user = await api.addUser('admin', { email, password: PASSWORD })
    return { user, cookie: cookieOf(await signIn(api, { email, password: PASSWORD })) }
  }
  const ends = (cookie: string) =>
    expect.poll(async () => (await api.ask('/api/me', { cookie })).status, { timeout: 5_000 }).toBe(401)

  it('by signing out', async () => {
    const { cookie } = await open('out@example.test')
    const answer = await api.ask('/api/session', { method: 'DELETE', cookie })
    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()[0]).toMatch(/^parley=;.*Max-Age=0/)
    await ends(cookie)
  })

  it('everywhere, if asked', async () => {
    const { cookie } = await open('everywhere@example.test')
    const other = cookieOf(await signIn(api, { email: 'everywhere@example.test', password: PASSWORD }))
    await api.ask('/api/session?everywhere=true', { method: 'DELETE', cookie })
    await ends(other)
  })

  it('after 7 days without use, and after 30 in any case', async () => {
    const idle = await open('idle@example.test')
    await api.database.pool.query(
      `update sessions set seen_at = now() - interval '7 days 1 minute' where user_id = $1`,
      [idle.user],
    )
    await ends(idle.cookie)
    const old = await open('old@example.test')
    await api.database.pool.query(`update sessions set expires_at = now() where user_id = $1`, [old.user])
    await ends(old.cookie)
  })

  it('when the person is deactivated; and a changed role holds at once', async () => {
    const { user, cookie } = await open('leaves@example.test')
    await api.owner(`/api/users/${user}`, { method: 'PATCH', body: { role: 'operator' } })
    await expect.poll(async () => (await api.ask('/api/tokens', { cookie })).status, { timeout: 5_000 }).toBe(403)
    await api.owner(`/api/users/${user}`, { method: 'DELETE' })
    await ends(cookie)
    expect((await signIn(api, { email: 'leaves@example.test', password: PASSWORD })).status).toBe(401)
  })

  it('everywhere else when the password is changed, and goes on here under a new cookie', async () => {
    const { cookie } = await open('pw@example.test')
    const other = cookieOf(await signIn(api, { email: 'pw@example.test', password: PASSWORD }))
    const wrong = await api.ask('/api/me/password', {
      cookie,
      body: { currentPassword: 'no', newPassword: 'another good one' },
    })
    expect([wrong.status, wrong.json.error.code]).toEqual([422, 'wrong_password'])
    const changed = await api.ask('/api/me/password', {
      cookie,
      body: { currentPassword: PASSWORD, newPassword: 'another good one' },
    })
    expect(changed.status).toBe(204)
    expect((await api.ask('/api/me', { cookie: cookieOf(changed) })).status).toBe(200)
    await ends(other)
    await ends(cookie)
  })
})

describe('attempts are limited', () => {
  it('on one account, also when they come at once; and the right password does not help then', async () => {
    await api.addUser('operator', { email: 'brute@example.test', password: PASSWORD })
    const tries = await Promise.all(
      Array.from({ length: 30 }, () => signIn(api, { email: 'brute@example.test', password: 'wrong password' })),
    )
    expect(tries.filter((one) => one.status === 401).length).toBeLessThanOrEqual(10)
    expect(tries.filter((one) => one.status === 429).length).toBeGreaterThanOrEqual(20)
    const right = await signIn(api, { email: 'Brute@example.test', password: PASSWORD })
    expect([right.status, right.json.error.code, right.headers.get('retry-after')]).toEqual([
      429,
      'too_many_attempts',
      '900',
    ])
    await api.database.pool.query(`update sign_in_attempts set at = at - interval '16 minutes'`)
    expect((await signIn(api, { email: 'brute@example.test', password: PASSWORD })).status).toBe(200)
  })

  it('from one address, over all accounts', async () => {
    await api.database.pool.query(
      `insert into sign_in_attempts (subject) select 'address:unknown' from generate_series(1, 100)`,
    )
    const answer = await signIn(api, { email: 'whoever@example.test', password: PASSWORD })
    expect(answer.status).toBe(429)
    expect((await signIn(api, { link: 'made up' })).status).toBe(429)
  })

  it('not of a person who signs in rightly, again and again', async () => {
    await api.addUser('operator', { email: 'busy@example.test', password: PASSWORD })
    for (let i = 0; i < 15; i++)
      expect((await signIn(api, { email: 'busy@example.test', password: PASSWORD })).status).toBe(200)
  })
})

describe('pages of other sites', () => {
  let cookie: string
  beforeAll(async () => {
    await api.addUser('owner', { email: 'csrf@example.test', password: PASSWORD })
    cookie = cookieOf(await signIn(api, { email: 'csrf@example.test', password: PASSWORD }))
  })
  const post = (headers: Record<string, string>) =>
    api.app.request('/api/groups', {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name: 'Forged' }),
    })

  it.each([
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site', { 'sec-fetch-site': 'same-site', origin: 'http://other.127.0.0.1:8080' }],
    ['cross-site that names our origin', { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:8080' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['the null origin', { origin: 'null' }],
    ['our origin on another port', { origin: 'http://127.0.0.1:8081' }],
    ['nothing at all', {}],
  ])('cannot change anything: %s', async (_, headers) => {
    const answer = await post(headers)
    expect(answer.status).toBe(403)
    expect(((await answer.json()) as { error: { code: string } }).error.code).toBe('cross_site')
  })

  it.each([
    ['same-origin', { 'sec-fetch-site': 'same-origin' }],
    ['typed by the person', { 'sec-fetch-site': 'none' }],
    ['an old browser with our origin', { origin: 'http://127.0.0.1:8080' }],
  ])('our own can: %s', async (_, headers) => {
    expect((await post(headers)).status).toBe(201)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'cannot send a form of type %j where JSON is wanted',
    async (type) => {
      const answer = await api.app.request('/api/groups', {
        method: 'POST',
        headers: { cookie, 'sec-fetch-site': 'same-origin', ...(type && { 'content-type': type }) },
        body: new TextEncoder().encode(JSON.stringify({ name: 'Form' })),
      })
      expect(answer.status).toBe(415)
    },
  )

  it('cannot sign a browser in as somebody else', async () => {
    const answer = await signIn(
      api,
      { email: 'csrf@example.test', password: PASSWORD },
      { 'sec-fetch-site': 'cross-site' },
    )
    expect([answer.status, answer.json.error.code]).toEqual([403, 'cross_site'])
  })
})
