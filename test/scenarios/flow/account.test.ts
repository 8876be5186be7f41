import { afterAll, beforeAll, expect, it } from 'vitest'
import { inTransaction } from '../../../src/store/database.ts'
import { changeAccount } from '../../../src/store/settings/account.ts'
import { Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterAll(() => desk.close())

it('writes dates by the time zone and the language of the account', async () => {
  await desk.publish(`
id: dates
name: Writes a date
trigger: { event: message.received }
steps: [ { id: note, comment: { text: '{{ "2026-05-01T23:30:00Z" | date: "%e %B, %H:%M" }}' } } ]
`)
  const write = async () => {
    const client = await desk.client()
    await desk.say(client, 'hi')
    return desk.notes(client)
  }
  expect(await write()).toEqual(['1 May, 23:30'])
  const actor = { kind: 'employee', id: desk.house.owner } as const
  await inTransaction(desk.db, (tx) => changeAccount(tx, { timeZone: 'Europe/Madrid', locale: 'es' }, actor))
  expect(await write()).toEqual(['2 mayo, 01:30'])
})
