import { hasType } from '../document/scenario-document.ts'
import type { Step, StepOf } from '../document/step.ts'
import { findStep, wayInto, wayOn } from '../document/walk.ts'
import { isPlainJson, type Json } from '../expressions/scope.ts'
import { howOf } from './message-deeds.ts'
import type { Asked } from './run.ts'
import { meetClosedWindow } from './send-steps.ts'
import type { Answer } from './stimulus.ts'
import { plain, StepFault, type Turn } from './turn.ts'
import { setVariables } from './variables.ts'

/** Takes the answer to the effect that was out. @throws StepFault where its value is not what the step needs */
export function takeAnswer(turn: Turn, asked: Asked, answer: Answer): void {
  const { run, document } = turn
  run.asked = null
  const step = findStep(document, asked.step)?.step
  if (!step) throw new StepFault('step_missing', 'The scenario has no such step', { obstacle: true })
  if (!answer.ok) {
    takeRefusal(turn, step, asked, answer)
    return
  }
  if (asked.isMessage) run.used.messages++
  takeValue(turn, step, asked, answer)
  if ('call' in step) run.windowCountsOpen = false
  if ('handoff' in step) turn.end('finished')
  else turn.follow(wayOn(document, step.id))
}

function takeRefusal(turn: Turn, step: Step, asked: Asked, answer: Extract<Answer, { ok: false }>): void {
  const { code, message } = answer
  const error = { code, message }
  const how = howOf(step)
  const meetsWindow = code === 'window_closed' && how !== null && asked.action !== 'sendTemplate' && !asked.isFallback
  if (meetsWindow) {
    turn.run.windowCountsOpen = false
    meetClosedWindow(turn, step, how.ifWindowClosed)
  } else if ((code === 'undone' && asked.isMessage) || (code === 'called_stopped' && 'call' in step)) {
    turn.record(step, 'error', { error, effect: asked.number })
    turn.end('stopped', error)
  } else if (answer.final) {
    failStep(turn, step, error, asked.number)
  } else {
    turn.block(step, error, asked.number)
  }
}

/** The step's `onError`, or the end of the run. */
export function failStep(turn: Turn, step: Step, error: { code: string; message: string }, effect?: number): void {
  const caught = 'http' in step && step.onError !== undefined
  turn.record(step, 'error', {
    error,
    ...(effect !== undefined && { effect }),
    ...(caught && { took: 'onError' }),
  })
  if (caught) turn.follow(wayInto(turn.document, step.id, 'onError'))
  else turn.end('failed', error)
}

function takeValue(
  turn: Turn,
  step: Step,
  { number }: Asked,
  { value: given = null, note }: Extract<Answer, { ok: true }>,
): void {
  if (!isPlainJson(given)) throw new StepFault('invalid_answer', 'The answer is no JSON, or too much of it')
  const value = plain(given)
  if ('http' in step) checkResponse(step, value)
  const set = valuesToSet(step, value)
  if (set) setVariables(turn, set)
  // Whom an event went to is seen nowhere else.
  const told = 'emit' in step && value !== null ? value : set
  turn.record(step, 'done', { effect: number, ...(told && { inputs: told }), ...(note && { error: note }) })
}

function valuesToSet(step: Step, value: Json): { [name: string]: Json } | null {
  if ('find' in step) {
    const { into, limit } = step.find
    if (!Array.isArray(value) || value.length > limit) {
      throw new StepFault('invalid_answer', `A find gives a list of at most ${limit}`)
    }
    return { [into]: value }
  }
  if ('http' in step && step.http.into !== undefined) return { [step.http.into]: value }
  if ('call' in step && step.call.into !== undefined) return { [step.call.into]: value ?? {} }
  return null
}

/** @throws StepFault where the answer has not the keys that the step demands; its values are not in the message */
function checkResponse({ http }: StepOf<'http'>, value: Json): void {
  const { response, into } = http
  if (!response && into === undefined) return
  if (!hasType(value, 'map')) throw new StepFault('invalid_response', 'The answer is no JSON object')
  const answer = value as { readonly [key: string]: Json }
  for (const [key, { type, optional }] of Object.entries(response ?? {})) {
    const part = Object.hasOwn(answer, key) ? (answer[key] ?? null) : null
    if (part === null && optional) continue
    if (part === null) throw new StepFault('invalid_response', `The answer has no “${key}”`)
    if (!hasType(part, type)) throw new StepFault('invalid_response', `“${key}” of the answer is no ${type}`)
  }
}
