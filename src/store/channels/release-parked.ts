import { sql } from 'kysely'
import type { ChannelId, ConversationId } from '../../domain/ids.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'

/** Conversations that one transaction takes the locks of. */
const BATCH = 500

/**
 * Makes the deliveries that waited for a channel due again: each conversation that has some gets a `channel.resumed`
 * event, in its order with everything else. May be repeated; what is not parked is left alone.
 * @returns the conversations to signal after the commit
 */
async function releaseBatch(tx: Tx, channel: ChannelId): Promise<ConversationId[]> {
  const locked = await tx
    .selectFrom('conversations')
    .select('id')
    .where('id', 'in', (select) =>
      select
        .selectFrom('deliveries')
        .select('conversation_id')
        .where('channel_id', '=', channel)
        .where('lane', '=', 'conversation')
        .where('state', '=', 'queued')
        .where('parked', 'is not', null),
    )
    .orderBy('id')
    .limit(BATCH)
    .forUpdate()
    .execute()
  const ids = locked.map((row) => row.id)
  if (ids.length === 0) return []
  await sql`
    with numbered as (
      update conversations set last_seq = last_seq + 1, due_at = now(), quiet = false
      where id = any(${ids}) returning id, channel_id, last_seq
    )
    insert into conversation_events (conversation_id, seq, channel_id, kind, payload, provider_at)
    select id, last_seq, channel_id, 'channel.resumed', '{"kind": "channel.resumed"}', now() from numbered`.execute(tx)
  await tx
    .updateTable('deliveries')
    .set({ parked: null })
    .where('conversation_id', 'in', ids)
    .where('channel_id', '=', channel)
    .where('lane', '=', 'conversation')
    .where('state', '=', 'queued')
    .where('parked', 'is not', null)
    .execute()
  return ids
}

/** Everything that is parked on one channel, batch by batch. Call it after the channel is connected again. */
export async function releaseParked(
  db: Db,
  channel: ChannelId,
  eventsStored: (conversations: Iterable<ConversationId>) => void,
): Promise<void> {
  for (;;) {
    const ids = await inTransaction(db, (tx) => releaseBatch(tx, channel))
    if (ids.length === 0) return
    eventsStored(ids)
  }
}

/**
 * What was parked although its channel is connected: a worker may have parked it in the moment of the change, or
 * a crash came between the change and the release. Also what waits for a channel that was deleted since: its send fails
 * and says why (P3). Called now and then by every server.
 */
export async function releaseStranded(
  db: Db,
  eventsStored: (conversations: Iterable<ConversationId>) => void,
): Promise<void> {
  const channels = await db
    .selectFrom('channels')
    .select('id')
    .where((where) => where.or([where('state', '=', 'connected'), where('deleted_at', 'is not', null)]))
    .where('id', 'in', (select) =>
      select
        .selectFrom('deliveries')
        .select('channel_id')
        .where('lane', '=', 'conversation')
        .where('state', '=', 'queued')
        .where('parked', 'is not', null),
    )
    .execute()
  for (const { id } of channels) await releaseParked(db, id, eventsStored)
}
