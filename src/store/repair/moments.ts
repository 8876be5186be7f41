import { sql } from 'kysely'
import type { ConversationId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'
import type { Backlog } from '../intake/backlog.ts'

/** How far a conversation stands in the database. */
export interface StoredMoment {
  id: ConversationId
  /** its newest event */
  seq: number
  /** the last event that was worked off */
  worked: number
}

/** How far each of these conversations is stored; those that the database does not have are left out. */
export async function storedMoments(
  db: Db,
  ids: readonly ConversationId[],
): Promise<Map<ConversationId, StoredMoment>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<StoredMoment>`
    select id, last_seq as seq, worked_seq as worked from conversations where id = any(${ids}::uuid[])`.execute(db)
  return new Map(rows.map((row) => [row.id, row]))
}

/** The conversations in which something happened last. */
export async function latestConversations(db: Db, limit: number): Promise<StoredMoment[]> {
  const { rows } = await sql<StoredMoment>`
    select id, last_seq as seq, worked_seq as worked from conversations order by due_at desc limit ${limit}`.execute(db)
  return rows
}

/**
 * Conversations that need a workflow: events that are not worked off, a message to send, a file to fetch, a hold or a
 * wait to end at some time, a call that has not ended.
 * @param after the last id of the page before; null: from the first
 */
export async function conversationsWithOpenWork(
  db: Db,
  after: ConversationId | null,
  limit: number,
): Promise<Backlog[]> {
  const { rows } = await sql<Backlog>`
    select c.id, c.last_seq as seq from conversations c
    where (${after}::uuid is null or c.id > ${after}::uuid) and (
      c.worked_seq < c.last_seq
      or exists (select from deliveries d where d.conversation_id = c.id and d.lane = 'conversation'
        and d.state in ('queued', 'sending') and d.parked is null)
      or exists (select from attachments a join comments m on m.id = a.comment_id
        where m.conversation_id = c.id and a.state = 'pending' and a.provider_media_id is not null)
      or exists (select from outgoing_messages o where o.conversation_id = c.id and o.state = 'held')
      or exists (select from runs r where r.conversation_id = c.id and r.state in ('running', 'waiting', 'blocked')
        and r.deadline is not null)
      or exists (select from outside_calls k where k.conversation_id = c.id and k.state in ('waiting', 'calling')))
    order by c.id limit ${limit}`.execute(db)
  return rows
}
