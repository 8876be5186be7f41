import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CommentId, ConversationId, DeliveryId, TaskId } from '../../src/domain/ids.ts'
import { Dispatcher } from '../../src/intake/dispatcher.ts'
import { Sweeper } from '../../src/intake/sweeper.ts'
import type { Backlog } from '../../src/store/intake/backlog.ts'
import { newId } from '../../src/store/new-id.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { addConversation, appendTo, type House, openHouse, receive } from '../kit/house.ts'

let house: House
let conversation: ConversationId
let task: TaskId
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  await house.database.pool.query('truncate conversations cascade')
  conversation = await addConversation(house)
  await receive(house.database, conversation)
  await workEvents(house.database, { conversationId: conversation, after: null, upTo: 1 })
  task = (await house.database.db.selectFrom('tasks').select('id').executeTakeFirstOrThrow()).id
})

/** A notified comment whose event is worked off, its message still in the queue. */
async function queued(minutesAgo: number, position?: number): Promise<DeliveryId> {
  const { db } = house.database
  const comment = newId<CommentId>()
  const id = newId<DeliveryId>()
  const at = new Date(Date.now() - minutesAgo * 60_000)
  await db
    .insertInto('comments')
    .values({
      id: comment,
      task_id: task,
      conversation_id: conversation,
      channel_id: house.channel,
      author_kind: 'employee',
      author_name: 'Anna',
      kind: 'text',
      text: 'Hi',
      ...(position === undefined ? {} : { position }),
    })
    .execute()
  await db
    .insertInto('deliveries')
    .values({
      id,
      comment_id: comment,
      conversation_id: conversation,
      channel_id: house.channel,
      body: JSON.stringify({ kind: 'text', text: 'Hi' }),
      queued_at: at,
    })
    .execute()
  const seq = await appendTo(house.database, conversation, {
    kind: 'comment.added',
    comment,
    task,
    by: null,
    deliveries: [id],
  })
  await workEvents(house.database, { conversationId: conversation, after: seq - 1, upTo: seq })
  return id
}

/** Conversations that one sweep signals. */
async function sweep(): Promise<Backlog[]> {
  const signalled: Backlog[] = []
  const log = pino({ level: 'silent' })
  const signal = async (backlog: Backlog) => void signalled.push(backlog)
  const dispatcher = new Dispatcher({ db: house.database.db, signal, log })
  await new Sweeper({ database: house.database, dispatcher, log }).sweep()
  await dispatcher.stop()
  return signalled
}

describe('a message that no workflow knows of any more (P3, P7)', () => {
  it('has its conversation signalled again, with growing pauses', async () => {
    await queued(2)
    expect(await sweep()).toEqual([{ id: conversation, seq: 2 }])
    expect(await sweep()).toEqual([])
    await house.database.pool.query(`update conversations set nudged_at = now() - interval '3 minutes'`)
    expect(await sweep()).toEqual([{ id: conversation, seq: 2 }])
  })

  it('is left alone while it is fresh, parked, or waits for its turn', async () => {
    await queued(0)
    expect(await sweep()).toEqual([])
    const old = await queued(5)
    await house.database.pool.query(`update deliveries set parked = 'channel_down' where id = $1`, [old])
    expect(await sweep()).toEqual([])
    await house.database.pool.query(`update deliveries set parked = null, slot_at = now() where id = $1`, [old])
    expect(await sweep()).toEqual([])
  })

  it('is taken up by a fresh workflow in the order of the record, whatever clocks and places say (P5)', async () => {
    const first = await queued(1, 900)
    const second = await queued(9, 100)
    const { sends } = await workEvents(house.database, { conversationId: conversation, after: null, upTo: 3 })
    expect(sends).toEqual([first, second])
    await house.database.pool.query(`update deliveries set parked = 'channel_down'`)
    await appendTo(house.database, conversation, { kind: 'channel.resumed' })
    const resumed = await workEvents(house.database, { conversationId: conversation, after: 3, upTo: 4 })
    expect(resumed.sends).toEqual([first, second])
  })

  it('the same goes for a file that waits to be fetched', async () => {
    await receive(house.database, conversation, {
      content: { kind: 'image', text: null, media: { mediaId: '42', mime: 'image/png', sha256: null, fileName: null } },
    })
    await workEvents(house.database, { conversationId: conversation, after: 1, upTo: 2 })
    await house.database.pool.query(`update attachments set created_at = now() - interval '2 minutes'`)
    expect(await sweep()).toEqual([{ id: conversation, seq: 2 }])
  })
})
