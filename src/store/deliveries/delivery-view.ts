import { type SqlBool, sql } from 'kysely'
import type { DeliveryState } from '../../domain/delivery-state.ts'
import type { DeliveryId } from '../../domain/ids.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Db, Tx } from '../database.ts'
import { needsAttention } from './needs-attention.ts'

/** A page of a list of deliveries begins after this one; microseconds, which a Date would lose. */
export interface DeliveryPlace {
  queuedAt: string
  id: DeliveryId
}

export type DeliveryView = Awaited<ReturnType<typeof listDeliveries>>['deliveries'][number]

/** Deliveries on channels that the actor may see, the newest first. */
export async function listDeliveries(
  db: Db,
  { channelIds }: Pick<Actor, 'channelIds'>,
  wanted: { state?: DeliveryState | undefined; attention?: boolean | undefined },
  page: { after: DeliveryPlace | null; limit: number },
) {
  const { after } = page
  const rows = await selectDeliveries(db)
    .$if(channelIds !== null, (query) => query.where(sql<SqlBool>`d.channel_id = any(${channelIds}::uuid[])`))
    .$if(wanted.state !== undefined, (query) => query.where('d.state', '=', wanted.state as DeliveryState))
    .$if(wanted.attention === true, (query) => query.where(needsAttention))
    .$if(after !== null, (query) =>
      query.where(sql<SqlBool>`(d.queued_at, d.id) < (${after?.queuedAt}::timestamptz, ${after?.id}::uuid)`),
    )
    .orderBy('d.queued_at', 'desc')
    .orderBy('d.id', 'desc')
    .limit(page.limit + 1)
    .execute()
  const deliveries = rows.slice(0, page.limit)
  const last = deliveries.at(-1)
  const next: DeliveryPlace | null =
    rows.length > page.limit && last ? { queuedAt: last.queued_key, id: last.id } : null
  return { deliveries, next }
}

/**
 * One delivery with the attempts that were made.
 * @returns null where there is no such delivery, or where the actor may not see it
 */
export async function findDelivery(db: Db | Tx, actor: Pick<Actor, 'channelIds'>, id: DeliveryId) {
  const delivery = await selectDeliveries(db).where('d.id', '=', id).executeTakeFirst()
  if (!delivery || !maySee(actor, delivery.channel_id)) return null
  const attempts = await db
    .selectFrom('delivery_attempts')
    .selectAll()
    .where('delivery_id', '=', id)
    .orderBy('attempt')
    .execute()
  return { delivery, attempts }
}

/** So much of a message is shown in a list of them. */
const EXCERPT = 300

function selectDeliveries(db: Db | Tx) {
  return db
    .selectFrom('deliveries as d')
    .innerJoin('comments as m', 'm.id', 'd.comment_id')
    .innerJoin('conversations as c', 'c.id', 'd.conversation_id')
    .innerJoin('contacts as p', 'p.id', 'c.contact_id')
    .leftJoin('tasks as t', 't.id', 'm.task_id')
    .selectAll('d')
    .select([
      'm.task_id',
      'm.kind as comment_kind',
      'm.author_kind',
      'm.author_name',
      'p.id as contact_id',
      'p.name as contact_name',
      'p.phone as contact_phone',
      't.number as task_number',
      sql<string | null>`left(m.text, ${sql.lit(EXCERPT)})`.as('excerpt'),
      sql<string>`to_char(d.queued_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('queued_key'),
    ])
}
