import type { ConversationEvent } from '../../../../src/domain/conversation-event.ts'
import type { ContactId, ConversationId, TaskId } from '../../../../src/domain/ids.ts'
import { DEFAULT_STATUSES } from '../../../../src/domain/task.ts'
import type { Database } from '../../../../src/store/index.ts'
import { newId } from '../../../../src/store/new-id.ts'
import { type TellingTimes, tellTimes } from '../../../../src/store/scenarios/timed/tell-times.ts'
import { type House, openHouse } from '../../../kit/house.ts'
import { publishDocument } from '../../../kit/scenarios.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export type TimeReached = Extract<ConversationEvent, { kind: 'time.reached' }>

/** A house whose facts are set by hand, and whose sweeps happen when a test says so. */
export interface QuietHouse extends House {
  /** A conversation with a client, whose newest messages are so old. */
  conversation(facts?: { lastMessageAt?: Date; lastInAt?: Date; known?: boolean }): Promise<ConversationId>
  task(conversation: ConversationId, dueAt: Date | null, active?: boolean): Promise<TaskId>
  /** Publishes a scenario with this trigger, as YAML. */
  publish(id: string, trigger: string): Promise<void>
  withdraw(id: string): Promise<void>
  /** One round. @returns the conversations that it told, in the order of the commits */
  sweep(now: Date, more?: Partial<TellingTimes>): Promise<ConversationId[]>
  /** What the record of a conversation says of times. */
  reached(conversation: ConversationId): Promise<TimeReached[]>
}

export async function openQuietHouse(): Promise<QuietHouse> {
  const house = await openHouse()
  const { db } = house.database
  return {
    ...house,
    async conversation({ lastMessageAt, lastInAt, known = true } = {}) {
      const contact = known ? newId<ContactId>() : null
      if (contact) await db.insertInto('contacts').values({ id: contact, name: 'Ann Example' }).execute()
      const id = newId<ConversationId>()
      await db
        .insertInto('conversations')
        .values({
          id,
          channel_id: house.channel,
          contact_id: contact,
          last_message_at: lastMessageAt ?? lastInAt ?? null,
          last_in_at: lastInAt ?? null,
        })
        .execute()
      return id
    },
    async task(conversation, dueAt, active = true) {
      const id = newId<TaskId>()
      const { contact_id } = await db
        .selectFrom('conversations')
        .select('contact_id')
        .where('id', '=', conversation)
        .executeTakeFirstOrThrow()
      await db
        .insertInto('tasks')
        .values({
          id,
          title: 'Task',
          requester_id: contact_id as ContactId,
          channel_id: house.channel,
          conversation_id: conversation,
          statuses: JSON.stringify(DEFAULT_STATUSES),
          status: active ? 'new' : 'done',
          active,
          due_at: dueAt,
        })
        .execute()
      return id
    },
    async publish(id, trigger) {
      await publishDocument(house, `{ id: ${id}, name: ${id}, trigger: ${trigger}, steps: [{ id: mark, tag: seen }] }`)
    },
    async withdraw(id) {
      await db.transaction().execute(async (tx) => {
        const { id: scenario } = await tx
          .selectFrom('scenarios')
          .select('id')
          .where('key', '=', id)
          .executeTakeFirstOrThrow()
        await tx.deleteFrom('scenario_triggers').where('scenario_id', '=', scenario).execute()
        await tx
          .updateTable('scenario_catalogue')
          .set((eb) => ({ version: eb('version', '+', 1) }))
          .execute()
      })
    },
    sweep: (now, more) => sweep(house.database, now, more),
    async reached(conversation) {
      const rows = await db
        .selectFrom('conversation_events')
        .select('payload')
        .where('conversation_id', '=', conversation)
        .where('kind', '=', 'time.reached')
        .orderBy('seq')
        .execute()
      return rows.map(({ payload }) => payload as TimeReached)
    },
  }
}

export async function sweep(
  database: Database,
  now: Date,
  more: Partial<TellingTimes> = {},
): Promise<ConversationId[]> {
  const all: ConversationId[] = []
  await tellTimes({
    database,
    windowHoursOf: () => 24,
    now,
    ...more,
    told: (conversations) => {
      all.push(...conversations)
      return more.told?.(conversations) ?? true
    },
  })
  return all
}

/** The address of a test's own database, for another server beside it. */
export async function urlOf({ pool }: Database): Promise<string> {
  const { rows } = await pool.query<{ name: string }>('select current_database() as name')
  const url = new URL(pool.options.connectionString ?? '')
  url.pathname = `/${rows[0]?.name}`
  return url.href
}
