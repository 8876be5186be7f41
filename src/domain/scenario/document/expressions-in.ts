import type { Condition } from '../expressions/conditions.ts'
import type { Path } from './problem.ts'
import type { ScenarioDocument } from './scenario-document.ts'
import type { Step } from './step.ts'
import type { AwaitedEvent } from './triggers.ts'
import { isCel } from './values.ts'
import { branchesOf, steps } from './walk.ts'

/** An expression of a document, and where it stands. `field` is a bare path, as in `switch`. */
export type ExpressionIn = { path: Path; step: Step | null } & (
  | { condition: Condition }
  | { cel: string }
  | { text: string }
  | { field: string }
)

/** Every expression: the trigger's first, then those of the steps in their order. */
export function* expressionsIn(document: ScenarioDocument): Generator<ExpressionIn> {
  const { trigger } = document
  const at: Path = ['trigger']
  if (trigger.when) yield { path: [...at, 'when'], step: null, condition: trigger.when }
  if ('event' in trigger && trigger.event === 'webhook.received' && trigger.about) {
    yield* textsIn(trigger.about, [...at, 'about'], null, [])
  }
  for (const { step, path } of steps(document)) yield* expressionsOf(step, path)
}

function* expressionsOf(step: Step, path: Path): Generator<ExpressionIn> {
  const conditions = conditionsOf(step)
  for (const one of conditions) yield { path: [...path, ...one.path], step, condition: one.condition }
  if ('switch' in step) yield { path: [...path, 'switch'], step, field: step.switch }
  if ('start' in step && step.start.each) yield { path: [...path, 'start', 'each'], step, field: step.start.each }
  const elsewhere = [...conditions, ...branchesOf(step)].map((one) => [...path, ...one.path])
  yield* textsIn(step, path, step, elsewhere.map(String))
}

function conditionsOf(step: Step): { path: Path; condition: Condition }[] {
  if ('if' in step) return [{ path: ['if'], condition: step.if }]
  if ('wait' in step) return matchesOf(step.wait.for ?? [], ['wait', 'for'])
  if ('waitAny' in step) {
    return step.waitAny.branches.flatMap((branch, index) =>
      matchesOf(branch.for, ['waitAny', 'branches', index, 'for']),
    )
  }
  if ('repeat' in step) return step.repeat.while ? [{ path: ['repeat', 'while'], condition: step.repeat.while }] : []
  if (!('find' in step)) return []
  return 'tasks' in step.find
    ? [{ path: ['find', 'tasks'], condition: step.find.tasks }]
    : [{ path: ['find', 'contacts'], condition: step.find.contacts }]
}

const matchesOf = (events: readonly AwaitedEvent[], path: Path): { path: Path; condition: Condition }[] =>
  events.flatMap((event, index) =>
    typeof event === 'object' && event.when ? [{ path: [...path, index, 'when'], condition: event.when }] : [],
  )

/** Values whose texts may be replaced by `{ cel }`: below the key, or in its place too. */
const VALUES = new Map<string, 'below' | 'itself'>([
  ['setField,value', 'itself'],
  ['setContactField,value', 'itself'],
  ['http,body', 'itself'],
  ['set', 'below'],
  ['emit,data', 'below'],
  ['call,with', 'below'],
  ['start,with', 'below'],
])

/**
 * Every text that is filled in: all with `{{` or `{%` in them, because the schema lets no name have braces.
 * @param elsewhere paths that are looked at as something else
 */
function* textsIn(
  value: unknown,
  path: Path,
  step: Step | null,
  elsewhere: readonly string[],
  inValue = false,
  from = path.length,
): Generator<ExpressionIn> {
  if (elsewhere.includes(String(path))) return
  if (typeof value === 'string') {
    if (/\{[{%]/.test(value)) yield { path, step, text: value }
    return
  }
  if (typeof value !== 'object' || value === null) return
  const place = VALUES.get(String(path.slice(from)))
  if ((inValue || place === 'itself') && isCel(value)) {
    yield { path: [...path, 'cel'], step, cel: value.cel }
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    const part = Array.isArray(value) ? Number(key) : key
    yield* textsIn(inner, [...path, part], step, elsewhere, inValue || place !== undefined, from)
  }
}
