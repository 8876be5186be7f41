import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, OutgoingMessageId, ProviderMessageId, TaskId } from '../../src/domain/ids.ts'
import { listClusters } from '../../src/store/bulk/bulk-view.ts'
import { inTransaction, type Tx } from '../../src/store/index.ts'
import { countEchoes } from '../../src/store/intake/echoes.ts'
import { inIntakeTransaction } from '../../src/store/intake/run.ts'
import { loadConversationState } from '../../src/store/steps/conversation-state.ts'
import { workBulkFound } from '../../src/store/steps/fold-back.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { addConversation, appendTo, arrivedMessage, type House, openHouse, receive } from '../kit/house.ts'

/** A busy house: thousands of comments in other people's tasks, thousands of old mailings. */
const MANY = 5_000

let house: House
let conversation: ConversationId
let shown: OutgoingMessageId
beforeAll(async () => {
  house = await openHouse()
  const { database, channel } = house
  const { db } = database
  const other = await addConversation(house, [{ kind: 'wa_id', value: '16505554001' }])
  const upTo = await receive(database, other)
  await workEvents(database, { conversationId: other, after: null, upTo })
  const task = (await db.selectFrom('tasks').select('id').executeTakeFirstOrThrow()).id

  conversation = await addConversation(house, [{ kind: 'wa_id', value: '16505554002' }])
  const message = arrivedMessage({ id: 'wamid.shown' as ProviderMessageId, text: 'We open at nine' })
  const event = { kind: 'message.echoed', message, by: 'phone_app' } as const
  const of = { conversationId: conversation, channelId: channel, dedupeKey: 'e', opensWindow: false }
  await inIntakeTransaction(database.pool, (run) =>
    countEchoes(run, [{ ...of, event, rawBodyId: null, rawPath: null, at: new Date() }]),
  )
  const echoed = await appendTo(database, conversation, event)
  await workEvents(database, { conversationId: conversation, after: null, upTo: echoed })
  shown = (await db.selectFrom('outgoing_messages').select('id').executeTakeFirstOrThrow()).id

  await fill(task, other)
  await sql`analyze`.execute(db)
})
afterAll(() => house.close())

async function fill(task: TaskId, other: ConversationId) {
  const { channel, database } = house
  const run = (statement: RawBuilder<unknown>) => statement.execute(database.db)
  await run(sql`insert into comments (id, task_id, conversation_id, channel_id, author_kind, author_name, kind, text)
    select gen_random_uuid(), ${task}, ${other}, ${channel}, 'contact', 'x', 'text', 'hello' from generate_series(1, ${MANY}::int)`)
  await run(sql`insert into bulk_clusters (id, channel_id, fingerprint, created_at)
    select gen_random_uuid(), ${channel}, 'text:' || i, now() - i * interval '1 hour' from generate_series(1, ${MANY}::int) i`)
  await run(sql`insert into outgoing_messages (id, channel_id, conversation_id, fingerprint, at, cluster_id, state)
    select gen_random_uuid(), k.channel_id, ${other}, k.fingerprint, k.created_at, k.id, 'expired'
    from bulk_clusters k, generate_series(1, 4)`)
}

/** How many rows of a table the work reads, by PostgreSQL's own count. */
async function rowsRead(table: string, work: (tx: Tx) => Promise<unknown>): Promise<number> {
  return inTransaction(house.database.db, async (tx) => {
    await work(tx)
    const { rows } = await sql<{ count: number }>`
      select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as count from pg_stat_xact_user_tables
      where relname = ${table}`.execute(tx)
    return rows[0]?.count ?? 0
  })
}

describe('what is read of a house that has been busy for long', () => {
  it('by a fold-back: the client’s own tasks', async () => {
    const cluster = (await house.database.db.selectFrom('bulk_clusters').select('id').executeTakeFirstOrThrow()).id
    const set = { state: 'folding', cluster_id: cluster } as const
    await house.database.db.updateTable('outgoing_messages').set(set).where('id', '=', shown).execute()
    const read = await rowsRead('comments', async (tx) => {
      const state = await loadConversationState(tx, conversation)
      if (!state) throw new Error('no such conversation')
      await workBulkFound(tx, state, { kind: 'bulk.found', message: shown, cluster }, [])
    })
    expect(read).toBeLessThan(50)
  })

  it('by a page of the mailings: their own messages, not everybody’s', async () => {
    const page = { channel: null, after: null, only: null, limit: 20 }
    const read = await rowsRead('outgoing_messages', async (tx) => {
      const found = await listClusters(tx, { channelIds: null }, page)
      expect(found).toHaveLength(20)
      expect(found.every(({ count }) => count >= 4)).toBe(true)
    })
    expect(read).toBeLessThan(500)
  })
})
