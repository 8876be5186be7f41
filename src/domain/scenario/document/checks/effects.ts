import type { Path } from '../problem.ts'
import type { ScenarioDocument } from '../scenario-document.ts'
import { type Action, actionOf, type Step } from '../step.ts'
import { branchesOf, steps } from '../walk.ts'
import { hasClient } from './expressions.ts'
import type { Report } from './finding.ts'
import { FINDING_WORDS as say } from './finding-words.ts'

/** Steps of one run (scenario-format, Guards). */
const MOST_STEPS = 500

/** What does not need a client. */
const HOUSE_ACTIONS: ReadonlySet<Action> = new Set([
  'if',
  'switch',
  'repeat',
  'call',
  'start',
  'cancel',
  'stop',
  'http',
  'emit',
  'set',
  'find',
])

const SENDS: ReadonlySet<Action> = new Set([
  'sendText',
  'sendTemplate',
  'sendInteractive',
  'sendFile',
  'sendQuickReply',
])

/** Steps that could do nothing, or too much: without a client, again and again, starting what cannot start. */
export function checkEffects(document: ScenarioDocument, report: Report): void {
  const client = hasClient(document)
  const { id, trigger } = document
  if ('event' in trigger && 'scenario' in trigger && trigger.scenario === id && trigger.event !== 'button.pressed') {
    report('error', 'starts_itself', ['trigger', 'scenario'], say.starts_itself.byItsEnd())
  }
  for (const { step, path } of steps(document)) {
    if (!client && !worksWithoutClient(step)) {
      const action = actionOf(step)
      report('error', 'no_client', [...path, action], say.no_client.step(action), 'key')
    }
    const key = 'call' in step ? 'call' : 'start' in step ? 'start' : null
    const started = 'call' in step ? step.call.scenario : 'start' in step ? step.start.scenario : null
    if (key && started === id) {
      report('error', 'starts_itself', [...path, key, 'scenario'], say.starts_itself.byStep())
    }
    if ('comment' in step && step.comment.ifWindowClosed !== undefined && !step.comment.notify.includes('contact')) {
      report('error', 'no_effect', [...path, 'comment', 'ifWindowClosed'], say.no_effect.notToClient(), 'key')
    }
    if ('switch' in step) checkCases(step, path, report)
    if ('repeat' in step) checkRounds(step, path, report)
  }
}

/** A wait for the time alone does: every event that can be waited for happens in a conversation. */
const worksWithoutClient = (step: Step): boolean =>
  'wait' in step ? step.wait.for === undefined : HOUSE_ACTIONS.has(actionOf(step))

function checkCases(step: Extract<Step, { switch: string }>, path: Path, report: Report): void {
  const seen = new Set<unknown>()
  for (const [index, one] of step.cases.entries()) {
    const values = 'is' in one ? [one.is] : one.in
    if (values.every((value) => seen.has(value))) {
      report('error', 'unreachable_branch', [...path, 'cases', index], say.unreachable_branch.taken())
    }
    for (const value of values) seen.add(value)
  }
}

function checkRounds(step: Extract<Step, { repeat: object }>, path: Path, report: Report): void {
  const { max } = step.repeat
  const inner = everyStepOf(step)
  const at = [...path, 'repeat']
  if (step.steps.length === 0) report('error', 'no_effect', at, say.no_effect.nothingToRepeat(), 'key')
  const waits = inner.some((one) => 'wait' in one || 'waitAny' in one || 'call' in one)
  const sends = inner.some(
    (one) => SENDS.has(actionOf(one)) || ('comment' in one && one.comment.notify.includes('contact')),
  )
  if (!waits && sends && max > 1) {
    report('error', 'loop_without_wait', at, say.loop_without_wait.sends(max), 'key')
  } else if (!waits && max > 1 && inner.some((one) => 'http' in one || 'emit' in one)) {
    report('warning', 'loop_without_wait', at, say.loop_without_wait.calls(max), 'key')
  }
  if (max * inner.length > MOST_STEPS) {
    report('warning', 'many_steps', [...at, 'max'], say.many_steps.atMost(MOST_STEPS))
  }
}

const everyStepOf = (step: Step): Step[] =>
  branchesOf(step).flatMap((branch) => branch.steps.flatMap((inner) => [inner, ...everyStepOf(inner)]))
