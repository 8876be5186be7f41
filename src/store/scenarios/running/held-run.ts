import type { Selectable } from 'kysely'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import type { RunsTable } from '../../schema.ts'

/** A stored run as the engine holds it. */
export const heldRun = (row: Selectable<RunsTable>): HeldRun => ({
  id: row.id,
  scenario: row.scenario_id,
  priority: row.priority,
  task: row.task_id,
  run: row.run,
  start: row.start,
  isQueued: row.is_queued,
  parent: row.parent_id,
})
