import { sql } from 'kysely'
import type { ChannelId, ConversationId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'

/** A conversation whose workflow has to hear of events up to `seq`. */
export interface Backlog {
  id: ConversationId
  seq: number
}

/** With the channel, whose conversations share what is limited. */
export interface ChannelBacklog extends Backlog {
  channel: ChannelId
}

/** How far the given conversations have been stored; those that are worked off already are left out. */
export async function readBacklog(db: Db, ids: readonly ConversationId[]): Promise<ChannelBacklog[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<ChannelBacklog>`
    select id, channel_id as channel, last_seq as seq from conversations where id = any(${ids}::uuid[]) and worked_seq < last_seq`.execute(
    db,
  )
  return rows
}

/** @returns those that are not worked off as far as their workflows were told */
export async function stillBehind(db: Db, told: readonly Backlog[]): Promise<Set<ConversationId>> {
  const { rows } = await sql<{ id: ConversationId }>`
    select c.id from unnest(${told.map(({ id }) => id)}::uuid[], ${told.map(({ seq }) => seq)}::bigint[]) as t (id, seq)
    join conversations c on c.id = t.id where c.worked_seq < t.seq`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

/**
 * Claims conversations that are behind for longer than a signal takes: their signal was lost in a crash or an outage.
 * Several servers share them; each is nudged again after 15 s, 30 s, … 10 minutes, and anew after a newer event.
 * @param quiet those in which nothing but a mailing's events wait, or the others: a large mailing must not stand before
 *   people's messages (P9)
 */
export async function claimBacklog(db: Db, limit: number, quiet = false): Promise<ChannelBacklog[]> {
  const { rows } = await sql<ChannelBacklog>`
    with due as (
      select id from conversations
      where worked_seq < last_seq and ${quiet ? sql`quiet` : sql`not quiet`} and due_at < now() - interval '10 seconds'
        and (nudged_at is null or nudged_at < due_at
          or nudged_at < now() - least(600, 15 * power(2, least(nudges, 10))) * interval '1 second')
      order by due_at limit ${limit} for update skip locked
    )
    update conversations c set nudged_at = now(),
      nudges = case when c.nudged_at < c.due_at then 1 else c.nudges + 1 end
    from due where c.id = due.id
    returning c.id, c.channel_id as channel, c.last_seq as seq`.execute(db)
  return rows
}

/** Whether a campaign is under way: its conversations can wait longer than the clients who write meanwhile (P9). */
export async function campaignIsSending(db: Db): Promise<boolean> {
  const { rows } = await sql<{ sends: boolean }>`
    select exists (select from campaigns c where c.state = 'running' and exists (
      select from campaign_recipients r where r.campaign_id = c.id and r.state = 'queued')) as sends`.execute(db)
  return rows[0]?.sends ?? false
}

/**
 * Claims conversations with a message to send, a file to fetch, an endpoint to call, or a hold or a wait to end that is
 * due for a minute. Mostly their workflow is at it, and the signal changes nothing. Where it is gone (terminated, or its engine lost what it knew), or knows less than
 * the database, the signal has it take the work up again. Each at most every minute, 2, 4, … 60 minutes.
 */
export async function claimForgotten(db: Db, limit: number): Promise<ChannelBacklog[]> {
  const { rows } = await sql<ChannelBacklog>`
    with open as (
      select d.conversation_id as id from deliveries d
      where d.lane = 'conversation' and d.state in ('queued', 'sending') and d.parked is null
        and greatest(d.queued_at, d.slot_at, d.hold_until) < now() - interval '1 minute'
      union
      select m.conversation_id from attachments a join comments m on m.id = a.comment_id
      where a.state = 'pending' and a.provider_media_id is not null and a.created_at < now() - interval '1 minute'
      union
      select o.conversation_id from outgoing_messages o
      where o.state = 'held' and o.hold_until < now() - interval '1 minute'
      union
      select r.conversation_id from runs r
      where r.state in ('running', 'waiting', 'blocked') and r.deadline < now() - interval '1 minute'
        and r.conversation_id is not null
      union
      select k.conversation_id from outside_calls k
      where k.state in ('waiting', 'calling') and k.conversation_id is not null
        and greatest(k.next_at, k.lease_until) < now() - interval '1 minute'
    ), due as (
      select c.id from conversations c
      where c.id in (select id from open)
        and (c.nudged_at is null or c.nudged_at < now() - least(3600, 60 * power(2, least(c.nudges, 10))) * interval '1 second')
      limit ${limit} for update skip locked
    )
    update conversations c set nudged_at = now(), nudges = c.nudges + 1
    from due where c.id = due.id
    returning c.id, c.channel_id as channel, c.last_seq as seq`.execute(db)
  return rows
}
