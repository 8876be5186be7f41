import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId } from '../../src/domain/ids.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { type Desk, openDesk, type Worker } from '../http/work/desk.ts'
import { appendTo } from '../kit/house.ts'
import { addTemplate } from '../kit/templates.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const contactOf = (id: string) => anna.ask(`/api/contacts/${id}`).then(({ json }) => json)

/** The messenger says what the client wants of marketing, and the step works it off. */
async function hear(conversation: ConversationId, kind: 'contact.opted_out' | 'contact.opted_in', at: Date) {
  const upTo = await appendTo(desk.database, conversation, { kind, scope: 'marketing', note: null }, { at })
  await workEvents(desk.database, { conversationId: conversation, after: upTo - 1, upTo })
}

describe('an opt-out', () => {
  it('outlasts the news of an earlier opt-in that comes late', async () => {
    const { contact, conversation } = await desk.openTask()
    await hear(conversation, 'contact.opted_out', new Date('2026-03-02T10:00:00Z'))
    await hear(conversation, 'contact.opted_in', new Date('2026-03-01T10:00:00Z'))
    expect(await contactOf(contact)).toMatchObject({ optedOut: true, optedOutAt: '2026-03-02T10:00:00.000Z' })

    await hear(conversation, 'contact.opted_in', new Date('2026-03-03T10:00:00Z'))
    expect(await contactOf(contact)).toMatchObject({ optedOut: false })
  })

  it('that a person wrote down outlasts it, too', async () => {
    const { contact, conversation } = await desk.openTask()
    const { json } = await anna.ask(`/api/contacts/${contact}`, { method: 'PATCH', body: { optedOut: true } })
    await hear(conversation, 'contact.opted_in', new Date(Date.parse(json.optedOutAt) - 60_000))
    expect(await contactOf(contact)).toMatchObject({ optedOut: true, optedOutAt: json.optedOutAt })
  })

  it('counts on every channel, known to the client or not, and after the channel it was said on is deleted', async () => {
    const first = await desk.openTask({ phone: '16505557001' })
    await anna.ask(`/api/contacts/${first.contact}`, { method: 'PATCH', body: { optedOut: true } })
    const other = await desk.addChannel()
    const place = { database: desk.database, channel: other }
    await addTemplate(place, { name: 'sale', category: 'marketing', body: 'Sale!' })
    await addTemplate(place, { name: 'bill', category: 'utility', body: 'Your bill' })
    const write = (path: string, name: string) =>
      anna.ask(path, { body: { channelId: other, to: '+16505557001', template: { name, language: 'en_US' } } })

    for (const path of ['/api/messages', '/api/outbound']) {
      expect(await write(path, 'sale')).toMatchObject({ status: 409, json: { error: { code: 'opted_out' } } })
    }
    await desk.database.db
      .updateTable('channels')
      .set({ deleted_at: new Date() })
      .where('id', '=', desk.channel)
      .execute()
    for (const path of ['/api/messages', '/api/outbound']) {
      expect(await write(path, 'sale')).toMatchObject({ status: 409, json: { error: { code: 'opted_out' } } })
    }
    const bill = await write('/api/messages', 'bill')
    expect(bill.status).toBe(202)
    // The client is known here now, as a contact of its own.
    await workEvents(desk.database, { conversationId: bill.json.conversationId, after: null, upTo: 1 })
    expect(await write('/api/messages', 'sale')).toMatchObject({ status: 409, json: { error: { code: 'opted_out' } } })
  })
})
