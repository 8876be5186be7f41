import { createHmac, randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSigningSecret } from '../../../src/store/webhooks/signature.ts'
import { type Answered, type Api, openApi } from '../api.ts'

let api: Api
let admin: string
beforeAll(async () => {
  api = await openApi()
  admin = await api.addToken('admin')
})
afterAll(() => api.close())

interface Hook {
  id: string
  name: string
  secret: string
}
let hooks = 0
const create = (body: object) => api.ask('/api/incoming-webhooks', { token: admin, body })
const add = async (more: object = {}): Promise<Hook> => {
  const made = await create({ name: `hook-${++hooks}`, verify: 'standard', ...more })
  expect(outcome(made)).toEqual([201, null])
  return made.json
}
const outcome = ({ status, json }: Answered) => [status, json?.error?.code ?? null]
type Body = string | Uint8Array<ArrayBuffer>
const send = async (hook: { name: string }, body: Body | ReadableStream, headers: Record<string, string> = {}) => {
  const init = { method: 'POST', body, headers, duplex: 'half' }
  const response = await api.app.request(`/hooks/${hook.name}`, init as RequestInit)
  const text = await response.text()
  return [response.status, text ? (JSON.parse(text).error?.code ?? null) : null]
}
const signed = ({ secret }: Hook, body: string, { id = randomUUID(), at = new Date() } = {}) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': new Webhook(secret).sign(id, at, body),
})
const bearer = ({ secret }: Hook, more: Record<string, string> = {}) => ({ authorization: `Bearer ${secret}`, ...more })
const stored = async (hook: Hook) =>
  (await api.ask(`/api/incoming-webhooks/${hook.id}/events`, { token: admin })).json.items as {
    body: unknown
    state: string
  }[]

describe('the address of a webhook', () => {
  it('is made, read and deleted, and shows its secret once', async () => {
    const made = await create({ name: 'github', verify: 'hmac-sha256', header: 'X-Hub-Signature-256' })
    const { secret, ...shown } = made.json
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(shown).toEqual({
      id: expect.any(String),
      name: 'github',
      url: 'http://127.0.0.1:8080/hooks/github',
      verify: 'hmac-sha256',
      header: 'x-hub-signature-256',
      oldSecretUntil: null,
      createdAt: expect.any(String),
      lastReceivedAt: null,
    })
    const ask = (path = '', method = 'GET') =>
      api.ask(`/api/incoming-webhooks/${shown.id}${path}`, { token: admin, method })
    expect((await ask()).json).toEqual(shown)
    expect(outcome(await create({ name: 'github', verify: 'token' }))).toEqual([409, 'name_taken'])
    expect((await ask('', 'DELETE')).status).toBe(204)
    for (const path of ['', '/events']) expect(outcome(await ask(path))).toEqual([404, 'not_found'])
    expect(await send({ name: 'github' }, '{}')).toEqual([404, 'not_found'])
    const { rows } = await api.database.pool.query('select audit_log::text as line from audit_log')
    expect(JSON.stringify(rows) + api.logged.join('\n')).not.toContain(secret)
  })

  it.each([
    ['an upper-case name', { name: 'Shop' }, [400, 'invalid_request']],
    ['a path', { name: 'a/b' }, [400, 'invalid_request']],
    ['a short secret', { verify: 'token', secret: 'short' }, [400, 'invalid_request']],
    ['a secret that is no Standard Webhooks one', { secret: 'sixteen-characters' }, [422, 'secret_invalid']],
    ['a header that is none', { verify: 'hmac-sha256', header: 'a b' }, [400, 'invalid_request']],
    ['no way to verify', { verify: 'none' }, [400, 'invalid_request']],
    ['a given secret', { secret: newSigningSecret() }, [201, null]],
  ])('with %s', async (_, wrong, expected) => {
    expect(outcome(await create({ name: `wrong-${++hooks}`, verify: 'standard', ...wrong }))).toEqual(expected)
  })
})

describe('POST /hooks/:name', () => {
  it('stores what is verified before it answers, and nothing else', async () => {
    const hook = await add()
    expect(await send(hook, '{"a":1}', signed(hook, '{"a":1}'))).toEqual([200, null])
    const other = await add()
    for (const headers of [
      {},
      bearer(hook),
      signed(other, '{"a":1}'),
      signed(hook, '{"a":2}'),
      signed(hook, '{"a":1}', { at: new Date(Date.now() - 301_000) }),
      signed(hook, '{"a":1}', { at: new Date(Date.now() + 310_000) }),
      { ...signed(hook, '{"a":1}'), 'webhook-id': 'another' },
    ]) {
      expect(await send(hook, '{"a":1}', headers)).toEqual([401, 'unverified'])
    }
    expect(await stored(hook)).toMatchObject([{ body: { a: 1 }, state: 'ignored' }])
    const { lastReceivedAt } = (await api.ask(`/api/incoming-webhooks/${hook.id}`, { token: admin })).json
    expect(Date.now() - Date.parse(lastReceivedAt)).toBeLessThan(60_000)
    for (const name of ['nobody', 'A', '..', '%00', 'x'.repeat(70)]) {
      expect((await send({ name }, '{}'))[0]).toBe(404)
    }
  })

  it('takes the same once, also when it comes ten times at once, and again after a day', async () => {
    const hook = await add()
    const headers = signed(hook, '{"n":1}')
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(hook, '{"n":1}', headers)))
    expect(answers).toEqual(Array(10).fill([200, null]))
    expect(await stored(hook)).toHaveLength(1)
    // Another message with the same words is another one.
    expect(await send(hook, '{"n":1}', signed(hook, '{"n":1}'))).toEqual([200, null])
    expect(await stored(hook)).toHaveLength(2)

    const token = await add({ verify: 'token' })
    for (let n = 0; n < 3; n++) expect(await send(token, '{"n":1}', bearer(token))).toEqual([200, null])
    expect(await stored(token)).toHaveLength(1)
    await api.database.pool.query("update incoming_webhook_keys set until = until - interval '24 hours'")
    expect(await send(token, '{"n":1}', bearer(token))).toEqual([200, null])
    expect(await stored(token)).toHaveLength(2)
  })

  it('is verified by any of the ways, and by both secrets for a day', async () => {
    const hook = await add({ verify: 'hmac-sha256', header: 'X-Shop-Hmac' })
    const mac = (secret: string, body: string) => ({
      'x-shop-hmac': createHmac('sha256', secret).update(body).digest('base64'),
    })
    expect(await send(hook, '{"a":1}', mac(hook.secret, '{"a":1}'))).toEqual([200, null])
    const rotated = await api.ask(`/api/incoming-webhooks/${hook.id}/rotate-secret`, {
      token: admin,
      body: { secret: 'another-secret-of-theirs' },
    })
    expect([rotated.status, rotated.json.secret]).toEqual([200, 'another-secret-of-theirs'])
    expect(await send(hook, '{"a":2}', mac(hook.secret, '{"a":2}'))).toEqual([200, null])
    expect(await send(hook, '{"a":3}', mac('another-secret-of-theirs', '{"a":3}'))).toEqual([200, null])
    await api.database.pool.query('update incoming_webhooks set previous_until = now()')
    expect(await send(hook, '{"a":4}', mac(hook.secret, '{"a":4}'))).toEqual([401, 'unverified'])
    expect(await stored(hook)).toHaveLength(3)
  })

  const utf8 = (text: string) => new TextEncoder().encode(text)
  it.each<[string, Body, string | undefined, (string | number | null)[]]>([
    ['JSON without a content type', '{"a":1}', undefined, [200, null]],
    ['JSON as text', '{"a":2}', 'text/plain', [200, null]],
    ['a number', '5', 'application/json', [200, null]],
    ['null', 'null', 'application/json', [200, null]],
    ['a byte order mark', utf8('\ufeff{"a":3}'), 'application/json', [200, null]],
    ['a form', 'a=1&a=2&b=x%20y&__proto__=z', 'application/x-www-form-urlencoded; charset=utf-8', [200, null]],
    ['prototypes', '{"__proto__":{"x":1},"constructor":1}', 'application/json', [200, null]],
    ['nothing', '', 'application/json', [400, 'malformed_body']],
    ['no JSON', '{a:1}', 'application/json', [400, 'malformed_body']],
    ['XML', '<a/>', 'application/xml', [400, 'malformed_body']],
    ['half of a JSON', '{"a":', 'application/json', [400, 'malformed_body']],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'application/json', [400, 'malformed_body']],
    ['NUL', '{"a":"x\\u0000y"}', 'application/json', [400, 'malformed_body']],
    ['NUL in a name', '{"x\\u0000y":1}', 'application/json', [400, 'malformed_body']],
    ['half of a surrogate pair', '{"a":"\\ud800"}', 'application/json', [400, 'malformed_body']],
    ['a number beyond all', '1e999', 'application/json', [400, 'malformed_body']],
    ['forty levels', `${'['.repeat(40)}${']'.repeat(40)}`, 'application/json', [400, 'malformed_body']],
    ['a hundred thousand levels', '['.repeat(100_000), 'application/json', [400, 'malformed_body']],
    ['thirty thousand values', `[${'1,'.repeat(30_000)}1]`, 'application/json', [400, 'malformed_body']],
    ['256 KB', JSON.stringify('x'.repeat(256 * 1024 - 2)), 'application/json', [200, null]],
    ['a byte more', JSON.stringify('x'.repeat(256 * 1024 - 1)), 'application/json', [413, 'body_too_large']],
  ])('reads %s', async (_, body, contentType, expected) => {
    const hook = await add({ verify: 'token' })
    const headers = bearer(hook, contentType === undefined ? {} : { 'content-type': contentType })
    expect(await send(hook, body, headers)).toEqual(expected)
    expect(await stored(hook)).toHaveLength(expected[0] === 200 ? 1 : 0)
  })

  it('gives a form’s fields, and what looks like a prototype, as they came', async () => {
    const hook = await add({ verify: 'token' })
    await send(
      hook,
      'a=1&a=2&b=x%20y&__proto__=z',
      bearer(hook, { 'content-type': 'application/x-www-form-urlencoded' }),
    )
    const [form] = await stored(hook)
    expect(JSON.stringify(form?.body)).toBe('{"a":["1","2"],"b":"x y","__proto__":"z"}')
  })

  it('drops a body without a declared length as soon as it is too long', async () => {
    const hook = await add({ verify: 'token' })
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        if (++sent > 400) controller.close()
        else controller.enqueue(new Uint8Array(1_024).fill(32))
      },
    })
    expect(await send(hook, endless, bearer(hook))).toEqual([413, 'body_too_large'])
  })

  it('keeps words and secrets out of the log', () => {
    expect(api.logged.join('\n')).not.toMatch(/whsec_|Bearer|__proto__|x%20y/)
  })
})
