import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextCron } from '../../../../src/domain/scenario/interpreter/next-cron.ts'
import { dueMoment } from '../../../../src/domain/scenario/schedule/due-moment.ts'

const at = (text: string) => Date.parse(text)
const due = (cron: string, timeZone: string, last: string, now: string) => {
  const found = dueMoment(cron, timeZone, at(last), at(now))
  return found && [new Date(found.at).toISOString(), found.late, found.missed]
}

describe('the moment of a schedule that has come', () => {
  const weekdays = '0 9 * * 1-5'
  it.each([
    ['not yet', weekdays, '2026-03-02T08:00:00Z', '2026-03-02T08:59:59.999Z', null],
    ['to the second', weekdays, '2026-03-02T08:00:00Z', '2026-03-02T09:00:00Z', ['2026-03-02T09:00:00.000Z', false, 0]],
    ['told already', weekdays, '2026-03-02T09:00:00Z', '2026-03-02T20:00:00Z', null],
    [
      'a minute is in time',
      weekdays,
      '2026-03-02T08:00:00Z',
      '2026-03-02T09:01:00Z',
      ['2026-03-02T09:00:00.000Z', false, 0],
    ],
    ['more is late', weekdays, '2026-03-02T08:00:00Z', '2026-03-02T09:01:01Z', ['2026-03-02T09:00:00.000Z', true, 0]],
    [
      'three days away',
      weekdays,
      '2026-03-02T09:00:00Z',
      '2026-03-05T10:00:00Z',
      ['2026-03-05T09:00:00.000Z', true, 0],
    ],
    ['older than a day', weekdays, '2026-03-06T08:00:00Z', '2026-03-08T10:00:00Z', null],
    [
      'the newest of many',
      '*/5 * * * *',
      '2026-03-02T09:00:00Z',
      '2026-03-02T10:02:00Z',
      ['2026-03-02T10:00:00.000Z', true, 11],
    ],
    [
      'of a week away, those of a day',
      '0 * * * *',
      '2026-03-02T09:00:00Z',
      '2026-03-09T09:30:00Z',
      ['2026-03-09T09:00:00.000Z', true, 23],
    ],
    ['never', '0 9 31 6 *', '2026-03-02T09:00:00Z', '2027-03-02T09:00:00Z', null],
  ] as const)('%s', (_name, cron, last, now, expected) => {
    expect(due(cron, 'UTC', last, now)).toEqual(expected)
  })

  // Berlin: 02:00 becomes 03:00 on 29 March 2026, 03:00 becomes 02:00 on 25 October 2026.
  it.each([
    ['left out: at the change', '30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-29T00:59:59Z', null],
    [
      'left out: at the change',
      '30 2 * * *',
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:00:00Z',
      ['2026-03-29T01:00:00.000Z', false, 0],
    ],
    [
      'twice: the first time',
      '30 2 * * *',
      '2026-10-24T12:00:00Z',
      '2026-10-25T00:30:00Z',
      ['2026-10-25T00:30:00.000Z', false, 0],
    ],
    ['twice: not a second time', '30 2 * * *', '2026-10-25T00:30:00Z', '2026-10-25T12:00:00Z', null],
    [
      'nine in summer',
      '0 9 * * *',
      '2026-03-29T00:00:00Z',
      '2026-03-29T07:00:30Z',
      ['2026-03-29T07:00:00.000Z', false, 0],
    ],
    [
      'nine in winter',
      '0 9 * * *',
      '2026-10-25T00:00:00Z',
      '2026-10-25T08:00:30Z',
      ['2026-10-25T08:00:00.000Z', false, 0],
    ],
  ] as const)('where clocks change: %s', (_name, cron, last, now, expected) => {
    expect(due(cron, 'Europe/Berlin', last, now)).toEqual(expected)
  })

  it('tells each moment once, in order, however often somebody looks', () => {
    const crons = ['*/7 * * * *', '0 */3 * * *', '30 2 * * *', '15 9 * * 1-5']
    const start = at('2026-03-27T00:00:00Z')
    const looks = fc.array(fc.integer({ min: 1, max: 10 * 3_600_000 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.constantFrom(...crons), looks, (cron, pauses) => {
        let last = start
        let now = start
        const told: number[] = []
        const missed: number[] = []
        for (const pause of pauses) {
          now += pause
          const found = dueMoment(cron, 'Europe/Berlin', last, now)
          if (!found) continue
          told.push(found.at)
          missed.push(found.missed)
          last = found.at
        }
        const all: number[] = []
        for (let next = nextCron(cron, 'Europe/Berlin', start); next !== null && next <= now; ) {
          all.push(next)
          next = nextCron(cron, 'Europe/Berlin', next)
        }
        expect(told).toEqual(told.toSorted((a, b) => a - b))
        expect(told.every((moment) => all.includes(moment))).toBe(true)
        // Nobody was away for a day: every moment is told, or counted as missed by the next that is.
        expect(told.length + missed.reduce((sum, one) => sum + one, 0)).toBe(all.length)
      }),
      { numRuns: 30 },
    )
  })
})
