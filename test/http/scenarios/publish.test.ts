import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogueVersion, scenarioCatalogue } from '../../../src/store/scenarios/catalogue.ts'
import { type Answered, type Api, openApi } from '../api.ts'
import { scenario } from './documents.ts'

let api: Api
let author: string
beforeAll(async () => {
  api = await openApi()
  author = await api.addToken('author')
})
afterAll(() => api.close())

const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  api.ask(`/api/scenarios/${path}`, { token: author, body, headers })
const outcome = ({ status, json }: Answered) => [status, json?.error?.code ?? null]

async function draft(id: string, parts: object = {}): Promise<string> {
  const made = await api.ask('/api/scenarios', { token: author, body: { document: scenario(id, parts) } })
  expect(outcome(made)).toEqual([201, null])
  return made.json.id
}
const save = (path: string, document: object) =>
  api.ask(`/api/scenarios/${path}`, { method: 'PUT', token: author, body: { document } })

async function published(id: string, parts: object = {}): Promise<string> {
  const scenarioId = await draft(id, parts)
  expect(outcome(await post(`${scenarioId}/publish`, { inFlight: 'pin' }))).toEqual([200, null])
  return scenarioId
}

/** What a step would see now. */
async function listening(event: 'message.received' | 'task.created'): Promise<string[]> {
  const { db } = api.database
  const found = await scenarioCatalogue(api.database).forEvent(db, await catalogueVersion(db), event)
  return found.map(({ key, version }) => `${key} ${version}`)
}

describe('publishing', () => {
  it('makes the draft the version that events start', async () => {
    const id = await draft('first', { trigger: { event: 'task.created' }, priority: 5 })
    expect(await listening('task.created')).toEqual([])
    const done = await post(`${id}/publish`, { inFlight: 'pin' })
    expect(done.json).toMatchObject({
      published: { version: 1, sha256: done.json.draft.sha256 },
      draft: { isPublished: true },
      warnings: [],
    })
    expect(await listening('task.created')).toEqual(['first 1'])

    await save(id, scenario('first', { trigger: { event: 'message.received' }, name: 'Second' }))
    const changed = await api.ask(`/api/scenarios/${id}`, { token: author })
    expect([changed.json.name, changed.json.draft.isPublished, changed.json.document.name]).toEqual([
      'About first',
      false,
      'About first',
    ])
    expect(await listening('task.created')).toEqual(['first 1'])
    const again = await post(`${id}/publish`, { inFlight: 'drain' })
    expect([again.json.published.version, again.json.name]).toEqual([2, 'Second'])
    expect([await listening('task.created'), await listening('message.received')]).toEqual([[], ['first 2']])

    const { rows } = await api.database.pool.query(
      "select detail from audit_log where action = 'scenario.published' and subject_id = $1 order by id",
      [id],
    )
    expect(rows.map(({ detail }) => [detail.version, detail.inFlight])).toEqual([
      [1, 'pin'],
      [2, 'drain'],
    ])
  })

  it('makes no version of what is published already, also when two ask at once', async () => {
    const id = await draft('same')
    const both = await Promise.all([1, 2, 3].map(() => post(`${id}/publish`, { inFlight: 'pin' })))
    expect(both.map(({ status, json }) => [status, json.published.version])).toEqual(Array(3).fill([200, 1]))
    const { json } = await api.ask(`/api/scenarios/${id}/versions`, { token: author })
    expect(json.items).toHaveLength(1)
  })

  it('refuses a draft that is another one than the one that was seen', async () => {
    const id = await draft('expected')
    const { json } = await api.ask(`/api/scenarios/${id}`, { token: author })
    await save(id, scenario('expected', { name: 'Newer' }))
    expect(outcome(await post(`${id}/publish`, { expect: json.draft.sha256 }))).toEqual([409, 'draft_changed'])
    const newer = await api.ask(`/api/scenarios/${id}`, { token: author })
    expect(outcome(await post(`${id}/publish`, { expect: newer.json.draft.sha256 }))).toEqual([200, null])
  })

  it('refuses what the checks find, and changes nothing', async () => {
    const id = await draft('faulty', { steps: [{ id: 'status', setStatus: 'no_such_status' }] })
    const refused = await post(`${id}/publish`, { inFlight: 'pin' })
    expect([...outcome(refused), refused.json.error.details]).toEqual([
      422,
      'scenario_invalid',
      [expect.objectContaining({ code: 'status_unknown', path: 'steps[0].setStatus', severity: 'error' })],
    ])
    const headers = { 'accept-language': 'ru-RU,ru;q=0.9' }
    const russian = await post(`${id}/publish`, { inFlight: 'pin' }, headers)
    expect(russian.json.error).toMatchObject({
      message: 'Статуса «no_such_status» нет',
      details: [{ code: 'status_unknown', message: 'Статуса «no_such_status» нет' }],
    })
    const checked = await api.ask(`/api/scenarios/${id}/check`, { token: author, method: 'POST', body: {}, headers })
    expect(checked.json.findings).toMatchObject([{ code: 'status_unknown', message: 'Статуса «no_such_status» нет' }])
    expect((await api.ask(`/api/scenarios/${id}`, { token: author })).json.published).toBeNull()
    await api.ask(`/api/scenarios/${id}`, {
      method: 'PUT',
      token: author,
      body: 'id: [',
      headers: { 'content-type': 'text/yaml' },
    })
    expect(outcome(await post(`${id}/publish`))).toEqual([422, 'scenario_unreadable'])
    expect(outcome(await post(`${id}/publish/preview`))).toEqual([422, 'scenario_unreadable'])
  })

  it('refuses another id: open runs and other scenarios know it by the first one', async () => {
    const id = await draft('old-id')
    await save(id, scenario('new-id'))
    const refused = await post(`${id}/publish`)
    expect(refused.json.error.details.map(({ code }: { code: string }) => code)).toEqual(['id_changed'])
  })

  it('of an older version again makes a new one', async () => {
    const id = await published('rollback')
    await save(id, scenario('rollback', { name: 'Worse' }))
    await post(`${id}/publish`)
    const back = await post(`${id}/publish`, { version: 1 })
    expect(back.json).toMatchObject({
      published: { version: 3 },
      name: 'About rollback',
      draft: { isPublished: false },
    })
    const { json } = await api.ask(`/api/scenarios/${id}/versions`, { token: author })
    expect(json.items.map(({ version, state }: Record<string, unknown>) => [version, state])).toEqual([
      [3, 'published'],
      [2, 'retired'],
      [1, 'retired'],
    ])
    expect(json.items[0].sha256).toBe(json.items[2].sha256)
    const first = await api.ask(`/api/scenarios/${id}/versions/1`, { token: author })
    expect([first.status, first.json.document.name]).toEqual([200, 'About rollback'])
    for (const version of ['4', 'x', '0', '99999999999']) {
      expect(outcome(await api.ask(`/api/scenarios/${id}/versions/${version}`, { token: author }))).toEqual([
        404,
        'not_found',
      ])
    }
    expect(outcome(await post(`${id}/publish`, { version: 9 }))).toEqual([404, 'not_found'])
  })

  it('is kept when it was published: it is disabled, not deleted', async () => {
    const id = await published('kept', { trigger: { event: 'task.created' } })
    expect(outcome(await api.ask(`/api/scenarios/${id}`, { method: 'DELETE', token: author }))).toEqual([
      409,
      'published',
    ])
    expect(await listening('task.created')).toEqual(['kept 1'])
    expect((await post(`${id}/disable`)).json.enabled).toBe(false)
    expect(await listening('task.created')).toEqual([])
    await save(id, scenario('kept', { trigger: { event: 'task.created' }, name: 'While it is disabled' }))
    expect((await post(`${id}/publish`)).json.published.version).toBe(2)
    expect(await listening('task.created')).toEqual([])
    expect((await post(`${id}/enable`)).json.enabled).toBe(true)
    expect(await listening('task.created')).toEqual(['kept 2'])
    await post(`${id}/disable`)
  })

  it('never makes a cycle, not even by two at once', async () => {
    const starts = (key: string) => ({ steps: [{ id: 'go', start: { scenario: key } }] })
    const ping = await published('ping')
    const pong = await published('pong')
    await save(ping, scenario('ping', starts('pong')))
    await save(pong, scenario('pong', starts('ping')))
    const both = await Promise.all([post(`${ping}/publish`), post(`${pong}/publish`)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422])
    const lost = both.find(({ status }) => status === 422)
    expect(lost?.json.error.details.map(({ code }: { code: string }) => code)).toEqual(['cycle'])
  })

  it('looks again at what is enabled, because its surroundings changed', async () => {
    const callee = await published('callee')
    const caller = await published('caller', { steps: [{ id: 'go', start: { scenario: 'callee' } }] })
    await post(`${caller}/disable`)
    await post(`${callee}/disable`)
    const refused = await post(`${caller}/enable`)
    expect([...outcome(refused), refused.json.error.details[0].code]).toEqual([
      422,
      'scenario_invalid',
      'scenario_unpublished',
    ])
  })
})
