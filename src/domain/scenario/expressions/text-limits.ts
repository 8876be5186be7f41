import { Context, type Liquid } from 'liquidjs'
import { type Budget, unitsForText } from './budget.ts'

export type TextFaultCode =
  | 'missing_value'
  | 'wrong_type'
  | 'invalid'
  | 'too_large'
  | 'too_many_rounds'
  | 'too_much_work'

/** Why a text cannot be rendered. Messages name fields and filters, never what a field holds. */
export class TextFault extends Error {
  readonly code: TextFaultCode
  constructor(code: TextFaultCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Longest output and longest text in between, in UTF-16 units. */
export const MAX_RENDERED = 65_536
/** Rounds of all loops of one text together. */
export const MAX_ROUNDS = 1_000
/** Elements of a range such as (1..10), and whatever else the engine makes by itself. */
const MAX_ENGINE_MEMORY = 10_000
/** For each tag, text and output that is rendered, for each field that is read. */
const UNITS_PER_TEMPLATE = 40
const UNITS_PER_READ = 4

/** What one rendering of a text knows and has left. */
export interface Rendering {
  readonly timeZone: string
  readonly locale: string
  readonly budget: Budget
}

/** The context of the engine, with the limits that it does not have itself. */
export class TextContext extends Context {
  readonly rendering: Rendering
  #rounds = 0

  constructor(values: object, rendering: Rendering, liquid: Liquid) {
    super(values, liquid.options, { sync: true, memoryLimit: MAX_ENGINE_MEMORY }, { liquid })
    this.rendering = rendering
    // The engine asks before each template whether its time is over; what is counted here is work.
    this.renderLimit.check = () => this.spend(UNITS_PER_TEMPLATE)
  }

  spend(units: number): void {
    if (!this.rendering.budget.spend(units)) throw new TextFault('too_much_work', 'The text would take too long')
  }

  /** One more round of a loop. */
  round(): void {
    if (++this.#rounds > MAX_ROUNDS) {
      throw new TextFault('too_many_rounds', `The loops of a text go round at most ${MAX_ROUNDS} times`)
    }
  }

  /** null is missing, as everywhere in scenarios. A list is paid for as a whole: it may be compared with another. */
  override readProperty(...of: Parameters<Context['readProperty']>): unknown {
    const value: unknown = super.readProperty(...of) ?? undefined
    this.spend(UNITS_PER_READ + (Array.isArray(value) ? unitsFor(value) : 0))
    return value
  }
}

/** What comparing or searching a value may cost. */
export function unitsFor(value: unknown): number {
  if (typeof value === 'string') return unitsForText(value.length)
  return Array.isArray(value) ? value.reduce<number>((sum, one) => sum + unitsFor(one), 1) : 1
}
