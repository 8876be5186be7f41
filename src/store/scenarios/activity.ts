import { sql } from 'kysely'
import type { RunId, ScenarioId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'
import { firstIdAt } from '../new-id.ts'

/** How the runs of a scenario fare. */
export interface Activity {
  /** begun in the last 24 hours; of these failed, and ended in any way */
  runs: number
  failed: number
  ended: number
  /** of any age; of these blocked, and with another version than the published one */
  open: number
  blocked: number
  older: number
  lastRunAt: Date | null
}

const ACTIVITY_MS = 86_400_000

const NONE: Activity = { runs: 0, failed: 0, ended: 0, open: 0, blocked: 0, older: 0, lastRunAt: null }

/**
 * By the scenarios' ids. Counted in indexes alone: ids grow with time, so those of a day are one stretch of
 * `runs_scenario`; what is open or failed stands in `runs_scenario_state`.
 */
export async function activityOf(
  db: Db,
  ids: readonly ScenarioId[],
  now: Date,
): Promise<ReadonlyMap<ScenarioId, Activity>> {
  const since = firstIdAt<RunId>(new Date(now.getTime() - ACTIVITY_MS))
  const { rows } = await sql<Omit<Activity, 'ended'> & { id: ScenarioId; openOfDay: number }>`
    select s.id, day.runs, day.failed, day.open as "openOfDay", open.open, open.blocked, open.older,
      last.started_at as "lastRunAt"
    from scenarios s
    cross join lateral (
      select count(*) as runs,
        (select count(*) from runs r where r.scenario_id = s.id and r.state = 'failed' and r.id >= ${since}) as failed,
        (select count(*) from runs r where r.scenario_id = s.id and r.state in ('running', 'waiting', 'blocked')
          and r.id >= ${since}) as open
      from runs r where r.scenario_id = s.id and r.id >= ${since}
    ) day
    cross join lateral (
      select count(*) as open, count(*) filter (where r.state = 'blocked') as blocked,
        count(*) filter (where r.version <> s.published_version) as older
      from runs r where r.scenario_id = s.id and r.state in ('running', 'waiting', 'blocked')
    ) open
    left join lateral (
      select r.started_at from runs r where r.scenario_id = s.id order by r.id desc limit 1
    ) last on true
    where s.id = any(${ids}::uuid[])`.execute(db)
  return new Map(rows.map(({ id, openOfDay, ...row }) => [id, { ...row, ended: row.runs - openOfDay }]))
}

export const activityIn = (activities: ReadonlyMap<ScenarioId, Activity>, id: ScenarioId): Activity =>
  activities.get(id) ?? NONE
