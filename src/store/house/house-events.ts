import { sql } from 'kysely'
import type { ChannelId, HouseEventId, ScenarioId } from '../../domain/ids.ts'
import type { EventName } from '../../domain/scenario/document/events.ts'
import type { Json } from '../../domain/scenario/expressions/scope.ts'
import type { Db, Tx } from '../database.ts'
import type { Run, Statement } from '../intake/run.ts'
import { newId } from '../new-id.ts'

/** Something that happened in no conversation. */
export interface NewHouseEvent {
  name: EventName
  /** `event.*` of the runs that it starts */
  data: { readonly [name: string]: Json }
  /** starts this one alone; null: everybody who listens */
  scenario: ScenarioId | null
  channel: ChannelId | null
  /** null: it cannot come twice */
  dedupeKey: string | null
  at: Date
}

/** What nobody listens to is kept for people and for dry runs, and is over at once: no workflow is started for it. */
const STORE: Statement = {
  name: 'house-events',
  text: `
    with arrived as materialized (
      select * from jsonb_to_recordset($1::jsonb)
        as e (id uuid, name text, data jsonb, scenario uuid, channel uuid, key text, at timestamptz)
    ), heard as materialized (
      select a.*, exists (select from scenario_triggers t where t.event = a.name) as listened from arrived a
    )
    insert into house_events (id, name, data, scenario_id, channel_id, dedupe_key, at, changed, worked_at, ended_at)
    select id, name, data, scenario, channel, key, at, listened::int,
      case when not listened then now() end, case when not listened then now() end from heard order by key, id
    on conflict (dedupe_key) do nothing
    returning id, changed > heard as listened`,
}

/**
 * Stores events of the house in the transaction of what they tell. Whoever calls it may tell the workflows of those that
 * are returned; what is not told, the sweep finds.
 * @returns those that are new and that somebody listens to
 */
export async function storeHouseEvents(run: Run, events: readonly NewHouseEvent[]): Promise<HouseEventId[]> {
  if (events.length === 0) return []
  const rows = events.map(({ dedupeKey, ...event }) => ({ ...event, id: newId<HouseEventId>(), key: dedupeKey }))
  const stored = await run<{ id: HouseEventId; listened: boolean }>(STORE, [JSON.stringify(rows)])
  return stored.flatMap(({ id, listened }) => (listened ? [id] : []))
}

/** Held in ascending order, so that steps and people who tell several of them do not wait for each other. */
export async function tellHouseEvents(tx: Tx, events: readonly HouseEventId[]): Promise<void> {
  if (events.length === 0) return
  await sql`
    with locked as materialized (
      select id from house_events where id = any(${[...new Set(events)]}::uuid[]) order by id for no key update
    )
    update house_events e set changed = changed + 1, nudges = 0, ended_at = null from locked where e.id = locked.id`.execute(
    tx,
  )
}

/** Those that started nothing are of no use after the longest time that a dry run looks back. */
export async function forgetHouseEvents(db: Db): Promise<void> {
  await sql`
    delete from house_events where id in (
      select id from house_events e where ended_at < now() - interval '90 days' and changed <= heard
        and not exists (select from runs r where r.house_event_id = e.id)
      limit 5000
    )`.execute(db)
}
