import type { ScenarioDocument } from '../document/scenario-document.ts'
import { type Action, actionOf, type Step, type StepOf } from '../document/step.ts'
import type { Way } from '../document/walk.ts'
import { type Budget, createBudget, EVALUATION_UNITS } from '../expressions/budget.ts'
import { type Condition, type ConditionResult, evaluateCondition } from '../expressions/conditions.ts'
import type { Json, Scope } from '../expressions/scope.ts'
import type { Deed, Effect } from './effects.ts'
import { LIMIT_WORDS, type LimitCode } from './limits.ts'
import type { LogEntry } from './log-entry.ts'
import type { Run, RunState, ScenarioEvent } from './run.ts'
import type { Surroundings } from './stimulus.ts'
import { type FixedScope, fixedScope, wholeScope } from './surroundings-scope.ts'

/** Why a step cannot go on. `obstacle`: a person can mend it, and the run is blocked; else the step has failed. */
export class StepFault extends Error {
  readonly code: string
  readonly obstacle: boolean
  constructor(code: string, message: string, { obstacle = false } = {}) {
    super(message)
    this.code = code
    this.obstacle = obstacle
  }
}

/** A guard ends the run, whatever the step says of errors. */
export class LimitHit extends Error {
  readonly code: LimitCode
  constructor(code: LimitCode) {
    super(LIMIT_WORDS[code])
    this.code = code
  }
}

/**
 * One call of `advance`: the draft of the run, and what has come of it so far. The functions beside this class change
 * it; nothing of it outlives the call.
 */
export class Turn {
  readonly document: ScenarioDocument
  readonly now: number
  readonly surroundings: Surroundings
  readonly run: Run
  readonly log: LogEntry[] = []
  readonly effects: Effect[] = []
  readonly budget: Budget = createBudget()
  #fixed: FixedScope | null = null
  #seen: { event: ScenarioEvent | null; scope: Scope } | null = null

  constructor(run: Run, document: ScenarioDocument, now: number, surroundings: Surroundings) {
    this.run = structuredClone(run)
    this.document = document
    this.now = now
    this.surroundings = surroundings
  }

  record(
    step: Step | null,
    outcome: LogEntry['outcome'],
    more: Partial<Omit<LogEntry, 'n' | 'at' | 'step' | 'outcome'>> = {},
  ): void {
    const { action = step ? actionOf(step) : 'end', ...rest } = more
    this.log.push({ n: ++this.run.used.entries, step: step?.id ?? null, action, at: this.now, outcome, ...rest })
  }

  /** What the run sees now, and with another event, what it would see then. */
  scope(event: ScenarioEvent | null = this.run.event): Scope {
    if (this.#seen?.event === event) return this.#seen.scope
    this.#fixed ??= granted(fixedScope(this.surroundings, this.now))
    const scope = granted(wholeScope(this.#fixed, event, this.run))
    this.#seen = { event, scope }
    return scope
  }

  /** Has to be called whenever the run's variables or inputs are other ones. */
  seesAnew(): void {
    this.#seen = null
  }

  decide(condition: Condition, scope = this.scope()): ConditionResult {
    const result = evaluateCondition(condition, scope, { budget: this.budget })
    this.checkBudget()
    return result
  }

  /** What came of an exhausted budget was not decided at all. */
  checkBudget(): void {
    if (this.budget.spent > EVALUATION_UNITS) throw new LimitHit('limit_expressions')
  }

  /** Asks for the effect of a step: the run stands there until it is answered. */
  ask(step: Step, deed: Deed, { isMessage = false, isFallback = false } = {}): void {
    const number = ++this.run.used.effects
    const action = actionOf(step)
    this.run.asked = { step: step.id, number, action, isMessage, isFallback }
    this.effects.push({ step: step.id, number, action, ...deed })
    this.record(step, 'asked', { inputs: plain(deed), effect: number })
  }

  follow(way: Way): void {
    if (way.go === 'end') this.end('finished')
    else this.run.at = way.id
  }

  end(state: Extract<RunState, 'finished' | 'failed' | 'stopped'>, error?: { code: string; message: string }): void {
    const { run } = this
    run.state = state
    run.reason = error ? { ...error, step: run.at } : null
    run.waiting = null
    this.log.push({
      n: ++run.used.entries,
      step: run.at,
      action: 'end',
      at: this.now,
      outcome: state,
      ...(error && { error }),
    })
    if (state === 'finished') run.at = null
  }

  hitLimit(code: LimitCode): void {
    this.end(code === 'limit_lifetime' ? 'stopped' : 'failed', { code, message: LIMIT_WORDS[code] })
  }

  /** The run stays at its step for a person to decide. */
  block(step: Step | null, error: { code: string; message: string }, effect?: number): void {
    this.run.state = 'blocked'
    this.run.reason = { ...error, step: this.run.at }
    this.run.waiting = null
    this.record(step, 'blocked', { error, ...(effect !== undefined && { effect }) })
  }
}

/** A step with one of these actions. */
export type StepWith<Name extends Action> = Name extends Action ? StepOf<Name> : never

/** JSON as it is stored: no prototypes, no `undefined`, no negative zero. */
export const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value))

function granted<T>(made: { ok: true; scope: T } | { ok: false; path: string; message: string }): T {
  if (made.ok) return made.scope
  throw new StepFault('invalid_surroundings', `${made.path}: ${made.message}`, { obstacle: true })
}
