import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../../src/store/index.ts'
import { disableWebhook } from '../../../src/store/webhooks/subscriptions.ts'
import { type Answered, type Api, openApi } from '../api.ts'

let api: Api
let admin: string
beforeAll(async () => {
  api = await openApi()
  admin = await api.addToken('admin')
})
afterAll(() => api.close())

const WANTED = { name: 'Shop', url: 'https://shop.example/hooks', events: ['quote.accepted'] }
const create = (body: object, headers: Record<string, string> = {}) =>
  api.ask('/api/webhooks', { token: admin, body, headers })
const ask = (path: string, method = 'GET', body?: object) =>
  api.ask(`/api/${path}`, { token: admin, method, ...(body && { body }) })
const outcome = ({ status, json }: Answered) => [status, json?.error?.code ?? null]

describe('a subscription', () => {
  it('is made, read, changed and deleted by an admin, who sees its secret once', async () => {
    const made = await create(WANTED)
    const { secret, ...shown } = made.json
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(shown).toEqual({
      ...WANTED,
      id: expect.any(String),
      state: 'active',
      allowPrivateAddress: false,
      lastError: null,
      lastErrorAt: null,
      oldSecretUntil: null,
      createdAt: expect.any(String),
    })
    const path = `webhooks/${shown.id}`
    expect((await ask(path)).json).toEqual(shown)
    expect((await ask('webhooks')).json).toEqual({ items: [shown], next: null })
    const changed = await ask(path, 'PATCH', { events: ['*'], name: 'All' })
    expect([changed.status, changed.json]).toEqual([200, { ...shown, events: ['*'], name: 'All' }])

    const rotated = await ask(`${path}/rotate-secret`, 'POST')
    expect(rotated.json.secret).toMatch(/^whsec_/)
    expect(rotated.json.secret).not.toBe(secret)
    expect(Date.parse(rotated.json.oldSecretUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000)

    expect((await ask(path, 'DELETE')).status).toBe(204)
    for (const [of, method] of [
      [path, 'GET'],
      [path, 'DELETE'],
      [`${path}/deliveries`, 'GET'],
      [`${path}/rotate-secret`, 'POST'],
      [`${path}/test`, 'POST'],
      ['webhook-deliveries/0199a1b2-0000-7000-8000-0123456789ab/retry', 'POST'],
    ] as const) {
      expect([of, outcome(await ask(of, method))]).toEqual([of, [404, 'not_found']])
    }
    const { rows } = await api.database.pool.query(
      "select action, detail from audit_log where subject_kind = 'webhook' and subject_id = $1 order by id",
      [shown.id],
    )
    expect(rows).toEqual([
      { action: 'webhook.created', detail: { events: ['quote.accepted'] } },
      { action: 'webhook.changed', detail: { fields: expect.arrayContaining(['events', 'name']) } },
      { action: 'webhook.secret_rotated', detail: {} },
      { action: 'webhook.deleted', detail: {} },
    ])
    const { rows: kept } = await api.database.pool.query('select audit_log::text as line from audit_log')
    const lines = JSON.stringify(kept) + api.logged.join('\n')
    for (const one of [secret, rotated.json.secret]) expect(lines).not.toContain(one)
  })

  it('is made once for each key, with the same secret in the answer', async () => {
    const first = await create(WANTED, { 'idempotency-key': 'webhook-1' })
    const again = await create(WANTED, { 'idempotency-key': 'webhook-1' })
    expect(again.json).toEqual(first.json)
    const rotate = () =>
      api.ask(`/api/webhooks/${first.json.id}/rotate-secret`, {
        token: admin,
        method: 'POST',
        headers: { 'idempotency-key': 'webhook-2' },
      })
    expect((await rotate()).json.secret).toBe((await rotate()).json.secret)
  })

  it.each([
    ['http', { url: 'http://shop.example' }, [422, 'address_refused']],
    ['http to an address that must be private', { url: 'http://127.0.0.1/x', allowPrivateAddress: true }, [201, null]],
    ['a user name', { url: 'https://user@shop.example' }, [422, 'address_refused']],
    ['a password', { url: 'https://:secret@shop.example' }, [422, 'address_refused']],
    ['a file', { url: 'file:///etc/passwd' }, [400, 'invalid_request']],
    ['a script', { url: 'javascript:alert(1)' }, [400, 'invalid_request']],
    ['no address', { url: 'shop' }, [400, 'invalid_request']],
    ['no events', { events: [] }, [400, 'invalid_request']],
    ['an event that is computed', { events: ['{{ a }}'] }, [400, 'invalid_request']],
    ['no name', { name: '  ' }, [400, 'invalid_request']],
    ['a secret of its own', { secret: 'whsec_x' }, [400, 'invalid_request']],
  ])('with %s', async (_, wrong, expected) => {
    expect(outcome(await create({ ...WANTED, ...wrong }))).toEqual(expected)
  })

  it('keeps the rule of its address in every change', async () => {
    const { id } = (await create({ ...WANTED, url: 'http://127.0.0.1', allowPrivateAddress: true })).json
    const change = async (changes: object) => outcome(await ask(`webhooks/${id}`, 'PATCH', changes))
    expect(await change({ allowPrivateAddress: false })).toEqual([422, 'address_refused'])
    expect((await ask(`webhooks/${id}`)).json.allowPrivateAddress).toBe(true)
    expect(await change({ allowPrivateAddress: false, url: 'https://shop.example' })).toEqual([200, null])
    expect(await change({ url: 'http://127.0.0.1' })).toEqual([422, 'address_refused'])
  })

  it('is disabled and enabled; what waited has ended, and is sent again when a person says so', async () => {
    const { id } = (await create(WANTED)).json
    const queued = await ask(`webhooks/${id}/test`, 'POST')
    expect([queued.status, queued.json]).toMatchObject([
      202,
      { event: 'parley.test', state: 'queued', attempts: [], body: { type: 'parley.test' } },
    ])
    expect((await ask(`webhooks/${id}`, 'PATCH', { state: 'disabled' })).json.state).toBe('disabled')
    expect(outcome(await ask(`webhooks/${id}/test`, 'POST'))).toEqual([409, 'webhook_disabled'])
    const retry = () => ask(`webhook-deliveries/${queued.json.id}/retry`, 'POST')
    expect(outcome(await retry())).toEqual([409, 'webhook_disabled'])
    const listed = async (query = '') => (await ask(`webhooks/${id}/deliveries${query}`)).json.items
    expect(await listed('?state=queued')).toEqual([])
    expect(await listed('?state=failed')).toMatchObject([{ id: queued.json.id, nextAttemptAt: null }])

    await ask(`webhooks/${id}`, 'PATCH', { state: 'active' })
    expect([(await retry()).status, await listed()]).toMatchObject([202, [{ id: queued.json.id, state: 'queued' }]])

    await inTransaction(api.database.db, (tx) => disableWebhook(tx, id, 'gone'))
    expect((await ask(`webhooks/${id}`)).json.state).toBe('disabled')
  })

  it('has its deliveries in pages, the newest first', async () => {
    const { id } = (await create(WANTED)).json
    const made: string[] = []
    for (let n = 0; n < 5; n++) made.unshift((await ask(`webhooks/${id}/test`, 'POST')).json.id)
    const seen: string[] = []
    let next: string | null = null
    do {
      const page: Answered = await ask(`webhooks/${id}/deliveries?limit=2${next ? `&cursor=${next}` : ''}`)
      seen.push(...page.json.items.map((item: { id: string }) => item.id))
      next = page.json.next
    } while (next)
    expect(seen).toEqual(made)
  })

  it('is nobody’s but admins’', async () => {
    const author = await api.addToken('author')
    for (const path of ['/api/webhooks', '/api/incoming-webhooks']) {
      expect(outcome(await api.ask(path, { token: author }))).toEqual([403, 'forbidden'])
    }
  })
})
