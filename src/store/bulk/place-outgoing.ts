import { sql } from 'kysely'
import { type Counted, findBulk } from '../../domain/bulk/find-bulk.ts'
import { bulkRule } from '../../domain/bulk/options.ts'
import type { ClusterId, OutgoingMessageId } from '../../domain/ids.ts'
import type { Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import type { OutgoingMessagesTable, OutgoingState } from '../schema.ts'
import type { ConversationState } from '../steps/conversation-state.ts'

type Outgoing = Pick<OutgoingMessagesTable, 'id' | 'fingerprint' | 'at' | 'cluster_id'> & { state: OutgoingState }

/**
 * Decides by the bulk rule whether an outgoing message is shown or held (M17, M18), and marks the messages that were
 * shown already and are found to belong to the same mailing; their conversations fold them back (fold-back.ts).
 *
 * Exact without a lock on the type: every message is committed as `counted` before any step counts it, so of the messages
 * of a mailing the one that is counted last sees all the others, whichever workers they run on. Rows are locked by id
 * before they are changed.
 * Repeating it changes nothing.
 */
export async function placeOutgoing(
  tx: Tx,
  state: Pick<ConversationState, 'channel' | 'hasHolds' | 'holdsChanged'>,
  id: OutgoingMessageId,
): Promise<'shown' | 'held'> {
  const me = await tx
    .selectFrom('outgoing_messages')
    .select(['id', 'fingerprint', 'at', 'cluster_id', 'state'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const isOfCampaign = me.state === 'held' && me.cluster_id !== null
  if (me.state !== 'counted' && !isOfCampaign) return holdsNow(state, me.state)

  const rule = bulkRule(state.channel.bulk)
  const neighbours = await nearest(tx, state, me, rule)
  const { bulk, found } = findBulk(counted(me), neighbours, rule)
  if (isOfCampaign) {
    // It needs no judgement, but messages of its type that were shown before it may be bulk because of it.
    if (found.some(({ cluster }) => cluster === null)) await joinCluster(tx, state, me, found)
    return holdsNow(state, me.state)
  }
  const cluster = bulk ? await joinCluster(tx, state, me, found) : null
  const placed = await tx
    .updateTable('outgoing_messages')
    .set({
      cluster_id: sql<ClusterId | null>`coalesce(cluster_id, ${cluster}::uuid)`,
      // Another message's step may have found this one since it was read.
      state: sql<OutgoingState>`case when coalesce(cluster_id, ${cluster}::uuid) is null then 'shown' else 'held' end`,
      hold_until: sql<Date | null>`case when coalesce(cluster_id, ${cluster}::uuid) is null then null
        else ${rule.holdUntil(me.at)}::timestamptz end`,
    })
    .where('id', '=', id)
    .returning('state')
    .executeTakeFirstOrThrow()
  return holdsNow(state, placed.state)
}

function holdsNow(
  state: Pick<ConversationState, 'hasHolds' | 'holdsChanged'>,
  outgoing: OutgoingState,
): 'shown' | 'held' {
  if (outgoing === 'shown' || outgoing === 'folding') return 'shown'
  state.hasHolds = true
  state.holdsChanged = true
  return 'held'
}

const counted = (row: Pick<Outgoing, 'id' | 'at' | 'cluster_id'>): Counted => ({
  id: row.id,
  at: row.at.getTime(),
  cluster: row.cluster_id,
})

/** The nearest messages of the type before and after: as many on each side as the rule can need. */
async function nearest(
  tx: Tx,
  { channel }: Pick<ConversationState, 'channel'>,
  me: Outgoing,
  rule: { threshold: number; windowMs: number },
): Promise<Counted[]> {
  const window = sql`make_interval(secs => ${rule.windowMs / 1000}::float8)`
  const { rows } = await sql<Pick<Outgoing, 'id' | 'at' | 'cluster_id'>>`
    with same as (select id, at, cluster_id from outgoing_messages where id = ${me.id})
    (select o.id, o.at, o.cluster_id from outgoing_messages o, same
      where o.channel_id = ${channel.id} and o.fingerprint = ${me.fingerprint} and o.state <> 'void'
        and (o.at, o.id) < (same.at, same.id) and o.at >= same.at - ${window}
      order by o.at desc, o.id desc limit ${rule.threshold})
    union all
    (select o.id, o.at, o.cluster_id from outgoing_messages o, same
      where o.channel_id = ${channel.id} and o.fingerprint = ${me.fingerprint} and o.state <> 'void'
        and (o.at, o.id) > (same.at, same.id) and o.at <= same.at + ${window}
      order by o.at, o.id limit ${rule.threshold})`.execute(tx)
  return rows.map(counted)
}

/**
 * The cluster of a mailing that the rule found: the oldest that its messages belong to, else a new one. Campaigns keep
 * their clusters to themselves. Where the message joins two clusters, they become one.
 */
async function joinCluster(
  tx: Tx,
  { channel }: Pick<ConversationState, 'channel'>,
  me: Outgoing,
  found: readonly Counted[],
): Promise<ClusterId> {
  const ids = found.map(({ id }) => id as OutgoingMessageId)
  const rows = await tx
    .selectFrom('outgoing_messages')
    .select(['id', 'cluster_id'])
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
  const known = [...new Set(rows.flatMap(({ cluster_id }) => (cluster_id === null ? [] : [cluster_id])))]
  const clusters =
    known.length === 0
      ? []
      : await tx
          .selectFrom('bulk_clusters')
          .select('id')
          .where('id', 'in', known)
          .where('campaign_id', 'is', null)
          .orderBy('created_at')
          .orderBy('id')
          .execute()
  const [oldest, ...others] = clusters.map(({ id }) => id)
  const cluster = oldest ?? (await openCluster(tx, channel.id, me.fingerprint))
  if (others.length > 0) {
    await tx.updateTable('outgoing_messages').set({ cluster_id: cluster }).where('cluster_id', 'in', others).execute()
  }
  await tx
    .updateTable('outgoing_messages')
    .set({ cluster_id: cluster, state: sql<OutgoingState>`case state when 'shown' then 'folding' else state end` })
    .where('id', 'in', ids)
    .where('id', '<>', me.id)
    .where('cluster_id', 'is', null)
    .execute()
  return cluster
}

async function openCluster(tx: Tx, channel: ConversationState['channel']['id'], fingerprint: string) {
  const id = newId<ClusterId>()
  await tx.insertInto('bulk_clusters').values({ id, channel_id: channel, fingerprint }).execute()
  return id
}
