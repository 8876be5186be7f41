import { sql } from 'kysely'
import { deliveryRank } from '../../domain/delivery-state.ts'
import { type AuditEntry, audit } from '../audit.ts'
import { type Db, inTransaction } from '../database.ts'

/** What a database that was set back cannot know the outcome of. */
export interface Doubted {
  deliveries: number
  campaigns: number
}

/** Messages that a database which is older than the world takes for unsent, and mailings that it takes for under way. */
export async function countDoubtful(db: Db, before: Date): Promise<Doubted> {
  const { rows } = await sql<Doubted>`
    select (select count(*)::int from deliveries where state in ('queued', 'sending') and queued_at <= ${before}) as deliveries,
      (select count(*)::int from campaigns where state in ('scheduled', 'running') and created_at <= ${before}) as campaigns`.execute(
    db,
  )
  return rows[0] ?? { deliveries: 0, campaigns: 0 }
}

/**
 * Puts under people's judgement what may have left since (P3): messages that were queued or being sent become unknown and
 * are never repeated by themselves, mailings stand paused. A status that the provider repeats still settles a message.
 * @param before only what was queued by then: what people wrote after the database was set back is certainly unsent
 */
export async function doubtSends(db: Db, before: Date, actor: AuditEntry['actor']): Promise<Doubted> {
  return inTransaction(db, async (tx) => {
    const deliveries = await sql`
      update deliveries set state = 'unknown', rank = ${deliveryRank('unknown')}, parked = null, slot_at = null
      where state in ('queued', 'sending') and queued_at <= ${before}`.execute(tx)
    const campaigns = await sql`
      update campaigns set state = 'paused', changed_at = now()
      where state in ('scheduled', 'running') and created_at <= ${before}`.execute(tx)
    const doubted = {
      deliveries: Number(deliveries.numAffectedRows ?? 0),
      campaigns: Number(campaigns.numAffectedRows ?? 0),
    }
    await audit(tx, {
      actor,
      action: 'sends.doubted',
      subject: { kind: 'database', id: 'this' },
      detail: { before: before.toISOString(), ...doubted },
    })
    return doubted
  })
}
