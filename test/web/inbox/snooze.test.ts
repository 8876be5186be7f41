import { describe, expect, it } from 'vitest'
import { localInput, type Snooze, snoozeEnd } from '../../../web/src/inbox/snooze-times.ts'
import { isLongWait, spanSince } from '../../../web/src/inbox/span.ts'
import { wokenIds } from '../../../web/src/inbox/woken.ts'
import { en } from '../../../web/src/inbox/words.en.ts'

/** As a clock on the wall shows it, wherever the test runs. */
const wall = (text: string) => new Date(text)
const shown = (at: Date | null) => at && localInput(at)

describe('when a snooze ends', () => {
  const cases: [Snooze, string, string | null][] = [
    ['reply', '2026-05-04T10:20', null],
    ['hour', '2026-05-04T10:20', '2026-05-04T11:20'],
    ['tomorrow', '2026-05-04T10:20', '2026-05-05T09:00'],
    ['tomorrow', '2026-05-31T23:59', '2026-06-01T09:00'],
    ['week', '2026-05-04T10:20', '2026-05-11T09:00'],
    ['week', '2026-05-10T10:20', '2026-05-11T09:00'],
    ['week', '2026-05-09T10:20', '2026-05-11T09:00'],
    ['month', '2026-05-04T10:20', '2026-06-04T09:00'],
    ['month', '2026-01-31T10:20', '2026-02-28T09:00'],
    ['month', '2026-12-31T10:20', '2027-01-31T09:00'],
  ]
  it.each(cases)('%s from %s', (snooze, now, expected) => {
    expect(shown(snoozeEnd(snooze, wall(now)))).toBe(expected)
  })
})

describe('what has come back', () => {
  it('is what was due, the last one first', () => {
    const known = { a: '2026-05-04T08:00:00Z', b: '2026-05-04T09:00:00Z', c: '2026-05-04T11:00:00Z' }
    expect(wokenIds(known, new Date('2026-05-04T10:00:00Z'))).toEqual(['b', 'a'])
  })
})

describe('how long a client has waited', () => {
  const now = new Date('2026-05-04T10:00:00Z')
  it.each([
    ['2026-05-04T09:59:30Z', '<1 min', false],
    ['2026-05-04T09:15:00Z', '45 min', false],
    ['2026-05-04T09:00:00Z', '1 h', true],
    ['2026-05-03T08:00:00Z', '26 h', true],
    ['2026-05-02T10:00:00Z', '2 d', true],
    ['2026-05-04T10:00:05Z', '<1 min', false],
  ])('since %s', (since, text, long) => {
    expect(spanSince(new Date(since), now, en.span)).toBe(text)
    expect(isLongWait(new Date(since), now)).toBe(long)
  })
})
