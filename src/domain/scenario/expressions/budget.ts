/**
 * Work that one evaluation may do, counted and not timed: the same expression over the same values always costs the
 * same, on every machine, so that a decision can be repeated. One unit is some hundred nanoseconds at worst; the whole
 * is meant to stay under 50 ms (reliability S14).
 */
export interface Budget {
  /** Takes so many units; false when there are not so many left, and from then on always. */
  spend(units: number): boolean
  /** How much was taken. */
  readonly spent: number
}

export const EVALUATION_UNITS = 200_000

/** Characters that are compared, searched or copied for one unit. */
const CHARACTERS_PER_UNIT = 64

export function createBudget(units: number = EVALUATION_UNITS): Budget {
  let left = units
  return {
    spend(count) {
      left -= count
      if (left < 0) left = -1
      return left >= 0
    },
    get spent() {
      return units - left
    },
  }
}

/** The units for compiling a pattern or an expression, whether or not it was compiled before. */
export const unitsForSource = (source: string): number => 10 + 4 * source.length

/** The units for going through so many characters. */
export const unitsForText = (characters: number): number => 1 + Math.floor(characters / CHARACTERS_PER_UNIT)
