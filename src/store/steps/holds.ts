import { sql } from 'kysely'
import { bulkRule } from '../../domain/bulk/options.ts'
import type {
  CampaignId,
  ClusterId,
  CommentId,
  DeliveryId,
  OutgoingMessageId,
  ProviderMessageId,
  TaskId,
} from '../../domain/ids.ts'
import { auditRow } from '../audit.ts'
import { tellCampaigns } from '../campaigns/sending/news.ts'
import { appendEvent } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { runIn } from '../intake/run.ts'
import type { LiveEvent } from '../live-events.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'
import { commentChanged } from './outgoing.ts'

/** Which bulk message a client's message answers: what scenarios see as `event.reply_to_bulk`. */
export interface ReplyToBulk {
  messageId: OutgoingMessageId
  commentId: CommentId
  clusterId: ClusterId | null
  campaignId: CampaignId | null
}

interface Held {
  /** found to be bulk, and not folded back yet: it stands in the feed, and stays where it is */
  is_shown: boolean
  id: OutgoingMessageId
  comment_id: CommentId
  cluster_id: ClusterId | null
  campaign_id: CampaignId | null
  is_quoted: boolean
}

/**
 * The client replied: what was held for them enters the task directly before the reply, in the order in which it was
 * sent, with its own time and ticks (M18). A hold that has expired stays out, and so does one whose time is over by the
 * reply's clock though its timer has not fired yet; and a message that never left.
 * @param before the place of the reply in the feed; null: at its end
 * @returns the message that the reply answers: the quoted one, else the newest; null where nothing was released
 */
export async function releaseHolds(
  tx: Tx,
  state: ConversationState,
  task: TaskId,
  reply: { event: RecordedEvent; quoted: ProviderMessageId | null; before: number | null },
  live: LiveEvent[],
): Promise<ReplyToBulk | null> {
  if (!state.hasHolds) return null
  await tx
    .selectFrom('outgoing_messages')
    .select('id')
    .where('conversation_id', '=', state.id)
    .where('state', 'in', ['held', 'folding'])
    .orderBy('id')
    .forUpdate()
    .execute()
  const { rows } = await sql<Held>`
    select o.id, o.state = 'folding' as is_shown, o.comment_id, o.cluster_id, k.campaign_id,
      coalesce(m.provider_message_id = ${reply.quoted} or exists (
        select from deliveries q where q.comment_id = m.id and q.provider_message_id = ${reply.quoted}), false) as is_quoted
    from outgoing_messages o
    join comments m on m.id = o.comment_id
    left join bulk_clusters k on k.id = o.cluster_id
    where o.conversation_id = ${state.id} and (o.state = 'folding' or (o.state = 'held' and o.hold_until > ${reply.event.at}))
      and not (exists (select from deliveries d where d.comment_id = m.id)
        and not exists (select from deliveries d where d.comment_id = m.id and d.state <> 'failed'))
    order by o.at, o.id`.execute(tx)
  if (rows.length === 0) return null

  state.inbox.feeds.add(task)
  const kept = rows.filter(({ is_shown }) => is_shown)
  const entering = rows.filter(({ is_shown }) => !is_shown)
  for (const { comment_id } of kept) {
    await tx.updateTable('comments').set({ bulk: true }).where('id', '=', comment_id).execute()
    live.push(commentChanged(state, comment_id, task))
  }
  const places = reply.before === null ? null : await placesBefore(tx, task, reply.before, entering.length)
  for (const [index, { comment_id }] of entering.entries()) {
    await tx
      .updateTable('comments')
      .set({
        task_id: task,
        bulk: true,
        position: places?.[index] ?? sql<number>`nextval('comment_positions')`,
      })
      .where('id', '=', comment_id)
      .execute()
    live.push(commentChanged(state, comment_id, task))
  }
  await tx
    .updateTable('outgoing_messages')
    .set({ state: 'replied', settled_at: reply.event.at })
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute()
  state.holdsChanged = true
  await tellCampaigns(
    runIn(tx),
    rows.flatMap(({ campaign_id }) => campaign_id ?? []),
  )
  const answered = rows.find(({ is_quoted }) => is_quoted) ?? rows.at(-1)
  return answered
    ? {
        messageId: answered.id,
        commentId: answered.comment_id,
        clusterId: answered.cluster_id,
        campaignId: answered.campaign_id,
      }
    : null
}

/** So many places in a row between the entry before and the given one. */
async function placesBefore(tx: Tx, task: TaskId, before: number, count: number): Promise<number[]> {
  const row = await tx
    .selectFrom('comments')
    .select(({ fn }) => fn.max('position').as('position'))
    .where('task_id', '=', task)
    .where('position', '<', before)
    .executeTakeFirst()
  const from = row?.position ?? before - 1
  return Array.from({ length: count }, (_, index) => from + ((before - from) * (index + 1)) / (count + 1))
}

/**
 * Nobody replied in time: the message stays out of tasks for good; the audit and the statistics keep it (M19).
 * Entered in the record, for scenarios to hear of; the caller has worked off everything before it.
 * @param dueBy holds that end then or before
 */
export async function expireHolds(tx: Tx, state: ConversationState, dueBy: Date): Promise<void> {
  const due = await tx
    .selectFrom('outgoing_messages')
    .select(['id', 'comment_id', 'cluster_id', 'at', 'hold_until'])
    .where('conversation_id', '=', state.id)
    .where('state', '=', 'held')
    .where('hold_until', '<=', dueBy)
    .orderBy('id')
    .forUpdate()
    .execute()
  if (due.length === 0) return
  const messages = due.map(({ id }) => id)
  await tx
    .updateTable('outgoing_messages')
    .set({ state: 'expired', settled_at: dueBy })
    .where('id', 'in', messages)
    .execute()
  await tx
    .insertInto('audit_log')
    .values(
      due.map(({ id, comment_id, cluster_id, at, hold_until }) =>
        auditRow({
          actor: { kind: 'system', id: null },
          action: 'hold.expired',
          subject: { kind: 'outgoing_message', id },
          detail: { conversationId: state.id, commentId: comment_id, clusterId: cluster_id, at, holdUntil: hold_until },
        }),
      ),
    )
    .execute()
  await appendEvent(tx, state.id, { kind: 'hold.expired', messages }, { at: dueBy })
  state.holdsChanged = true
}

/**
 * A person has a held message sent again: its month begins anew, also where it was over, because the client gets the
 * message only now, and their reply must find it.
 */
export async function holdAnew(tx: Tx, state: ConversationState, delivery: DeliveryId, at: Date): Promise<void> {
  const renewed = await tx
    .updateTable('outgoing_messages')
    .set({ state: 'held', hold_until: bulkRule(state.channel.bulk).holdUntil(at), settled_at: null })
    .where('comment_id', '=', (query) => query.selectFrom('deliveries').select('comment_id').where('id', '=', delivery))
    .where('state', 'in', ['held', 'expired'])
    .returning('id')
    .executeTakeFirst()
  if (!renewed) return
  state.hasHolds = true
  state.holdsChanged = true
}

/** When the conversation's first hold, undo window or wait ends, in milliseconds since 1970; null: nothing does. */
export async function firstDeadline(tx: Tx, state: ConversationState): Promise<number | null> {
  if (!state.hasHolds && !state.hasHeldSends && !state.hasRuns) return null
  const { rows } = await sql<{ at: number | null }>`
    select ceil(extract(epoch from least(
      (select min(hold_until) from outgoing_messages where conversation_id = ${state.id} and state = 'held'),
      (select min(hold_until) from deliveries where conversation_id = ${state.id} and state = 'queued'),
      (select min(deadline) from runs where conversation_id = ${state.id} and state in ('running', 'waiting', 'blocked'))
    )) * 1000)::float8 as at`.execute(tx)
  return rows[0]?.at ?? null
}
