import { valueChange } from '../../field-change.ts'
import type { TaskId } from '../../ids.ts'
import { DEFAULT_STATUSES, firstActiveStatus } from '../../task.ts'
import { isWindowOpen, type Setting, type TaskFacts } from '../engine/facts.ts'
import type { Happening } from '../engine/happening.ts'
import type { HeldRun } from '../engine/host.ts'
import type { Json } from '../expressions/scope.ts'
import { chainFrom } from '../interpreter/chain.ts'
import type { Effect } from '../interpreter/effects.ts'
import type { Answer } from '../interpreter/stimulus.ts'
import type { World } from './world.ts'

type Deed<Name extends Effect['do']> = Extract<Effect, { do: Name }>

/** What an effect would have led to. Nothing is said of what cannot be known: who is least busy, what a system answers. */
export interface Assumed {
  answer: Answer
  /** what scenarios hear of it in the same event */
  happened: Happening[]
  /** what they hear of it as an event of its own, right behind */
  follows: Happening[]
}

const NO_CONTACT: Answer = { ok: false, code: 'no_contact', message: 'The client is not known yet', final: true }
const NO_TASK: Answer = { ok: false, code: 'no_task', message: 'There is no task to change', final: true }
const WINDOW_CLOSED: Answer = {
  ok: false,
  code: 'window_closed',
  message: 'The reply window is closed',
  final: true,
}

const assumed = (answer: Answer, more: Partial<Omit<Assumed, 'answer'>> = {}): Assumed => ({
  answer,
  happened: more.happened ?? [],
  follows: more.follows ?? [],
})
const OK: Answer = { ok: true }

/**
 * What comes of an effect that the record does not know of: as the live engine would do it, as far as that follows from
 * what is known of the conversation. The world is changed.
 */
export function assumeEffect(world: World, held: HeldRun, effect: Effect, setting: Setting): Assumed {
  switch (effect.do) {
    case 'sendText':
    case 'sendInteractive':
    case 'sendFile':
    case 'sendQuickReply':
      return assumed(freeMessage(world, setting))
    case 'sendTemplate':
      return assumed(message(world, setting))
    case 'comment':
      if (effect.send) return assumed(freeMessage(world, setting))
      return assumed(taskOf(world, held) ? OK : NO_TASK)
    case 'openTask':
      return openTask(world, held, effect, setting)
    case 'setStatus':
      return changeStatus(world, held, effect.status, false)
    case 'close':
      return changeStatus(world, held, effect.status, true)
    case 'setField':
      return setField(world, held, effect)
    case 'assign':
    case 'addParticipants':
      return assumed(taskOf(world, held) ? OK : NO_TASK)
    case 'setContactField':
      return setContactField(world, held, effect)
    case 'tag':
    case 'untag':
      return changeTag(world, held, effect.tag, effect.do === 'tag')
    case 'optOut':
      return optOut(world, held)
    default:
      return assumed(OK)
  }
}

const freeMessage = (world: World, setting: Setting): Answer =>
  isWindowOpen(world.facts(null).conversation, setting) ? message(world, setting) : WINDOW_CLOSED

function message(world: World, { now }: Setting): Answer {
  world.assume('conversation', 'lastOutAt', new Date(now).toISOString())
  return OK
}

const taskOf = (world: World, held: HeldRun): TaskFacts | null => world.facts(held.task ?? world.task).task

/** The scenario did it, and is in the chain of what follows. */
const by = ({ scenario, run }: HeldRun) => ({ id: scenario, name: run.scenario.key, kind: 'scenario' })

function happening(held: HeldRun, name: Happening['name'], data: Happening['data']): Happening {
  return { name, data, comment: null, cause: chainFrom(held.run) }
}

function openTask(world: World, held: HeldRun, effect: Deed<'openTask'>, { now }: Setting): Assumed {
  const { contact, task: current } = world.facts(world.task)
  if (!contact) return assumed(NO_CONTACT)
  if (effect.ifActive === 'use' && current?.active && world.task) {
    held.task = world.task
    return assumed(OK)
  }
  const statuses = current?.statuses ?? [...DEFAULT_STATUSES]
  const { key } = firstActiveStatus(statuses)
  const id = `${held.id}/${effect.number}` as TaskId
  world.open({
    id,
    number: 0,
    title: (effect.title ?? contact.name).slice(0, 200),
    status: key,
    statuses,
    active: true,
    assigneeIds: [],
    fields: {},
    createdAt: new Date(now).toISOString(),
    dueAt: null,
  })
  held.task = id
  return assumed(OK, {
    happened: [{ name: 'task.created', data: { by: 'employee' }, comment: null, cause: null }],
  })
}

function changeStatus(world: World, held: HeldRun, status: string | null, toInactive: boolean): Assumed {
  const task = taskOf(world, held)
  if (!task) return assumed(NO_TASK)
  const wanted = task.statuses.find(({ key, active }) => (status === null ? !active : key === status))
  if (!wanted || (toInactive && wanted.active)) {
    const message = status === null ? 'The task has no inactive status' : `The task has no such status: ${status}`
    return assumed({ ok: false, code: 'unknown_status', message, final: false })
  }
  if (wanted.key === task.status) return assumed(OK)
  world.assume(task.id as TaskId, 'status', { status: wanted.key, active: wanted.active })
  const data = { taskId: task.id, from: task.status, to: wanted.key, active: wanted.active, by: null }
  const changed = happening(held, 'task.status_changed', data)
  return assumed(OK, { follows: [wanted.active ? changed : { ...changed, interrupts: 'taskClosed' }] })
}

function setField(world: World, held: HeldRun, { field, value }: Deed<'setField'>): Assumed {
  const task = taskOf(world, held)
  if (!task) return assumed(NO_TASK)
  world.assume(task.id as TaskId, `fields.${field}`, value)
  return assumed(OK, { follows: changeOf(held, `task.fields.${field}`, task.fields[field] ?? null, value) })
}

function setContactField(world: World, held: HeldRun, { field, value }: Deed<'setContactField'>): Assumed {
  const { contact } = world.facts(null)
  if (!contact) return assumed(NO_CONTACT)
  world.assume('contact', `fields.${field}`, value)
  return assumed(OK, { happened: changeOf(held, `contact.fields.${field}`, contact.fields[field] ?? null, value) })
}

const changeOf = (held: HeldRun, field: string, from: Json, to: Json): Happening[] =>
  valueChange(field, from, to).map((change) => happening(held, 'field.changed', { ...change, by: by(held) }))

function changeTag(world: World, held: HeldRun, tag: string, isWanted: boolean): Assumed {
  const { contact } = world.facts(null)
  if (!contact) return assumed(NO_CONTACT)
  if (contact.tags.includes(tag) === isWanted) return assumed(OK)
  world.assume('contact', `tags.${tag}`, isWanted)
  return assumed(OK, { happened: [happening(held, isWanted ? 'tag.added' : 'tag.removed', { tag, by: by(held) })] })
}

function optOut(world: World, held: HeldRun): Assumed {
  const { contact } = world.facts(null)
  if (!contact) return assumed(NO_CONTACT)
  if (contact.optedOut) return assumed(OK)
  world.assume('contact', 'optedOut', true)
  return assumed(OK, { happened: [happening(held, 'contact.opted_out', { by: by(held) })] })
}
