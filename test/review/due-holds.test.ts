import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WorkResult } from '../../src/domain/conversation-workflow.ts'
import type { CommentId, ConversationId, OutgoingMessageId } from '../../src/domain/ids.ts'
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
    await appendTo(house.database, conversation, {
      kind: 'message.queued',
      message: fresh.message,
      comment: fresh.comment,
      deliveries: [],
      campaign: null,
      contactName: null,
    })

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
