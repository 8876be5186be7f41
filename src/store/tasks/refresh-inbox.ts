import { type RawBuilder, sql } from 'kysely'
import type { DeliveryId, TaskId } from '../../domain/ids.ts'
import type { Tx } from '../database.ts'

/** What a piece of work changed of feeds, as far as the inbox is concerned. */
export class InboxChanges {
  /** tasks in whose feeds a message came, went, or moved */
  readonly feeds = new Set<TaskId>()
  /** messages of which it turned out whether they reach the client */
  readonly deliveries = new Set<DeliveryId>()
  /** tasks in which the client wrote: nobody's snooze outlives that */
  readonly heard = new Set<TaskId>()

  /** The statements that write it down, as parts of a `with`; each stands alone, and reads what was written before. */
  statements(): RawBuilder<unknown>[] {
    return [
      ...(this.feeds.size + this.deliveries.size > 0
        ? [sql`inbox as (${refreshed([...this.feeds], [...this.deliveries])})`]
        : []),
      ...(this.heard.size > 0
        ? [sql`woken as (delete from task_snoozes where task_id = any(${[...this.heard]}::uuid[]))`]
        : []),
    ]
  }
}

/** For whoever writes a message into a feed outside of a step. */
export async function refreshInbox(tx: Tx, task: TaskId): Promise<void> {
  await refreshed([task], []).execute(tx)
}

/**
 * Reads anew from their feeds what lists show and sort by, whatever happened there: so a repeated step, an edit, a message
 * that was taken back or folded back cannot make it wrong. Each value is one look into an index.
 *
 * The client waits for an answer from the first message on that stands behind the last answer: a message that an employee
 * wrote, or somebody in the phone app. What a scenario says is none, nor is a mailing, nor what certainly did not leave.
 */
const refreshed = (tasks: readonly TaskId[], deliveries: readonly DeliveryId[]): RawBuilder<unknown> => sql`
  update tasks t set awaiting_since = f.awaiting_since, last_message_at = f.last_message_at,
    inbound_position = f.inbound_position, inbound_arrived = f.inbound_arrived
  from (
    select k.id, i.position as inbound_position,
      greatest(i.position, (
        select m.arrived from comments m
        where m.task_id = k.id and m.arrived is not null and m.author_kind = 'contact' and m.deleted_at is null
        order by m.arrived desc limit 1
      )) as inbound_arrived,
      (select m.at from comments m
        where m.task_id = k.id and (m.author_kind in ('contact', 'phone_app') or m.notifies_contact)
        order by m.position desc limit 1) as last_message_at,
      (select m.at from comments m
        where m.task_id = k.id and m.author_kind = 'contact' and m.deleted_at is null
          and m.position > greatest(k.settled_position, a.position, '-infinity')
        order by m.position limit 1) as awaiting_since
    from tasks k
    left join lateral (
      select m.position from comments m
      where m.task_id = k.id and m.author_kind = 'contact' and m.deleted_at is null
      order by m.position desc limit 1
    ) i on true
    left join lateral (
      select m.position from comments m
      where m.task_id = k.id and not m.bulk and m.deleted_at is null
        and (m.author_kind = 'phone_app' or (m.author_kind = 'employee' and m.notifies_contact))
        and coalesce((select bool_or(d.state <> 'failed') from deliveries d where d.comment_id = m.id), true)
      order by m.position desc limit 1
    ) a on true
    where k.id = any(${tasks}::uuid[] || ${
      deliveries.length === 0
        ? sql`'{}'::uuid[]`
        : sql`array(select m.task_id from deliveries d join comments m on m.id = d.comment_id
            where d.id = any(${deliveries}::uuid[]) and m.task_id is not null)`
    })
  ) f
  where t.id = f.id and (t.awaiting_since, t.last_message_at, t.inbound_position, t.inbound_arrived)
    is distinct from (f.awaiting_since, f.last_message_at, f.inbound_position, f.inbound_arrived)`
