import type { Condition } from '../../expressions/conditions.ts'
import type { Path } from '../problem.ts'
import type { ScenarioDocument } from '../scenario-document.ts'
import type { Step } from '../step.ts'
import { type AwaitedEvent, awaitedName } from '../triggers.ts'
import { branchesOf } from '../walk.ts'
import type { Report } from './finding.ts'
import { FINDING_WORDS as say } from './finding-words.ts'

/** What is known of a run that stands before a step. */
interface State {
  /** false: no run ever comes here */
  reached: boolean
  /** the reply window is open for certain */
  open: boolean
}

/** One going through the document. */
interface Pass {
  /** null: only to see how lists of steps end */
  report: Report | null
  /** how lists ended, by whether the window was open before them: each is tried twice at most, however deep it stands */
  ends: Map<readonly Step[], Map<boolean, State>>
}

const NEVER: State = { reached: false, open: true }

/** Where several ways meet: reached by one of them, open only if it is on all of them. */
const meet = (...states: State[]): State => {
  const real = states.filter(({ reached }) => reached)
  return real.length === 0 ? NEVER : { reached: true, open: real.every(({ open }) => open) }
}

/**
 * Steps that no run reaches, and free messages that may meet a closed reply window.
 *
 * The window counts as open behind a `message.received` trigger or wait, until the next wait or `call`; and in what
 * `conversation.windowOpen is true` lets through: a trigger's `when`, or the `then` of an `if`.
 */
export function checkFlow(document: ScenarioDocument, report: Report): void {
  const { trigger } = document
  const started = 'event' in trigger && trigger.event === 'message.received'
  const open = started || (trigger.when !== undefined && demandsOpenWindow(trigger.when))
  through(document.steps, ['steps'], { reached: true, open }, { report, ends: new Map() })
}

function through(list: readonly Step[], path: Path, before: State, pass: Pass): State {
  const known = pass.ends.get(list)?.get(before.open)
  if (known && !pass.report) return known
  const end = endOf(list, path, before, pass)
  if (!pass.ends.has(list)) pass.ends.set(list, new Map())
  pass.ends.get(list)?.set(before.open, end)
  return end
}

function endOf(list: readonly Step[], path: Path, before: State, pass: Pass): State {
  let state = before
  for (const [index, step] of list.entries()) {
    const here = [...path, index]
    if (!state.reached) {
      pass.report?.('error', 'unreachable_step', here, say.unreachable_step.behindEnd(step.id))
      return state
    }
    state = behind(step, here, state, pass)
  }
  return state
}

function behind(step: Step, path: Path, before: State, pass: Pass): State {
  if (pass.report) demandFallback(step, path, before, pass.report)
  const into = (name: string, state: State): State => {
    const branch = branchesOf(step).find((one) => one.name === name)
    return branch ? through(branch.steps, [...path, ...branch.path], state, pass) : state
  }
  if ('stop' in step || 'handoff' in step) return NEVER
  if ('if' in step) {
    const then = { ...before, open: before.open || demandsOpenWindow(step.if) }
    return meet(into('then', then), into('else', before))
  }
  if ('switch' in step) {
    return meet(...step.cases.map((_, index) => into(`cases.${index}`, before)), into('else', before))
  }
  if ('wait' in step) {
    const { wait } = step
    const replied = wait.for ? into('onReply', { reached: true, open: opensWindow(wait.for) }) : NEVER
    const late = { reached: true, open: false }
    const timedOut = wait.timeout || wait.until ? into('onTimeout', late) : NEVER
    return meet(replied, timedOut)
  }
  if ('waitAny' in step) {
    const { branches, timeout, until } = step.waitAny
    const taken = branches.map((branch, index) =>
      into(`branches.${index}`, { reached: true, open: opensWindow(branch.for) }),
    )
    return meet(...taken, timeout || until ? into('onTimeout', { reached: true, open: false }) : NEVER)
  }
  if ('repeat' in step) {
    const round = branchesOf(step)[0]
    // The second round begins as the first one ended, so the first is only tried.
    const first = round ? through(round.steps, [...path, ...round.path], before, { ...pass, report: null }) : before
    const ended = into('steps', meet(before, first))
    return step.repeat.while ? meet(before, ended) : ended
  }
  if ('http' in step) return meet(before, step.onError ? into('onError', before) : NEVER)
  if ('call' in step) return { reached: true, open: false }
  return before
}

const opensWindow = (events: readonly AwaitedEvent[]): boolean =>
  events.every((event) => awaitedName(event) === 'message.received')

/** Whether the condition holds only while the window is open. */
function demandsOpenWindow(condition: Condition): boolean {
  if ('all' in condition) return condition.all.some(demandsOpenWindow)
  return 'is' in condition && condition.field === 'conversation.windowOpen' && condition.is === true
}

function demandFallback(step: Step, path: Path, { open }: State, report: Report): void {
  const message = freeMessageOf(step)
  if (!message || message.fallback || open) return
  report('error', 'window_may_be_closed', [...path, message.key], say.window_may_be_closed.sayWhat(), 'key')
}

/** The free message that a step sends to the client; null where it sends none. */
function freeMessageOf(step: Step): { key: string; fallback: boolean } | null {
  const message = (key: string, { ifWindowClosed }: { ifWindowClosed?: unknown }) => ({
    key,
    fallback: ifWindowClosed !== undefined,
  })
  if ('sendText' in step) return message('sendText', step.sendText)
  if ('sendInteractive' in step) return message('sendInteractive', step.sendInteractive)
  if ('sendFile' in step) return message('sendFile', step.sendFile)
  if ('sendQuickReply' in step) return message('sendQuickReply', step.sendQuickReply)
  if ('comment' in step && step.comment.notify.includes('contact')) return message('comment', step.comment)
  return null
}
