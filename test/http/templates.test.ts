import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTemplateSync } from '../../src/http/template-sync.ts'
import { PHONE, type Rig, startRig, TOKEN, WABA } from '../dev/simulator/harness.ts'
import { eventually } from '../kit/eventually.ts'
import { type Api, openApi } from './api.ts'

let api: Api
beforeAll(async () => {
  api = await openApi({ publicUrl: 'http://127.0.0.1:8080' })
})
afterAll(() => api.close())

/** A channel of a simulator's account, with the templates that every account has. */
async function connect(): Promise<{ rig: Rig; channelId: string }> {
  await api.database.pool.query('truncate templates, channels, audit_log cascade')
  const rig = await startRig()
  const made = await api.owner('/api/channels', {
    body: {
      provider: 'whatsapp-cloud',
      name: 'Shop',
      phoneNumberId: PHONE,
      wabaId: WABA,
      accessToken: TOKEN,
      appSecret: 'secret',
      verifyToken: 'verify-me',
      graphUrl: `${rig.url}/graph`,
    },
  })
  expect(made.status).toBe(201)
  return { rig, channelId: made.json.id }
}
const listed = async (query = '') => (await api.owner(`/api/templates?${query}`)).json.items
const named = async (name: string) => (await listed(`q=${name}`))[0]
const definition = (channelId: string, more: object = {}) => ({
  channelId,
  name: 'order_sent',
  language: 'en_US',
  category: 'utility',
  components: [{ type: 'BODY', text: 'Order {{1}} is sent.', example: { body_text: [['A-1']] } }],
  ...more,
})

describe('templates', () => {
  test('are there as soon as a channel is', async () => {
    const { channelId } = await connect()
    const channel = await api.owner(`/api/channels/${channelId}`)
    expect(channel.json.templates).toEqual({ syncedAt: expect.any(String), problem: null })
    const order = (await listed(`channelId=${channelId}&q=quote_link`))[0]
    expect(order).toEqual({
      id: expect.any(String),
      channelId,
      name: 'quote_link',
      language: 'en_US',
      category: 'utility',
      status: 'approved',
      quality: 'unknown',
      parameterFormat: 'named',
      components: expect.any(Array),
      parameters: {
        header: null,
        body: [
          { name: 'first_name', example: 'Anna' },
          { name: 'quote_no', example: 'Q-77' },
        ],
        buttons: [
          { index: 0, kind: 'quick_reply', text: 'Call me', example: null, required: false },
          { index: 1, kind: 'url', text: 'Open the quote', example: 'https://example.com/q/77', required: true },
        ],
        unsupported: [],
      },
      reason: null,
      syncedAt: expect.any(String),
    })
    expect((await api.owner(`/api/templates/${order.id}`)).json).toEqual(order)
  })

  test('are found page by page, by status and by words', async () => {
    await connect()
    const all = await listed('limit=200')
    const names: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const page: { json: { items: { name: string; language: string }[]; next: string | null } } = await api.owner(
        `/api/templates?limit=3${next && `&cursor=${next}`}`,
      )
      names.push(...page.json.items.map(({ name, language }) => `${name} ${language}`))
      next = page.json.next
    }
    expect(names).toEqual(all.map(({ name, language }: { name: string; language: string }) => `${name} ${language}`))
    expect(new Set(names).size).toBe(15)
    expect(await listed('status=PAUSED')).toEqual([])
    expect((await listed('q=заказ')).map((one: { language: string }) => one.language)).toEqual(['ru'])
    expect(await listed('q=100%25')).toEqual([])
    expect((await api.owner('/api/templates?cursor=x')).status).toBe(400)
  })

  test('are previewed as the client sees them; nothing is stored', async () => {
    await connect()
    const { id } = await named('quote_link')
    const preview = (parameters?: object) => api.owner(`/api/templates/${id}/preview`, { body: { parameters } })
    const good = await preview({ body: { first_name: 'Anna', quote_no: '{{x}}' }, buttons: ['77'] })
    expect(good.json).toMatchObject({
      ok: true,
      rendered: { text: 'Hello Anna, our quote {{x}} is waiting for your answer.', footer: null },
      problems: [],
    })
    const bad = await preview({ body: { first_name: '' } })
    expect([bad.status, bad.json.ok, bad.json.rendered]).toEqual([200, false, null])
    expect(bad.json.problems.map(({ message }: { message: string }) => message)).toEqual([
      'The value "first_name" of the body is empty',
      'The value "quote_no" of the body is missing',
      'Button 2 (Open the quote) needs the end of its link',
    ])
  })

  test('of another channel do not exist for those who may not use it', async () => {
    const { channelId } = await connect()
    const { id } = await named('hello_world')
    const token = await api.addToken('author', [])
    const ask = async (path: string, asking?: object) => (await api.ask(path, { token, ...asking })).status
    expect((await api.ask('/api/templates', { token })).json.items).toEqual([])
    expect([
      await ask(`/api/templates?channelId=${channelId}`),
      await ask(`/api/templates/${id}`),
      await ask(`/api/templates/${id}`, { method: 'DELETE' }),
      await ask(`/api/templates/${id}`, { method: 'PATCH', body: { category: 'utility' } }),
      await ask(`/api/templates/${id}/preview`, { body: {} }),
      await ask('/api/templates/sync', { body: { channelId } }),
      await ask('/api/templates', { body: definition(channelId) }),
    ]).toEqual(Array(7).fill(404))
  })

  test('are synchronised on demand, and a failure is told and kept', async () => {
    const { rig, channelId } = await connect()
    await rig.graph('DELETE', `/${WABA}/message_templates?name=hello_world`)
    const synced = await api.owner('/api/templates/sync', { body: { channelId } })
    expect(synced.json).toMatchObject({ channelId, count: 14, added: 0, changed: 0, gone: 1 })
    await rig.call('POST', '/faults', { on: 'templates', kind: 'error', code: 190, times: 1 })
    const failed = await api.owner('/api/templates/sync', { body: { channelId } })
    expect([failed.status, failed.json.error.code]).toEqual([422, 'templates_unavailable'])
    expect((await api.owner(`/api/channels/${channelId}`)).json.templates.problem).toContain('could not be had')
    expect(await listed('limit=200')).toHaveLength(14)
  })

  test('are synchronised in the background when an event demands it', async () => {
    const { rig } = await connect()
    await rig.graph('DELETE', `/${WABA}/message_templates?name=hello_world`)
    await api.database.pool.query('update channels set templates_due_at = now()')
    const chore = startTemplateSync(api.deps)
    try {
      await eventually(async () => expect(await listed('limit=200')).toHaveLength(14))
    } finally {
      await chore.stop()
    }
  })
})

describe('a template', () => {
  test('is made, edited and deleted at the provider', async () => {
    const { rig, channelId } = await connect()
    const headers = { 'idempotency-key': 'template-1' }
    const made = await api.owner('/api/templates', { body: definition(channelId), headers })
    expect([made.status, made.json.status, made.json.parameters.body]).toEqual([
      201,
      'pending',
      [{ name: null, example: 'A-1' }],
    ])
    const again = await api.owner('/api/templates', { body: definition(channelId), headers })
    expect([again.status, again.json.id]).toEqual([201, made.json.id])
    const taken = await api.owner('/api/templates', { body: definition(channelId) })
    expect([taken.status, taken.json.error.code]).toEqual([409, 'template_exists'])

    const { rows } = await api.database.pool.query<{ provider_id: string }>(
      `select provider_id from templates where id = $1`,
      [made.json.id],
    )
    const path = `/api/templates/${made.json.id}`
    const early = await api.owner(path, { method: 'PATCH', body: { category: 'marketing' } })
    expect([early.status, early.json.error.code]).toEqual([422, 'template_refused'])
    await rig.call('POST', `/templates/${rows[0]?.provider_id}/status`, { status: 'APPROVED' })
    const components = [{ type: 'BODY', text: 'Order {{1}} is on its way.', example: { body_text: [['A-1']] } }]
    const edited = await api.owner(path, { method: 'PATCH', body: { components } })
    expect([edited.status, edited.json.status, edited.json.components]).toEqual([200, 'pending', components])

    expect((await api.owner(path, { method: 'DELETE' })).status).toBe(204)
    expect((await api.owner(path)).status).toBe(404)
    const synced = await api.owner('/api/templates/sync', { body: { channelId } })
    expect(synced.json).toMatchObject({ count: 15, added: 0, gone: 0 })
    const actions = await api.database.db
      .selectFrom('audit_log')
      .select('action')
      .where('subject_kind', '=', 'template')
      .orderBy('id')
      .execute()
    expect(actions.map(({ action }) => action)).toEqual(['template.created', 'template.edited', 'template.deleted'])
  })

  test('is deleted in its language only', async () => {
    const { channelId } = await connect()
    const russian = (await listed('q=order_confirmation')).find((one: { language: string }) => one.language === 'ru')
    await api.owner(`/api/templates/${russian.id}`, { method: 'DELETE' })
    await api.owner('/api/templates/sync', { body: { channelId } })
    expect((await listed('q=order_confirmation')).map((one: { language: string }) => one.language)).toEqual(['en_US'])
  })

  test('with mistakes is refused in words before the provider is asked', async () => {
    const { rig, channelId } = await connect()
    const before = (await rig.call('GET', '/calls?operation=templates')).body.items as unknown[]
    const refused = await api.owner('/api/templates', {
      body: definition(channelId, { name: 'Order sent', components: [{ type: 'BODY', text: '{{1}}' }] }),
    })
    expect([refused.status, refused.json.error.code]).toEqual([422, 'template_definition'])
    expect(refused.json.error.details.problems.map(({ code }: { code: string }) => code)).toEqual([
      'wrong_kind',
      'at_the_edge',
      'at_the_edge',
      'no_example',
    ])
    const after = (await rig.call('GET', '/calls?operation=templates')).body.items as unknown[]
    expect(after).toHaveLength(before.length)
  })

  test("that the provider refuses comes back with the provider's words; its absence is told apart", async () => {
    const { rig, channelId } = await connect()
    await rig.call('POST', '/faults', {
      on: 'templates',
      kind: 'error',
      code: 100,
      subcode: 2388293,
      details: 'Too many variables',
      times: 1,
    })
    const refused = await api.owner('/api/templates', { body: definition(channelId) })
    expect([refused.status, refused.json.error.details.providerCode]).toEqual([422, '2388293'])
    expect(refused.json.error.message).toContain('Too many variables')
    await rig.call('POST', '/faults', { on: 'templates', kind: 'http', status: 502, times: 1 })
    const away = await api.owner('/api/templates', { body: definition(channelId) })
    expect([away.status, away.json.error.code]).toEqual([503, 'provider_unavailable'])
  })
})
