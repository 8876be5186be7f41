import { type SqlBool, sql } from 'kysely'
import type { DeliveryState } from '../../domain/delivery-state.ts'
import { furthestBehind } from '../../domain/furthest-behind.ts'
import type {
  CampaignId,
  ChannelId,
  ClusterId,
  CommentId,
  ContactId,
  ConversationId,
  DeliveryId,
  OutgoingMessageId,
  TaskId,
} from '../../domain/ids.ts'
import type { MessageKind } from '../../domain/message.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Db } from '../database.ts'
import type { OutgoingState } from '../schema.ts'

/** A set of same-type outgoing messages that the bulk rule found, or a campaign's (contract.md, `GET /api/bulk`). */
export interface ClusterView {
  id: ClusterId
  channelId: ChannelId
  fingerprint: string
  campaignId: CampaignId | null
  count: number
  firstAt: Date | null
  lastAt: Date | null
  held: number
  replied: number
  expired: number
}

/**
 * Clusters with at least one message, the newest first.
 * @param after the last one of the page before; ids are in the order of time
 */
export async function listClusters(
  db: Db,
  { channelIds }: Pick<Actor, 'channelIds'>,
  page: { channel: ChannelId | null; after: ClusterId | null; only: ClusterId | null; limit: number },
): Promise<ClusterView[]> {
  // The page first: what is counted is never more than the page's own messages.
  const { rows } = await sql<ClusterView>`
    with page as materialized (
      select k.* from bulk_clusters k
      where exists (select from outgoing_messages o where o.cluster_id = k.id offset 0)
        and (${channelIds}::uuid[] is null or k.channel_id = any(${channelIds}::uuid[]))
        and (${page.channel}::uuid is null or k.channel_id = ${page.channel}::uuid)
        and (${page.only}::uuid is null or k.id = ${page.only}::uuid)
        and (${page.after}::uuid is null or (k.created_at, k.id) < (select p.created_at, p.id from bulk_clusters p where p.id = ${page.after}::uuid))
      order by k.created_at desc, k.id desc limit ${page.limit}
    )
    select k.id, k.channel_id as "channelId", k.fingerprint, k.campaign_id as "campaignId", c.*
    from page k
    cross join lateral (
      select count(*)::int as count, min(at) as "firstAt", max(at) as "lastAt",
        (count(*) filter (where state in ('held', 'folding')))::int as held,
        (count(*) filter (where state = 'replied'))::int as replied,
        (count(*) filter (where state = 'expired'))::int as expired
      from outgoing_messages o where o.cluster_id = k.id
    ) c
    order by k.created_at desc, k.id desc`.execute(db)
  return rows
}

/** One message of a cluster. */
export interface BulkMessageView {
  id: OutgoingMessageId
  commentId: CommentId | null
  conversationId: ConversationId
  contact: { id: ContactId; name: string; phone: string | null } | null
  /** null while it is in no task */
  taskId: TaskId | null
  kind: MessageKind | null
  text: string | null
  state: OutgoingState
  at: Date
  holdUntil: Date | null
  settledAt: Date | null
  delivery: { id: DeliveryId; state: DeliveryState; errorCode: string | null; errorDetail: string | null } | null
}

/**
 * A cluster's messages in the order of time.
 * @param after the last one of the page before
 * @returns null where there is no such cluster, or where the actor may not see it
 */
export async function listClusterMessages(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  cluster: ClusterId,
  page: { after: OutgoingMessageId | null; limit: number },
): Promise<BulkMessageView[] | null> {
  const owner = await db.selectFrom('bulk_clusters').select('channel_id').where('id', '=', cluster).executeTakeFirst()
  if (!owner || !maySee(actor, owner.channel_id)) return null
  const rows = await db
    .selectFrom('outgoing_messages as o')
    .innerJoin('conversations as c', 'c.id', 'o.conversation_id')
    .leftJoin('contacts as ct', 'ct.id', 'c.contact_id')
    .leftJoin('comments as m', 'm.id', 'o.comment_id')
    .select(['o.id', 'o.comment_id', 'o.conversation_id', 'o.state', 'o.at', 'o.hold_until', 'o.settled_at'])
    .select(['ct.id as contact_id', 'ct.name', 'ct.phone', 'm.task_id', 'm.kind', 'm.text', 'm.deleted_at'])
    .where('o.cluster_id', '=', cluster)
    .$if(page.after !== null, (query) =>
      query.where(
        sql<SqlBool>`(o.at, o.id) > (select p.at, p.id from outgoing_messages p where p.id = ${page.after}::uuid)`,
      ),
    )
    .orderBy('o.at')
    .orderBy('o.id')
    .limit(page.limit)
    .execute()
  const deliveries = await deliveriesOf(
    db,
    rows.flatMap(({ comment_id }) => (comment_id === null ? [] : [comment_id])),
  )
  return rows.map((row) => ({
    id: row.id,
    commentId: row.comment_id,
    conversationId: row.conversation_id,
    contact: row.contact_id === null ? null : { id: row.contact_id, name: row.name ?? '', phone: row.phone },
    taskId: row.task_id,
    kind: row.kind,
    text: row.deleted_at === null ? row.text : null,
    state: row.state,
    at: row.at,
    holdUntil: row.hold_until,
    settledAt: row.settled_at,
    delivery: furthestBehind(deliveries.filter(({ commentId }) => commentId === row.comment_id)),
  }))
}

async function deliveriesOf(db: Db, comments: readonly CommentId[]) {
  if (comments.length === 0) return []
  return db
    .selectFrom('deliveries')
    .select(['id', 'comment_id as commentId', 'state', 'error_code as errorCode', 'error_detail as errorDetail'])
    .where('comment_id', 'in', comments)
    .orderBy('ordinal')
    .execute()
}
