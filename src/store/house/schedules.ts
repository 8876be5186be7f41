import { sql } from 'kysely'
import type { HouseEventId, ScenarioId } from '../../domain/ids.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import { nextCron } from '../../domain/scenario/interpreter/next-cron.ts'
import { dueMoment } from '../../domain/scenario/schedule/due-moment.ts'
import { audit } from '../audit.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'
import { runIn } from '../intake/run.ts'
import { storeHouseEvents } from './house-events.ts'

/**
 * Begins, keeps or ends the schedule of a scenario, in the transaction that publishes, enables or disables it. A schedule
 * that stays as it was goes on where it is; every other begins now.
 * @param shown null: nothing of the scenario is published any more, or it is disabled
 */
export async function planSchedule(tx: Tx, scenario: ScenarioId, shown: ScenarioDocument | null): Promise<void> {
  const trigger = shown && 'event' in shown.trigger && shown.trigger.event === 'schedule' ? shown.trigger : null
  if (!trigger) {
    await tx.deleteFrom('schedules').where('scenario_id', '=', scenario).execute()
    return
  }
  const { cron, timeZone } = trigger
  const now = await databaseTime(tx)
  await tx
    .insertInto('schedules')
    .values({ scenario_id: scenario, cron, time_zone: timeZone, last_at: now, next_at: next(cron, timeZone, now) })
    .onConflict((conflict) =>
      conflict
        .column('scenario_id')
        .doUpdateSet((to) => ({
          cron: to.ref('excluded.cron'),
          time_zone: to.ref('excluded.time_zone'),
          last_at: to.ref('excluded.last_at'),
          next_at: to.ref('excluded.next_at'),
        }))
        .where(sql<boolean>`(schedules.cron, schedules.time_zone) <> (excluded.cron, excluded.time_zone)`),
    )
    .execute()
}

/**
 * Makes the events of the schedules whose time has come: one for each moment, however many servers look. What was missed
 * while no server ran is told by its newest moment, if it is of the last 24 hours; else it is in the audit.
 * @param now the database's time where absent
 * @returns the house events to signal
 */
export async function tellSchedules(db: Db, now?: Date): Promise<HouseEventId[]> {
  const made: HouseEventId[] = []
  for (;;) {
    const one = await inTransaction(db, (tx) => tellNext(tx, now))
    if (one === null) return made
    made.push(...one)
  }
}

/** @returns null: no other schedule is due that nobody else looks at */
async function tellNext(tx: Tx, given: Date | undefined): Promise<HouseEventId[] | null> {
  const due = await tx
    .selectFrom('schedules')
    .selectAll()
    .where('next_at', '<=', given ?? sql<Date>`now()`)
    .orderBy('next_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!due) return null
  const { scenario_id: scenario, cron, time_zone: timeZone, last_at: last } = due
  const now = given ?? (await databaseTime(tx))
  const moment = dueMoment(cron, timeZone, last.getTime(), now.getTime())
  const at = moment ? new Date(moment.at) : now
  await tx
    .updateTable('schedules')
    .set({ last_at: at, next_at: next(cron, timeZone, at) })
    .where('scenario_id', '=', scenario)
    .execute()
  if (!moment) {
    await audit(tx, {
      actor: { kind: 'system', id: null },
      action: 'schedule.missed',
      subject: { kind: 'scenario', id: scenario },
      detail: { at: due.next_at },
    })
    return []
  }
  const { late, missed } = moment
  const data = { cron, timeZone, late, missed }
  const dedupeKey = `schedule/${scenario}/${at.toISOString()}`
  return storeHouseEvents(runIn(tx), [{ name: 'schedule', data, scenario, channel: null, dedupeKey, at }])
}

function next(cron: string, timeZone: string, after: Date): Date | null {
  const at = nextCron(cron, timeZone, after.getTime())
  return at === null ? null : new Date(at)
}

/** Of this statement: several servers' clocks differ. */
async function databaseTime(tx: Tx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx)
  const [row] = rows
  if (!row) throw new Error('the database tells no time')
  return row.now
}
