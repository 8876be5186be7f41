import { describe, expect, it } from 'vitest'
import { isErrorSpike } from '../../../src/domain/campaign/error-spike.ts'

const sends = (failed: number, well: number, older = 0) => [
  ...Array.from({ length: failed }, () => ({ failed: true })),
  ...Array.from({ length: well }, () => ({ failed: false })),
  ...Array.from({ length: older }, () => ({ failed: true })),
]

describe('an error spike', () => {
  it.each([
    [0, 0, 0, false],
    [19, 0, 0, false],
    [20, 0, 0, true],
    [10, 10, 0, true],
    [9, 11, 0, false],
    [25, 25, 0, true],
    [24, 26, 0, false],
    // Older failures are not looked at.
    [24, 26, 500, false],
    [0, 50, 500, false],
    [0, 49, 1, false],
  ])('%i failed, then %i sent, then %i failed long ago: %s', (failed, well, older, spike) => {
    expect(isErrorSpike(sends(failed, well, older))).toBe(spike)
  })
})
