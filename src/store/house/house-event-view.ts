import { type Selectable, sql } from 'kysely'
import type { HouseEventId } from '../../domain/ids.ts'
import type { EventName } from '../../domain/scenario/document/events.ts'
import type { Json } from '../../domain/scenario/expressions/scope.ts'
import type { Actor } from '../actor.ts'
import type { Db } from '../database.ts'
import type { HouseEventsTable } from '../schema.ts'

type Row = Pick<
  Selectable<HouseEventsTable>,
  'id' | 'name' | 'data' | 'scenario_id' | 'channel_id' | 'at' | 'worked_at' | 'ended_at' | 'problem'
>

/** An event of the house as people see it; of a webhook's body nothing. */
export interface HouseEventView extends Omit<Row, 'data'> {
  data: { [name: string]: Json }
}

/** The newest first; those about channels that the actor may not see are left out. @returns up to `limit` + 1 of them */
export async function listHouseEvents(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  wanted: { name: EventName | null },
  page: { after: HouseEventId | null; limit: number },
): Promise<HouseEventView[]> {
  let query = db
    .selectFrom('house_events')
    .select(['id', 'name', 'data', 'scenario_id', 'channel_id', 'at', 'worked_at', 'ended_at', 'problem'])
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
  if (wanted.name) query = query.where('name', '=', wanted.name)
  if (page.after) query = query.where('id', '<', page.after)
  if (actor.channelIds) {
    query = query.where(sql<boolean>`(channel_id is null or channel_id = any(${[...actor.channelIds]}::uuid[]))`)
  }
  const rows = await query.execute()
  return rows.map(({ data, ...row }) => ({
    ...row,
    data: row.name === 'webhook.received' ? { webhook: data.webhook ?? null } : data,
  }))
}
