import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadHouseTime } from '../../src/store/settings/account.ts'
import { type Answered, type Api, openApi } from './api.ts'

let api: Api
let admin: string
beforeAll(async () => {
  api = await openApi()
  admin = await api.addToken('admin')
})
afterAll(() => api.close())

const change = (body: object, token = admin) => api.ask('/api/settings', { method: 'PATCH', token, body })
const outcome = ({ status, json }: Answered) => [status, json?.error?.code ?? null]

describe('the settings of the account', () => {
  it('are read by everybody, and changed by an admin alone', async () => {
    const [operator, author] = [await api.addToken('operator'), await api.addToken('author')]
    const read = await api.ask('/api/settings', { token: operator })
    expect([read.status, read.json]).toEqual([
      200,
      { name: '', timeZone: 'UTC', locale: 'en', updatedAt: expect.any(String) },
    ])
    expect(outcome(await change({ name: 'Mine' }, author))).toEqual([403, 'forbidden'])
    const changed = await change({ name: ' Example Ltd ', timeZone: 'Asia/Kolkata', locale: 'pt-br' })
    expect([changed.status, changed.json]).toMatchObject([
      200,
      { name: 'Example Ltd', timeZone: 'Asia/Kolkata', locale: 'pt-BR' },
    ])
    expect((await change({ locale: 'de' })).json).toMatchObject({ name: 'Example Ltd', timeZone: 'Asia/Kolkata' })
    expect((await change({})).json).toMatchObject({ name: 'Example Ltd', locale: 'de' })
    expect((await api.ask('/api/settings', { token: operator })).json).toMatchObject({ locale: 'de' })
  })

  it.each([
    { timeZone: 'Europe/Nowhere' },
    { timeZone: '+03:00' },
    { timeZone: '' },
    { locale: 'klingon-language-of-nobody' },
    { locale: 'xx' },
    { locale: '' },
    { locale: 'e'.repeat(100) },
    { locale: 7 },
    { name: 'x'.repeat(201) },
    { colour: 'red' },
  ])('refuse %j', async (body) => {
    expect(outcome(await change(body))).toEqual([400, 'invalid_request'])
  })

  it('are what scenarios see, with the calendars', async () => {
    const week = Array.from({ length: 7 }, () => [{ from: '09:00', to: '18:00' }])
    const author = await api.addToken('author')
    await api.ask('/api/calendars', { token: author, body: { name: 'sales', timeZone: 'Europe/Berlin', week } })
    await change({ timeZone: 'Europe/Madrid', locale: 'es' })
    expect(await loadHouseTime(api.database.db)).toEqual({
      timeZone: 'Europe/Madrid',
      locale: 'es',
      calendars: { sales: { timeZone: 'Europe/Berlin', week, holidays: [] } },
    })
  })
})
