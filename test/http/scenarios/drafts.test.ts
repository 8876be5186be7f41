import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answered, type Api, openApi } from '../api.ts'
import { scenario, YAML } from './documents.ts'

let api: Api
let author: string
beforeAll(async () => {
  api = await openApi()
  author = await api.addToken('author')
})
afterAll(() => api.close())

const create = (document: unknown, headers: Record<string, string> = {}) =>
  api.ask('/api/scenarios', { token: author, body: { document }, headers })
const yaml = (method: string, path: string, body: string, headers: Record<string, string> = {}) =>
  api.ask(path, { method, token: author, body, headers: { 'content-type': 'application/yaml', ...headers } })
const read = (id: string) => api.ask(`/api/scenarios/${id}`, { token: author })
const outcome = ({ status, json }: Answered) => [status, json?.error?.code ?? null]

describe('a draft', () => {
  it('is made of YAML and kept as it was written', async () => {
    const made = await yaml('POST', '/api/scenarios', YAML)
    expect([made.status, made.json]).toEqual([
      201,
      {
        id: expect.any(String),
        key: 'greet',
        kind: 'scenario',
        name: 'Greet',
        enabled: true,
        published: null,
        document: expect.objectContaining({ id: 'greet', concurrency: 'skip', priority: 0 }),
        draft: {
          text: YAML,
          format: 'yaml',
          document: made.json.document,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          isPublished: false,
          problems: [],
        },
        trigger: { event: 'message.received', label: null },
        hasChanges: true,
        isReadable: true,
        shadowSince: null,
        createdAt: expect.any(String),
        updatedBy: null,
        updatedAt: expect.any(String),
      },
    ])
    const operator = await api.addToken('operator')
    const seen = await api.ask(`/api/scenarios/${made.json.id}`, { token: operator })
    expect(seen.json).toEqual(made.json)
    expect(seen.headers.get('etag')).toBe(`"${made.json.updatedAt}"`)
  })

  it('is the same by whatever way it came', async () => {
    const document = scenario('ways')
    const asObject = await create(document)
    const { id } = asObject.json
    const put = (body: unknown) => api.ask(`/api/scenarios/${id}`, { method: 'PUT', token: author, body })
    const asJson = await put({ document: JSON.stringify(document) })
    const asYaml = await put({
      document: 'id: ways\nname: About ways\ntrigger: { event: message.received }\nsteps: [{ id: mark, tag: seen }]',
    })
    expect([asObject.status, asJson.status, asYaml.status]).toEqual([201, 200, 200])
    expect([asJson.json.draft.format, asYaml.json.draft.format]).toEqual(['json', 'yaml'])
    const digests = [asObject, asJson, asYaml].map(({ json }) => json.draft.sha256)
    expect(new Set(digests).size).toBe(1)
  })

  it('is refused where it has no key yet, with the place of each problem', async () => {
    const refused = await yaml(
      'POST',
      '/api/scenarios',
      'id: x\nname: X\ntrigger: { evnt: message.received }\nsteps: []\n',
    )
    expect(outcome(refused)).toEqual([422, 'scenario_unreadable'])
    expect(refused.json.error.details[0]).toEqual({
      message: expect.any(String),
      path: expect.any(String),
      line: 3,
      column: expect.any(Number),
    })
    expect(outcome(await create(scenario('greet')))).toEqual([409, 'key_taken'])
    expect(outcome(await api.ask('/api/scenarios', { token: author, body: {} }))).toEqual([400, 'invalid_request'])
    const form = await api.ask('/api/scenarios', {
      token: author,
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    })
    expect(outcome(form)).toEqual([415, 'unsupported_media_type'])
  })

  it('is kept when it cannot be read, and says what is wrong', async () => {
    const { json } = await create(scenario('broken'))
    const text = 'id: broken\nname: [\n'
    const saved = await yaml('PUT', `/api/scenarios/${json.id}`, text)
    expect([saved.status, saved.json.draft]).toEqual([
      200,
      {
        text,
        format: 'yaml',
        document: null,
        sha256: null,
        isPublished: false,
        problems: expect.arrayContaining([expect.objectContaining({ line: expect.any(Number) })]),
      },
    ])
    expect([saved.json.key, saved.json.name]).toEqual(['broken', 'About broken'])
    const checked = await api.ask(`/api/scenarios/${json.id}/check`, { token: author, method: 'POST' })
    expect([checked.json.ok, checked.json.findings[0].code]).toEqual([false, 'unreadable'])
  })

  it('of a colleague is not replaced by one who has not seen it', async () => {
    const { json: first } = await create(scenario('shared'))
    const path = `/api/scenarios/${first.id}`
    const put = (name: string, seen: string) =>
      api.ask(path, {
        method: 'PUT',
        token: author,
        body: { document: scenario('shared', { name }) },
        headers: { 'if-match': seen },
      })
    const both = await Promise.all([put('Ann', `"${first.updatedAt}"`), put('Bob', first.updatedAt)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    const won = both.find(({ status }) => status === 200)?.json
    const lost = both.find(({ status }) => status === 409)
    expect(lost?.json.error).toMatchObject({
      code: 'changed_meanwhile',
      details: { updatedAt: won.updatedAt, draft: { text: won.draft.text } },
    })
    expect((await put('Cid', won.updatedAt)).json.name).toBe('Cid')
    expect(outcome(await put('Dan', 'yesterday'))).toEqual([400, 'if_match_invalid'])
  })

  it('is deleted as long as it was never published', async () => {
    const { json } = await create(scenario('gone'))
    const remove = () => api.ask(`/api/scenarios/${json.id}`, { method: 'DELETE', token: author })
    expect((await remove()).status).toBe(204)
    expect(outcome(await remove())).toEqual([404, 'not_found'])
    expect(outcome(await read(json.id))).toEqual([404, 'not_found'])
    expect(outcome(await yaml('PUT', `/api/scenarios/${json.id}`, YAML))).toEqual([404, 'not_found'])
  })

  it('is made once per idempotency key', async () => {
    const key = { 'idempotency-key': 'once' }
    const both = [await create(scenario('once'), key), await create(scenario('once'), key)]
    expect(both.map(({ status, json }) => [status, json.id])).toEqual(Array(2).fill([201, both[0]?.json.id]))
  })
})

describe('the list', () => {
  it('goes by key, a page at a time, and finds one by its key', async () => {
    for (const id of ['list-b', 'list-a']) await create(scenario(id))
    await create(scenario('list-button', { trigger: { button: { label: 'Press' } } }))
    const keys: string[] = []
    for (let cursor = ''; ; ) {
      const { json } = await api.ask(`/api/scenarios?limit=2${cursor}`, { token: author })
      expect(json.items.length).toBeLessThanOrEqual(2)
      keys.push(...json.items.map(({ key }: { key: string }) => key))
      if (!json.next) break
      cursor = `&cursor=${json.next}`
    }
    expect(keys).toEqual(keys.toSorted())
    expect(keys).toEqual(expect.arrayContaining(['list-a', 'list-b', 'list-button']))
    const only = await api.ask('/api/scenarios?key=list-a', { token: author })
    expect(only.json.items.map(({ name }: { name: string }) => name)).toEqual(['About list-a'])
    const buttons = await api.ask('/api/scenarios?kind=button', { token: author })
    expect(buttons.json.items.map(({ key }: { key: string }) => key)).toEqual(['list-button'])
  })
})

describe('the JSON Schema', () => {
  it('is there for editors', async () => {
    const { status, json } = await api.ask('/api/scenarios/schema.json', { token: author })
    expect([status, json.$schema, json.title]).toEqual([
      200,
      'https://json-schema.org/draft/2020-12/schema',
      'Parley scenario',
    ])
  })
})
