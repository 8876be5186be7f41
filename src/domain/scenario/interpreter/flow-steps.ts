import type { StepOf } from '../document/step.ts'
import { wayInto, wayOn } from '../document/walk.ts'
import type { Condition, ConditionResult } from '../expressions/conditions.ts'
import { compute } from './fill.ts'
import type { Turn } from './turn.ts'
import { setVariables } from './variables.ts'

/** A condition that cannot be decided (a field of another type, an error in CEL) does not hold: `else` is taken. */
export function runIf(turn: Turn, step: StepOf<'if'>): void {
  const result = turn.decide(step.if)
  const took = result.ok ? 'then' : 'else'
  turn.record(step, 'branch', { conditions: [result], took })
  turn.follow(wayInto(turn.document, step.id, took))
}

/** The first case whose value the field has, compared as conditions compare. */
export function runSwitch(turn: Turn, step: StepOf<'switch'>): void {
  const conditions: ConditionResult[] = []
  const index = step.cases.findIndex((one) => {
    const condition: Condition = 'is' in one ? { field: step.switch, is: one.is } : { field: step.switch, in: one.in }
    const result = turn.decide(condition)
    conditions.push(result)
    return result.ok
  })
  const took = index === -1 ? 'else' : `cases.${index}`
  turn.record(step, 'branch', { conditions, took })
  turn.follow(wayInto(turn.document, step.id, took))
}

/**
 * Comes here before the first round and after each one. The count is taken away when the run goes on, so that a
 * `repeat` inside another begins anew.
 */
export function runRepeat(turn: Turn, step: StepOf<'repeat'>): void {
  const { rounds } = turn.run
  const begun = Object.hasOwn(rounds, step.id) ? (rounds[step.id] ?? 0) : 0
  const leave = (outcome: 'through' | 'last_round', conditions?: ConditionResult[]) => {
    turn.record(step, outcome, { inputs: { rounds: begun }, ...(conditions && { conditions }) })
    turn.run.rounds = Object.fromEntries(Object.entries(rounds).filter(([id]) => id !== step.id))
    turn.follow(wayOn(turn.document, step.id))
  }
  if (begun >= step.repeat.max) {
    leave('last_round')
    return
  }
  const conditions = step.repeat.while ? [turn.decide(step.repeat.while)] : []
  if (conditions.some(({ ok }) => !ok)) {
    leave('through', conditions)
    return
  }
  turn.run.rounds = { ...rounds, [step.id]: begun + 1 }
  turn.record(step, 'round', { inputs: { round: begun + 1 }, ...(conditions.length > 0 && { conditions }) })
  turn.follow(wayInto(turn.document, step.id, 'steps'))
}

/** All values are computed before the first is set. */
export function runSet(turn: Turn, step: StepOf<'set'>): void {
  const values = Object.fromEntries(Object.entries(step.set).map(([name, value]) => [name, compute(turn, value)]))
  setVariables(turn, values)
  turn.record(step, 'done', { inputs: values })
  turn.follow(wayOn(turn.document, step.id))
}

export function runStop(turn: Turn, step: StepOf<'stop'>): void {
  turn.record(step, 'done')
  turn.end('finished')
}
