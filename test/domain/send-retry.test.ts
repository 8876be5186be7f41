import { describe, expect, it } from 'vitest'
import { afterUnknown } from '../../src/domain/send-retry.ts'

describe('a message of which nobody can say whether it left', () => {
  it.each([
    [false, 1, { next: 'unknown' }],
    [true, 1, { next: 'again', afterMs: 5_000 }],
    [true, 2, { next: 'again', afterMs: 15_000 }],
    [true, 3, { next: 'unknown' }],
    [true, 4, { next: 'unknown' }],
  ])('at least once: %s, calls of unknown outcome: %i', (atLeastOnce, calls, verdict) => {
    expect(afterUnknown(atLeastOnce, calls)).toEqual(verdict)
  })
})
