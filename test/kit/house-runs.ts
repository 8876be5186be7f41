import { type HouseEventId, houseWorkflowIdOf, type ScenarioId } from '../../src/domain/ids.ts'
import type { EventName } from '../../src/domain/scenario/document/events.ts'
import { dueMoment } from '../../src/domain/scenario/schedule/due-moment.ts'
import type { House } from './house.ts'
import type { RunningHouse } from './running-house.ts'

/** Sets a schedule back by a day, as if no server had run since. @returns the moment that is told */
export async function timeHasCome({ database }: Pick<House, 'database'>, scenario: ScenarioId): Promise<Date> {
  const now = Date.now()
  const before = now - 24 * 3_600_000 + 60_000
  const { cron, time_zone: timeZone } = await database.db
    .updateTable('schedules')
    .set({ last_at: new Date(before), next_at: new Date(before) })
    .where('scenario_id', '=', scenario)
    .returningAll()
    .executeTakeFirstOrThrow()
  const due = dueMoment(cron, timeZone, before, now)
  if (!due) throw new Error(`${cron} has not come within a day`)
  return new Date(due.at)
}

export const runsWithoutClient = ({ database }: Pick<House, 'database'>, scenario: ScenarioId) =>
  database.db
    .selectFrom('runs')
    .selectAll()
    .where('conversation_id', 'is', null)
    .where('scenario_id', '=', scenario)
    .orderBy('id')
    .execute()

export const houseEventsOf = ({ database }: Pick<House, 'database'>, name: EventName) =>
  database.db.selectFrom('house_events').selectAll().where('name', '=', name).orderBy('id').execute()

/** Lets the workflow of a house event skip the time that it only waits. */
export async function skipHouseTime({ temporal }: RunningHouse, event: HouseEventId): Promise<void> {
  await temporal.connection.workflowService.updateWorkflowExecutionOptions({
    namespace: 'default',
    workflowExecution: { workflowId: houseWorkflowIdOf(event) },
    workflowExecutionOptions: { timeSkippingConfig: { enabled: true } },
    updateMask: { paths: ['time_skipping_config'] },
  })
}
