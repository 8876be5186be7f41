import { compileCel } from '../../expressions/cel.ts'
import { referencesOf } from '../../expressions/references.ts'
import { compileText } from '../../expressions/text.ts'
import { EVENTS, type EventName } from '../events.ts'
import { type ExpressionIn, expressionsIn } from '../expressions-in.ts'
import { nearest } from '../nearest.ts'
import type { Path } from '../problem.ts'
import type { ScenarioDocument } from '../scenario-document.ts'
import type { StepOf } from '../step.ts'
import { steps } from '../walk.ts'
import type { Report } from './finding.ts'
import { FINDING_WORDS as say } from './finding-words.ts'

/**
 * What never is missing. All else may be: a contact without a name, a field that nobody filled in, an event of
 * another kind.
 */
const ALWAYS_THERE =
  /^(task\.(id|number|title|status\.[a-z]+)|channel\.(id|name|kind)|conversation\.windowOpen|event\.(id|name|at|now))$/

/** Texts and expressions compile, and what they read is declared. */
export function checkExpressions(document: ScenarioDocument, report: Report): void {
  const names = namesOf(document)
  for (const expression of expressionsIn(document)) {
    const { path } = expression
    if ('cel' in expression) {
      const compiled = compileCel(expression.cel)
      if (!compiled.ok) report('error', 'invalid_cel', path, say.invalid_cel.because(compiled.words), compiled)
    }
    if ('text' in expression) {
      const compiled = compileText(expression.text)
      if (!compiled.ok) report('error', 'invalid_text', path, say.invalid_text.because(compiled.words), compiled)
      else for (const field of compiled.variables) checkPresence(field, path, names, report)
    }
    for (const field of fieldsOf(expression)) checkField(field, expression, names, report)
  }
}

const fieldsOf = (expression: ExpressionIn): string[] =>
  'field' in expression ? [expression.field] : referencesOf(expression)

interface Names {
  vars: Map<string, { given: boolean }>
  inputs: Map<string, { given: boolean }> | null
  /** roots that are never there */
  absent: ReadonlySet<string>
}

function namesOf(document: ScenarioDocument): Names {
  const set = new Set([...steps(document)].flatMap(({ step }) => variablesSetBy(step).map(({ name }) => name)))
  const { trigger, vars } = document
  return {
    vars: new Map(
      Object.entries(vars).map(([name, { default: value }]) => [name, { given: value !== undefined || set.has(name) }]),
    ),
    inputs:
      'button' in trigger
        ? new Map(
            trigger.button.inputs.map((input) => [
              input.name,
              { given: input.required || input.default !== undefined },
            ]),
          )
        : null,
    absent: absentRoots(document),
  }
}

/** Whether its runs are in a client's conversation. */
export function hasClient({ trigger }: ScenarioDocument): boolean {
  if ('button' in trigger) return true
  if (trigger.event === 'webhook.received') return trigger.about !== undefined
  return EVENTS[trigger.event].about === 'conversation'
}

/** Whether it starts without a client, by something that happens to a channel: its runs see that channel. */
export const isAboutChannel = (event: EventName): boolean =>
  event.startsWith('channel.') || event === 'template.status_changed'

const OF_CLIENTS = ['contact', 'task', 'conversation'] as const

function absentRoots(document: ScenarioDocument): ReadonlySet<string> {
  if (hasClient(document)) return new Set()
  const { trigger } = document
  const hasChannel = 'event' in trigger && isAboutChannel(trigger.event)
  return new Set(hasChannel ? OF_CLIENTS : [...OF_CLIENTS, 'channel', 'current'])
}

/** The variables that a step gives a value, and where it says so. */
export function variablesSetBy(step: object): { name: string; path: Path; needs: 'list' | 'map' | null }[] {
  const { set, find, http, call } = step as {
    set?: Record<string, unknown>
    find?: { into: string }
    http?: { into?: string }
    call?: { into?: string }
  }
  const into = (key: string, name: string | undefined, needs: 'list' | 'map') =>
    name === undefined ? [] : [{ name, path: [key, 'into'], needs }]
  return [
    ...Object.keys(set ?? {}).map((name) => ({ name, path: ['set', name], needs: null })),
    ...into('find', find?.into, 'list'),
    ...into('http', http?.into, 'map'),
    ...into('call', call?.into, 'map'),
  ]
}

function checkField(field: string, { path, step }: ExpressionIn, names: Names, report: Report): void {
  const [root = '', name] = field.split('.')
  if (step === null && path[0] === 'trigger' && (root === 'vars' || root === 'inputs')) {
    report('error', 'unknown_field', path, say.unknown_field.tooEarly(field))
    return
  }
  if (root === 'vars' && name !== undefined && !names.vars.has(name)) {
    const known = [...names.vars.keys()]
    report('error', 'unknown_variable', path, say.unknown_variable.unknown(name, nearest(name, known), known))
  }
  if (root === 'inputs' && names.inputs === null) {
    report('error', 'unknown_input', path, say.unknown_input.onlyButtons(field))
  } else if (root === 'inputs' && name !== undefined && !names.inputs?.has(name)) {
    const known = [...(names.inputs?.keys() ?? [])]
    report('error', 'unknown_input', path, say.unknown_input.unknown(name, nearest(name, known), known))
  }
  if (root === 'calendar' && !/^calendar\.[a-zA-Z][a-zA-Z0-9_-]{0,63}\.open$/.test(field)) {
    report('error', 'unknown_field', path, say.unknown_field.calendar(field))
  }
  const ofFound = step !== null && 'find' in step && path.includes('find')
  if (ofFound) checkFound(field, root, step.find, path, report)
  const isAbsent = names.absent.has(root) || (root === 'current' && name !== undefined && names.absent.has(name))
  if (isAbsent && !ofFound) {
    report('error', 'no_client', path, say.no_client.field(field))
  }
}

/** What is not there would be missing in every one, and `isNot` and `none` would let all of them through. */
function checkFound(field: string, root: string, find: StepOf<'find'>['find'], path: Path, report: Report): void {
  const looked = 'tasks' in find ? 'task' : 'contact'
  if ([looked, 'event', 'vars', 'inputs'].includes(root)) return
  report('error', 'unknown_field', path, say.unknown_field.inFind(field, looked))
}

function checkPresence(field: string, path: Path, names: Names, report: Report): void {
  const [root = '', name = ''] = field.split('.')
  const declared = root === 'vars' ? names.vars.get(name) : root === 'inputs' ? names.inputs?.get(name) : null
  if (declared === undefined || declared?.given || ALWAYS_THERE.test(field)) return
  report('warning', 'may_be_missing', path, say.may_be_missing.field(field))
}
