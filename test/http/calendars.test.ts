import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findCalendarsByName } from '../../src/store/calendars/calendars.ts'
import { type Answered, type Api, openApi } from './api.ts'

let api: Api
let author: string
beforeAll(async () => {
  api = await openApi()
  author = await api.addToken('author')
})
afterAll(() => api.close())

const DAY = [{ from: '09:00', to: '18:00' }]
const WEEK = [DAY, DAY, DAY, DAY, DAY, [], []]
const create = (body: object, headers: Record<string, string> = {}) =>
  api.ask('/api/calendars', { token: author, body, headers })
const change = (id: string, body: object) => api.ask(`/api/calendars/${id}`, { method: 'PATCH', token: author, body })
const outcome = ({ status, json }: Answered) => [status, json?.error?.code ?? null]

describe('a calendar', () => {
  it('is made, read, changed and deleted by an author', async () => {
    const made = await create({ name: 'sales', timeZone: 'Europe/Berlin', week: WEEK })
    expect([made.status, made.json]).toEqual([
      201,
      {
        id: expect.any(String),
        name: 'sales',
        timeZone: 'Europe/Berlin',
        week: WEEK,
        holidays: [],
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ])
    const { id } = made.json
    const operator = await api.addToken('operator')
    expect((await api.ask(`/api/calendars/${id}`, { token: operator })).json).toEqual(made.json)

    const holidays = [
      { date: '2026-12-24', name: 'Eve', hours: [{ from: '09:00', to: '12:00' }] },
      { date: '2026-12-25' },
    ]
    const changed = await change(id, { holidays, timeZone: 'Asia/Kolkata' })
    expect([changed.status, changed.json]).toEqual([
      200,
      { ...made.json, holidays, timeZone: 'Asia/Kolkata', updatedAt: expect.any(String) },
    ])
    expect((await change(id, {})).json).toEqual(changed.json)

    const remove = () => api.ask(`/api/calendars/${id}`, { method: 'DELETE', token: author })
    expect((await remove()).status).toBe(204)
    expect(outcome(await remove())).toEqual([404, 'not_found'])
    expect(outcome(await api.ask(`/api/calendars/${id}`, { token: author }))).toEqual([404, 'not_found'])
    expect(outcome(await change(id, { name: 'x' }))).toEqual([404, 'not_found'])

    const { rows } = await api.database.pool.query(
      "select action, detail from audit_log where subject_kind = 'calendar' and subject_id = $1 order by id",
      [id],
    )
    expect(rows).toEqual([
      { action: 'calendar.created', detail: {} },
      { action: 'calendar.changed', detail: { fields: expect.arrayContaining(['holidays', 'timeZone']) } },
      { action: 'calendar.deleted', detail: {} },
    ])
  })

  it('has a name of its own, in any case, also when several take it at once', async () => {
    const one = await create({ name: 'Support', timeZone: 'UTC', week: WEEK })
    const other = await create({ name: 'night', timeZone: 'UTC', week: WEEK })
    expect(outcome(await create({ name: 'support', timeZone: 'UTC', week: WEEK }))).toEqual([409, 'name_taken'])
    expect(outcome(await change(other.json.id, { name: 'SUPPORT' }))).toEqual([409, 'name_taken'])
    expect((await change(one.json.id, { name: 'support' })).json.name).toBe('support')
    const all = await Promise.all([1, 2, 3, 4].map(() => create({ name: 'rush', timeZone: 'UTC', week: WEEK })))
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    const found = await findCalendarsByName(api.database.db, ['Support', 'nobody', 'night'])
    expect(found.map(({ name }) => name)).toEqual(['support', 'night'])
  })

  it('is made once per idempotency key', async () => {
    const body = { name: 'once', timeZone: 'UTC', week: WEEK }
    const key = { 'idempotency-key': 'calendar-1' }
    const first = await create(body, key)
    expect(await create(body, key)).toMatchObject({ status: 201, json: first.json })
  })

  it('comes in pages', async () => {
    const items: string[] = []
    let next: string | null = null
    do {
      const page: Answered = await api.owner(`/api/calendars?limit=2${next ? `&cursor=${next}` : ''}`)
      items.push(...page.json.items.map(({ name }: { name: string }) => name))
      next = page.json.next
    } while (next)
    expect(items).toEqual(['support', 'night', 'rush', 'once'])
  })

  it.each([
    ['no name', { name: undefined }, 'name'],
    ['a name that no path can have', { name: 'main office' }, 'name'],
    ['an unknown zone', { timeZone: 'Europe/Atlantis' }, 'timeZone'],
    ['six days', { week: WEEK.slice(1) }, 'week'],
    ['hours that overlap', { week: [[...DAY, { from: '17:00', to: '19:00' }], ...WEEK.slice(1)] }, 'week.0'],
    ['a time that is none', { week: [[{ from: '09:00', to: '24:30' }], ...WEEK.slice(1)] }, 'week.0.0.to'],
    ['a date that is none', { holidays: [{ date: '24.12.2026' }] }, 'holidays.0.date'],
    ['an unknown key', { holiday: [] }, 'holiday'],
  ])('is refused with %s', async (_, wrong, path) => {
    const refused = await create({ name: 'wrong', timeZone: 'UTC', week: WEEK, ...wrong })
    expect(outcome(refused)).toEqual([400, 'invalid_request'])
    expect(refused.json.error.details.map((detail: { path: string }) => detail.path)).toContain(path)
  })

  it('is managed by authors and above', async () => {
    const operator = await api.addToken('operator')
    const { id } = (await api.owner('/api/calendars')).json.items[0]
    for (const [path, method, body] of [
      ['/api/calendars', 'POST', { name: 'mine', timeZone: 'UTC', week: WEEK }],
      [`/api/calendars/${id}`, 'PATCH', { name: 'mine' }],
      [`/api/calendars/${id}`, 'DELETE', undefined],
    ] as const) {
      expect(outcome(await api.ask(path, { method, token: operator, ...(body && { body }) }))).toEqual([
        403,
        'forbidden',
      ])
    }
  })
})
