import type { ChannelId, ConversationId } from '../../domain/ids.ts'
import { stillInForce } from '../../domain/send-restriction.ts'
import { audit } from '../audit.ts'
import { type Db, inTransaction } from '../database.ts'
import { tellChannelStates } from '../house/account-happenings.ts'
import { runIn } from '../intake/run.ts'
import { recordLive } from '../live-events.ts'
import { releaseParked } from './release-parked.ts'

/** Ends restrictions whose time is over, and sends what waited for that. Called now and then by every server. */
export async function liftRestrictions(
  db: Db,
  eventsStored: (conversations: Iterable<ConversationId>) => void,
  now = new Date(),
): Promise<void> {
  const rows = await db
    .selectFrom('channels')
    .select(['id', 'restrictions'])
    .where('state', '=', 'restricted')
    .where('deleted_at', 'is', null)
    .execute()
  for (const { id, restrictions } of rows) {
    if (stillInForce(restrictions, now).length === restrictions.length) continue
    if (await liftOne(db, id, now)) await releaseParked(db, id, eventsStored)
  }
}

/** @returns whether it may send more than before */
const liftOne = (db: Db, id: ChannelId, now: Date): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const row = await tx
      .selectFrom('channels')
      .select(['state', 'restrictions'])
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (row?.state !== 'restricted') return false
    const left = stillInForce(row.restrictions, now)
    if (left.length === row.restrictions.length) return false
    const isOver = left.length === 0
    await tx
      .updateTable('channels')
      .set({ restrictions: JSON.stringify(left), ...(isOver && { state: 'connected', state_reason: null }) })
      .where('id', '=', id)
      .execute()
    if (isOver) {
      await tellChannelStates(runIn(tx), [{ channel: id, from: 'restricted', to: 'connected', reason: null }])
      await audit(tx, {
        actor: { kind: 'system', id: null },
        action: 'channel.state_changed',
        subject: { kind: 'channel', id },
        detail: { from: 'restricted', to: 'connected', reason: 'the restriction ended' },
      })
    }
    await recordLive(tx, [{ event: 'channel', data: { channelId: id, ...(isOver && { state: 'connected' }) } }])
    return true
  })
