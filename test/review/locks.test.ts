import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ContactId, ConversationId } from '../../src/domain/ids.ts'
import { lockConversation } from '../../src/store/conversation-events.ts'
import type { Tx } from '../../src/store/database.ts'
import { newId } from '../../src/store/new-id.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { eventually } from '../kit/eventually.ts'
import { addConversation, type House, openHouse, receive } from '../kit/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

let clients = 0
async function client(): Promise<ConversationId> {
  const id = await addConversation(house, [{ kind: 'wa_id', value: `1650333${String(++clients).padStart(4, '0')}` }])
  await receive(house.database, id, { text: 'Hello' })
  await work(id, 1)
  return id
}

const work = (conversationId: ConversationId, upTo: number) =>
  workEvents(house.database, { conversationId, after: upTo - 1, upTo })

/** Runs a step that has to wait for `change`, which is committed once the step waits. */
async function stepBehind(id: ConversationId, upTo: number, change: (tx: Tx) => Promise<void>): Promise<void> {
  let step: Promise<unknown> | null = null
  await house.database.db.transaction().execute(async (tx) => {
    await lockConversation(tx, id)
    await change(tx)
    step = work(id, upTo)
    await eventually(async () => {
      const { rows } = await sql`select from pg_stat_activity where wait_event_type = 'Lock'
        and datname = current_database()`.execute(house.database.db)
      expect(rows).toHaveLength(1)
    })
  })
  await step
}

describe('a step that waited for a conversation', () => {
  it('sees the task as whoever held it left it: a client’s message reopens a task that was just closed', async () => {
    const id = await client()
    await receive(house.database, id, { text: 'One more thing' })
    await stepBehind(id, 2, async (tx) => {
      await tx.updateTable('channels').set({ new_task_if_no_active: false }).where('id', '=', house.channel).execute()
      await tx
        .updateTable('tasks')
        .set({ status: 'done', active: false, closed_at: new Date() })
        .where('conversation_id', '=', id)
        .execute()
      await tx.updateTable('conversations').set({ due_at: new Date() }).where('id', '=', id).execute()
    })
    const tasks = await house.database.db.selectFrom('tasks').selectAll().where('conversation_id', '=', id).execute()
    expect(tasks).toMatchObject([{ status: 'new', active: true }])
  })

  it('leaves the conversation with the contact that a merge gave it to', async () => {
    const id = await client()
    const survivor = newId<ContactId>()
    await house.database.db.insertInto('contacts').values({ id: survivor, name: 'Survivor' }).execute()
    await receive(house.database, id, { text: 'me again' })
    await stepBehind(id, 2, async (tx) => {
      await tx.updateTable('conversations').set({ contact_id: survivor }).where('id', '=', id).execute()
      await tx.updateTable('tasks').set({ requester_id: survivor }).where('conversation_id', '=', id).execute()
    })
    const conversation = await house.database.db
      .selectFrom('conversations')
      .select('contact_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(conversation.contact_id).toBe(survivor)
  })
})
