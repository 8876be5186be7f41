import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WorkResult } from '../../src/domain/conversation-workflow.ts'
import type { CommentId, ConversationId, DeliveryId, OutgoingMessageId } from '../../src/domain/ids.ts'
import { newId } from '../../src/store/new-id.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { addConversation, appendTo, type House, openHouse, receive } from '../kit/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const MONTH = 30 * 86_400_000

/** A bulk message that waits for a reply until then. */
async function hold(conversation: ConversationId, until: Date) {
  const { db } = house.database
  const comment = newId<CommentId>()
  const message = newId<OutgoingMessageId>()
  const at = new Date(until.getTime() - MONTH)
  const place = { conversation_id: conversation, channel_id: house.channel }
  await db
    .insertInto('comments')
    .values({ id: comment, ...place, author_kind: 'employee', author_name: 'Anna', kind: 'text', bulk: true, at })
    .execute()
  await db
    .insertInto('outgoing_messages')
    .values({
      id: message,
      ...place,
      fingerprint: 'kind:text',
      at,
      comment_id: comment,
      state: 'held',
      hold_until: until,
    })
    .execute()
  return { comment, message }
}

const queue = (conversation: ConversationId, of: { message: OutgoingMessageId; comment: CommentId }) =>
  appendTo(house.database, conversation, {
    kind: 'message.queued',
    ...of,
    deliveries: [],
    campaign: null,
    contactName: null,
  })

const stateOf = async (id: OutgoingMessageId) =>
  (await house.database.db.selectFrom('outgoing_messages').select('state').where('id', '=', id).executeTakeFirst())
    ?.state

/** The workflow's own loop: it asks until nothing is due any more. @returns how often it asked */
async function workWhileDue(conversation: ConversationId, worked: number, dueBy: number): Promise<number> {
  let step: WorkResult = { worked, stored: worked, sends: [], fetches: [], wakeAt: dueBy }
  for (let asked = 0; asked < 20; asked++) {
    if (typeof step.wakeAt !== 'number' || step.wakeAt > dueBy) return asked
    step = await workEvents(house.database, { conversationId: conversation, after: step.worked, upTo: worked, dueBy })
  }
  throw new Error('the workflow asks for ever')
}

describe('a hold that ends while the record has events of which the workflow was not told yet', () => {
  it('works them off first and then ends the hold: next month’s campaign comes in the minute in which this one’s holds end', async () => {
    const conversation = await addConversation(house, [{ kind: 'wa_id', value: '16505550001' }])
    const worked = await receive(house.database, conversation)
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: worked })
    const due = new Date(Date.now() - 1000)
    const old = await hold(conversation, due)
    const fresh = await hold(conversation, new Date(due.getTime() + MONTH))
    // A campaign's message: its event is told only minutes later (src/store/campaigns/sending/place-messages.ts).
    await queue(conversation, fresh)

    expect(await workWhileDue(conversation, worked, Date.now())).toBeLessThanOrEqual(3)
    expect([await stateOf(old.message), await stateOf(fresh.message)]).toEqual(['expired', 'held'])
  })

  it('lets a reply that was stored in time have the message, told or not', async () => {
    const conversation = await addConversation(house, [{ kind: 'wa_id', value: '16505550002' }])
    const worked = await receive(house.database, conversation)
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: worked })
    const due = new Date()
    const { message } = await hold(conversation, due)
    await receive(house.database, conversation, { text: 'Yes please' }, { at: new Date(due.getTime() - 1) })

    expect(await workWhileDue(conversation, worked, due.getTime() + 5)).toBeLessThanOrEqual(3)
    expect(await stateOf(message)).toBe('replied')
  })
})

describe('the end of a hold is told', () => {
  it('again by a step that is repeated because its worker died after the commit', async () => {
    const conversation = await addConversation(house, [{ kind: 'wa_id', value: '16505550003' }])
    const until = new Date(Date.now() + MONTH)
    const { message, comment } = await hold(conversation, until)
    const worked = await receive(house.database, conversation)
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: worked })
    await house.database.db
      .updateTable('outgoing_messages')
      .set({ state: 'held', settled_at: null })
      .where('id', '=', message)
      .execute()
    const upTo = await queue(conversation, { message, comment })
    const request = { conversationId: conversation, after: worked, upTo }
    const first = await workEvents(house.database, request)
    expect(first.wakeAt).toBe(until.getTime())
    expect(await workEvents(house.database, request)).toEqual(first)
  })

  it('together with all open work to a workflow that starts afresh before an event that cannot be worked off', async () => {
    const conversation = await addConversation(house, [{ kind: 'wa_id', value: '16505550004' }])
    const worked = await receive(house.database, conversation)
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: worked })
    const until = new Date(Date.now() + MONTH)
    const { comment } = await hold(conversation, until)
    const delivery = newId<DeliveryId>()
    const place = { conversation_id: conversation, channel_id: house.channel }
    await house.database.db
      .insertInto('deliveries')
      .values({ id: delivery, comment_id: comment, ...place, body: JSON.stringify({ kind: 'text', text: 'Hi' }) })
      .execute()
    const upTo = await queue(conversation, { message: newId<OutgoingMessageId>(), comment: newId<CommentId>() })

    const request = { conversationId: conversation, after: null, upTo }
    for (let tried = 1; tried < 5; tried++) await expect(workEvents(house.database, request)).rejects.toThrow()
    expect(await workEvents(house.database, request)).toEqual({
      worked: upTo,
      stored: upTo,
      sends: [delivery],
      fetches: [],
      wakeAt: until.getTime(),
    })
  })

  it('with a message whose place in the feed could not be found: it is sent all the same, and ends like every other (P3)', async () => {
    const conversation = await addConversation(house, [{ kind: 'wa_id', value: '16505550005' }])
    const worked = await receive(house.database, conversation)
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: worked })
    const { comment } = await hold(conversation, new Date(Date.now() + MONTH))
    const delivery = newId<DeliveryId>()
    const place = { conversation_id: conversation, channel_id: house.channel }
    await house.database.db
      .insertInto('deliveries')
      .values({ id: delivery, comment_id: comment, ...place, body: JSON.stringify({ kind: 'text', text: 'Hi' }) })
      .execute()
    const upTo = await queue(conversation, { message: newId<OutgoingMessageId>(), comment })

    const request = { conversationId: conversation, after: worked, upTo }
    for (let tried = 1; tried < 5; tried++) await expect(workEvents(house.database, request)).rejects.toThrow()
    expect((await workEvents(house.database, request)).sends).toEqual([delivery])
  })
})
