import { sql } from 'kysely'
import type { TaskId, TaskTemplateId, UserId } from '../../../domain/ids.ts'
import type { Assignee } from '../../../domain/scenario/document/steps/task.ts'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import { chainFrom } from '../../../domain/scenario/interpreter/chain.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { TaskStatus } from '../../../domain/task.ts'
import { taskForMessage } from '../../steps/first-contact.ts'
import { changeTask, type TaskChange } from '../../tasks/change-task.ts'
import { groupMembers, notThere } from './people.ts'
import type { Running } from './running.ts'
import { scenarioActor } from './scenario-actor.ts'

type Deed<Name extends Effect['do']> = Extract<Effect, { do: Name }>

const NO_TASK: Answer = { ok: false, code: 'no_task', message: 'There is no task to change', final: true }

/** Opens a task in the conversation, or uses the one that is open; from then on it is the run's. */
export async function openTask(running: Running, held: HeldRun, effect: Deed<'openTask'>): Promise<Answer> {
  const { tx, state, live } = running
  const template = effect.template === undefined ? null : await templateByName(running, effect.template)
  if (effect.template !== undefined && !template) {
    const message = `There is no task template “${effect.template}”`
    return { ok: false, code: 'unknown_task_template', message, final: false }
  }
  if (!state.contact) return { ok: false, code: 'no_contact', message: 'The client is not known yet', final: true }
  const uses = effect.ifActive === 'use' && state.task?.active === true
  if (!uses) state.task = null
  const before = state.happened.length
  const task = await taskForMessage(tx, state, live, { openedBy: 'employee', templateId: template })
  // The scenario did it, and is not started by it.
  const cause = chainFrom(held.run)
  state.happened.push(...state.happened.splice(before).map((happening) => ({ ...happening, cause })))
  held.task = task
  if (effect.title !== undefined && !uses) {
    await tx
      .updateTable('tasks')
      .set({ title: effect.title.slice(0, 200) })
      .where('id', '=', task)
      .execute()
  }
  return { ok: true }
}

async function templateByName({ tx }: Running, name: string): Promise<TaskTemplateId | null> {
  const row = await tx
    .selectFrom('task_templates')
    .select('id')
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .executeTakeFirst()
  return row?.id ?? null
}

/** @param status null: the first inactive one of the task's set */
export async function changeStatus(
  running: Running,
  held: HeldRun,
  status: string | null,
  { toInactive = false } = {},
): Promise<Answer> {
  const task = await taskRow(running, held)
  if (!task) return NO_TASK
  const wanted =
    status === null ? task.statuses.find(({ active }) => !active) : task.statuses.find(({ key }) => key === status)
  if (!wanted || (toInactive && wanted.active)) {
    const message = status === null ? 'The task has no inactive status' : `The task has no such status: ${status}`
    return { ok: false, code: 'unknown_status', message, final: false }
  }
  return change(running, held, task.id, { status: wanted.key })
}

export async function setTaskField(
  running: Running,
  held: HeldRun,
  { field, value }: Deed<'setField'>,
): Promise<Answer> {
  const task = await taskRow(running, held)
  return task ? change(running, held, task.id, { fields: { [field]: value } }) : NO_TASK
}

export async function assign(running: Running, held: HeldRun, to: Assignee, mode: 'replace' | 'add'): Promise<Answer> {
  const task = await taskRow(running, held)
  if (!task) return NO_TASK
  const people = await groupMembers(running, to)
  if (!people) return notThere(to)
  return change(running, held, task.id, { assigneeIds: mode === 'add' ? [...task.assignee_ids, ...people] : people })
}

export async function addParticipants(
  running: Running,
  held: HeldRun,
  { employees, groups }: Deed<'addParticipants'>,
): Promise<Answer> {
  const task = await taskRow(running, held)
  if (!task) return NO_TASK
  const people: UserId[] = []
  for (const whom of [...employees.map((employee) => ({ employee })), ...groups.map((group) => ({ group }))]) {
    const found = await groupMembers(running, whom)
    if (!found) return notThere(whom)
    people.push(...found)
  }
  return change(running, held, task.id, { participantIds: [...task.participant_ids, ...people] })
}

async function taskRow({ tx, state }: Running, held: HeldRun) {
  const id = held.task ?? state.task?.id
  if (!id) return null
  const row = await tx
    .selectFrom('tasks')
    .select(['id', 'statuses', 'assignee_ids', 'participant_ids'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? { ...row, statuses: row.statuses as TaskStatus[] } : null
}

async function change(running: Running, held: HeldRun, task: TaskId, wanted: TaskChange): Promise<Answer> {
  const { tx, state } = running
  const changed = await changeTask(tx, await scenarioActor(running, held), task, wanted)
  if (changed.refused) {
    const { code, message } = changed.refused
    return { ok: false, code, message, final: false }
  }
  if (state.task?.id === task) {
    const row = await tx
      .selectFrom('tasks')
      .select(['id', 'active', 'status', 'statuses'])
      .where('id', '=', task)
      .executeTakeFirstOrThrow()
    state.task = { id: row.id, active: row.active, status: row.status, statuses: row.statuses as TaskStatus[] }
  }
  return { ok: true }
}
