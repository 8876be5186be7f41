import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyPhoneBook } from '../../../src/store/intake/imported-messages.ts'
import { runIn } from '../../../src/store/intake/run.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { receive } from '../../kit/house.ts'
import { addTemplate } from '../../kit/templates.ts'
import { type Desk, openDesk, type Worker } from './desk.ts'

/** People of a phone book before, and when, they have something to do with us (M4, M14). */

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
  await addTemplate(desk, { name: 'hello', body: 'Hello' })
  await book(
    ['16505553001', 'Pablo Morales'],
    ['16505553002', 'Pia Vargas'],
    ['551187653003', 'Rosa do Rio'],
    ['16505553004', '  \u202eHostile\nName '],
    ['16505553009', 'Percent 100%'],
  )
})
afterAll(() => desk.close())

const book = (...entries: [phone: string, name: string | null][]) =>
  applyPhoneBook(
    runIn(desk.database.db),
    entries.map(([phone, name]) => ({ channelId: desk.channel, entry: { phone, name } })),
  )
const search = async (q: string, who = anna, channel = desk.channel) =>
  who.ask(`/api/channels/${channel}/phone-book?q=${encodeURIComponent(q)}`)
const found = async (q: string) => (await search(q)).json.items.map(({ name }: { name: string }) => name)
const requesterOf = async (task: string) => (await anna.ask(`/api/tasks/${task}`)).json.requester.name

describe('somebody in the phone book', () => {
  it('who never wrote is no contact, and is found by name and by number', async () => {
    expect((await search('pablo')).json.items).toEqual([{ name: 'Pablo Morales', phone: '+16505553001' }])
    expect(await found('+1 650 555 3002')).toEqual(['Pia Vargas'])
    expect(await found('100%')).toEqual(['Percent 100%'])
    expect(await found('%%')).toEqual([])
    expect((await search('p')).status).toBe(400)
    expect((await anna.ask('/api/contacts?q=Pablo')).json.items).toEqual([])
  })

  it('has the name of the phone book when they first write, and keeps it whatever they call themselves', async () => {
    const { task, conversation } = await desk.openTask({ phone: '16505553001', name: '~pablito~' })
    expect(await requesterOf(task)).toBe('Pablo Morales')
    const upTo = await receive(desk.database, conversation, {}, { name: 'el patrón' })
    await workEvents(desk.database, { conversationId: conversation, after: upTo - 1, upTo })
    expect(await requesterOf(task)).toBe('Pablo Morales')
    // Known by now: they are found among the contacts.
    expect(await found('pablo')).toEqual([])
    expect((await anna.ask('/api/contacts?q=Pablo')).json.items).toHaveLength(1)
  })

  it('is known under the other form of the number', async () => {
    expect(await requesterOf((await desk.openTask({ phone: '5511987653003' })).task)).toBe('Rosa do Rio')
  })

  it('has a name that does no harm', async () => {
    expect(await requesterOf((await desk.openTask({ phone: '16505553004' })).task)).toBe('Hostile Name')
  })

  it('is called so when somebody writes to them first, unless that person says another name', async () => {
    const write = (to: string, more: object) =>
      anna.ask('/api/outbound', {
        body: { channelId: desk.channel, to, template: { name: 'hello', language: 'en_US' }, ...more },
      })
    expect(await requesterOf((await write('+16505553002', {})).json.taskId)).toBe('Pia Vargas')
    await book(['16505553005', 'From the phone'])
    const { taskId } = (await write('+16505553005', { contactName: 'From Anna' })).json
    expect(await requesterOf(taskId)).toBe('From Anna')
  })

  it('who is removed there is forgotten, and renamed there is found anew', async () => {
    await book(['16505553006', 'Old Name'], ['16505553007', 'Gone Soon'])
    await book(['16505553006', 'New Name'], ['16505553007', null])
    expect([await found('old name'), await found('new name'), await found('gone soon')]).toEqual([[], ['New Name'], []])
  })

  it('is not shown to whoever may not use the channel', async () => {
    const stranger = await desk.addWorker([await desk.addChannel()])
    expect((await search('pablo', stranger)).status).toBe(404)
  })
})
