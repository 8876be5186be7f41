import { sql } from 'kysely'
import type { ConversationId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'

/** A conversation whose workflow has to hear of events up to `seq`. */
export interface Backlog {
  id: ConversationId
  seq: number
}

/** How far the given conversations have been stored; those that are worked off already are left out. */
export async function readBacklog(db: Db, ids: readonly ConversationId[]): Promise<Backlog[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<Backlog>`
    select id, last_seq as seq from conversations where id = any(${ids}::uuid[]) and worked_seq < last_seq`.execute(db)
  return rows
}

/**
 * Claims conversations that are behind for longer than a signal takes: their signal was lost in a crash or an outage.
 * Several servers share them; each is nudged again after 15 s, 30 s, … 10 minutes, and anew after a newer event.
 */
export async function claimBacklog(db: Db, limit: number): Promise<Backlog[]> {
  const { rows } = await sql<Backlog>`
    with due as (
      select id from conversations
      where worked_seq < last_seq and last_event_at < now() - interval '5 seconds'
        and (nudged_at is null or nudged_at < last_event_at
          or nudged_at < now() - least(600, 15 * power(2, least(nudges, 10))) * interval '1 second')
      order by last_event_at limit ${limit} for update skip locked
    )
    update conversations c set nudged_at = now(),
      nudges = case when c.nudged_at < c.last_event_at then 1 else c.nudges + 1 end
    from due where c.id = due.id
    returning c.id, c.last_seq as seq`.execute(db)
  return rows
}
