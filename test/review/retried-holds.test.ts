import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, DeliveryId, OutgoingMessageId } from '../../src/domain/ids.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { numbers, openCampaignDesk, take } from '../http/campaigns/campaign-desk.ts'
import { type Desk, openDesk, type Worker } from '../http/work/desk.ts'
import { receive } from '../kit/house.ts'
import { addTemplate } from '../kit/templates.ts'

let desk: Desk
let anna: Worker
let conversation: ConversationId
let comment: string
let delivery: DeliveryId
let worked = 0

const DAY = 86_400_000

/** The conversation's workflow works off what is stored. */
async function work(dueBy?: number) {
  const step = await workEvents(desk.database, {
    conversationId: conversation,
    after: worked,
    upTo: 1000,
    ...(dueBy === undefined ? {} : { dueBy }),
  })
  worked = step.worked
  return step
}
const outgoing = () =>
  desk.database.db
    .selectFrom('outgoing_messages')
    .selectAll()
    .where('comment_id', '=', comment as never)
    .executeTakeFirstOrThrow()
const set = (id: OutgoingMessageId, values: Record<string, unknown>) =>
  desk.database.db.updateTable('outgoing_messages').set(values).where('id', '=', id).execute()

/** A held message whose sending failed, and whose hold is over. */
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
  await addTemplate(desk, { name: 'hello_world', body: 'Welcome!' })
  const { json } = await anna.ask('/api/messages', {
    body: { channelId: desk.channel, to: '+16505556001', template: { name: 'hello_world', language: 'en_US' } },
  })
  ;({ conversationId: conversation, commentId: comment, deliveryId: delivery } = json)
  const { id } = await outgoing()
  await set(id, { state: 'held', hold_until: new Date(Date.now() - DAY) })
  await desk.database.db
    .updateTable('deliveries')
    .set({ state: 'failed', error_code: '131026', failed_at: new Date() })
    .where('id', '=', delivery)
    .execute()
  await work(Date.now())
  expect((await outgoing()).state).toBe('expired')
})
afterAll(() => desk.close())

describe('a held message that failed and is sent again by a person after its hold ended', () => {
  it('is held anew: it reaches the client only now, and the reply to it must find it', async () => {
    expect((await anna.ask(`/api/deliveries/${delivery}/retry`, { method: 'POST' })).status).toBe(200)
    const step = await work()
    expect(step.sends).toEqual([delivery])
    const { state, hold_until, settled_at } = await outgoing()
    expect({ state, settled_at }).toEqual({ state: 'held', settled_at: null })
    expect(hold_until?.getTime()).toBeGreaterThan(Date.now() + 27 * DAY)
    // The workflow learns when to wake.
    expect(step.wakeAt).toBe(hold_until?.getTime())

    await receive(desk.database, conversation, { text: 'Thank you' })
    await work()
    expect((await outgoing()).state).toBe('replied')
    const { task_id } = await desk.database.db
      .selectFrom('comments')
      .select('task_id')
      .where('id', '=', comment as never)
      .executeTakeFirstOrThrow()
    const feed = (await anna.ask(`/api/tasks/${task_id}/comments`)).json.items
    expect(feed.map(({ text }: { text: string }) => text)).toEqual(['Welcome!', 'Thank you'])
  })
})

describe('a campaign whose holds are over', () => {
  it('sends none of its failed messages again: a reply to it would find nothing', async () => {
    const campaigns = await openCampaignDesk()
    try {
      const { json } = await campaigns.create({ recipients: numbers(2) })
      await take(campaigns, json.id, 1, 'failed', { code: '131016', outgoing: 'expired' })
      await take(campaigns, json.id, 2, 'failed', { code: '131016', outgoing: 'held' })
      const answer = await campaigns.author(`/api/campaigns/${json.id}/retry-failed`)
      expect(answer).toMatchObject({ status: 200, json: { retried: 1, counts: { failed: 1 } } })
    } finally {
      await campaigns.close()
    }
  })
})
