import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Calendar, Hours } from '../../../../src/domain/calendar/calendar.ts'
import { EventTrigger } from '../../../../src/domain/scenario/document/triggers.ts'
import { momentAfter } from '../../../../src/domain/scenario/interpreter/timing.ts'
import { triggerDeadline } from '../../../../src/domain/scenario/interpreter/trigger-deadline.ts'
import {
  comesBefore,
  cutoff,
  firstWatermark,
  nextWatermark,
  passed,
  SETTLED_MS,
} from '../../../../src/domain/scenario/timed/cutoff.ts'
import { timedKey, timedTrigger } from '../../../../src/domain/scenario/timed/timed-trigger.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WINDOW = 24 * HOUR
const NOON = Date.parse('2026-03-02T12:00:00Z')

const timed = (trigger: object) => {
  const read = EventTrigger.parse(trigger)
  const made = timedTrigger(read)
  if (!made) throw new Error(`${read.event} is not one of time`)
  return { read, made }
}

/** Open somewhere in the week; the clock is never changed while it is open. */
const calendars = fc
  .record({
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/New_York'),
    week: fc.array(
      fc.option(
        fc.tuple(fc.integer({ min: 4, max: 12 }), fc.integer({ min: 1, max: 11 })).map(
          ([from, length]): Hours => ({
            from: `${String(from).padStart(2, '0')}:00`,
            to: `${String(from + length).padStart(2, '0')}:30`,
          }),
        ),
      ),
      { minLength: 7, maxLength: 7 },
    ),
  })
  .filter(({ week }) => week.some((hours) => hours !== null))
  .map(
    ({ timeZone, week }): Calendar => ({
      timeZone,
      week: week.map((hours) => (hours ? [hours] : [])),
      holidays: [{ date: '2026-03-03' }, { date: '2026-03-04', hours: [{ from: '10:00', to: '11:00' }] }],
    }),
  )
const businessTime = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map((days) => `${days}bd`),
  fc.integer({ min: 1, max: 60 }).map((hours) => `${hours}bh`),
)
const clockTime = fc.integer({ min: 1, max: 90 * 24 * 60 }).map((minutes) => `${minutes}m`)
const moment = fc.integer({ min: NOON - 200 * DAY, max: NOON + 200 * DAY })

const setting = (now: number, calendar: Calendar | null = null) => ({
  now,
  calendars: calendar ? { office: calendar } : {},
  windowMs: WINDOW,
})

describe('the cutoff', () => {
  it('in open hours lies where the duration is just over', () => {
    fc.assert(
      fc.property(
        calendars,
        businessTime,
        moment,
        fc.integer({ min: 1, max: 120 * DAY }),
        (calendar, length, now, back) => {
          const { made } = timed({ event: 'conversation.idle', for: length, calendar: 'office' })
          const after = now - back
          const isOver = (from: number) => {
            const end = momentAfter(from, length, 'office', { office: calendar })
            return end.ok && end.at <= now
          }
          const found = cutoff(made, setting(now, calendar), after)
          if (found === null) return !isOver(after + 1)
          return found > after && found < now && isOver(found) && !isOver(found + 1)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('never goes back as time goes on', () => {
    fc.assert(
      fc.property(
        calendars,
        businessTime,
        moment,
        fc.integer({ min: 0, max: 10 * DAY }),
        (calendar, length, now, later) => {
          const { made } = timed({ event: 'conversation.idle', for: length, calendar: 'office' })
          const after = now - 60 * DAY
          const [first, second] = [now, now + later].map((time) => cutoff(made, setting(time, calendar), after))
          return first == null || (second != null && second >= first)
        },
      ),
      { numRuns: 100 },
    )
  })

  const anyTrigger = fc.oneof(
    clockTime.map((length) => ({ event: 'conversation.idle', for: length })),
    fc.integer({ min: 1, max: 23 * 60 }).map((minutes) => ({ event: 'window.closing', before: `${minutes}m` })),
    fc.constant({ event: 'window.closed' }),
    fc.constant({ event: 'task.due' }),
    clockTime.map((before) => ({ event: 'task.due', before })),
    fc.constant({ event: 'task.overdue' }),
    clockTime.map((after) => ({ event: 'task.overdue', after })),
  )

  it('says the same as the deadline of a trigger: what lay ahead when it began is due from then on', () => {
    fc.assert(
      fc.property(anyTrigger, moment, moment, fc.nat(200 * DAY), (trigger, fact, begins, later) => {
        const { read, made } = timed(trigger)
        const facts = { lastMessageAt: fact, windowClosesAt: fact + WINDOW, taskDueAt: fact }
        const deadline = triggerDeadline(read, facts, begins, {})
        const now = begins + later
        const watermark = firstWatermark(made, setting(begins))
        const at = cutoff(made, setting(now), watermark)
        const isTold = fact > watermark && at !== null && fact <= at
        expect(isTold).toBe(deadline !== null && deadline <= now)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['is not there where the calendar is gone', { event: 'conversation.idle', for: '2bd', calendar: 'office' }, null],
    ['without open hours needs no calendar', { event: 'conversation.idle', for: '2h', calendar: 'x' }, NOON - 2 * HOUR],
    ['of a window that closes', { event: 'window.closing', before: '2h' }, NOON - 22 * HOUR],
    ['of a window that closed', { event: 'window.closed' }, NOON - 24 * HOUR],
    ['of a due date ahead', { event: 'task.due', before: '1d' }, NOON + DAY],
    ['of one that is overdue', { event: 'task.overdue' }, NOON],
  ])('%s', (_, trigger, expected) => {
    expect(cutoff(timed(trigger).made, setting(NOON), 0)).toBe(expected)
    if (expected !== null) expect(cutoff(timed(trigger).made, setting(NOON), expected)).toBeNull()
  })

  it('of a calendar that is closed for good is never there', () => {
    const closed = { timeZone: 'UTC', week: [[], [], [], [], [], [], []], holidays: [] }
    const { made } = timed({ event: 'task.overdue', after: '1bh', calendar: 'office' })
    expect(cutoff(made, setting(NOON, closed), NOON - DAY)).toBeNull()
    expect(firstWatermark(made, setting(NOON, closed))).toBeLessThan(NOON - 365 * DAY)
  })
})

describe('the watermark', () => {
  it('stays behind facts that may still be committed, except for things that lie ahead', () => {
    const due = timed({ event: 'task.due' }).made
    expect(nextWatermark(due, setting(NOON), NOON)).toBe(NOON - SETTLED_MS)
    expect(nextWatermark(due, setting(NOON), NOON - DAY)).toBe(NOON - DAY)
    const soon = timed({ event: 'task.due', before: '1d' }).made
    expect(comesBefore(soon)).toBe(true)
    expect(nextWatermark(soon, setting(NOON), NOON + DAY)).toBe(NOON + DAY)
    expect(passed(soon, setting(NOON))).toBe(NOON)
    expect(passed(timed({ event: 'window.closing', before: '2h' }).made, setting(NOON))).toBe(NOON - WINDOW)
  })
})

describe('a timed trigger', () => {
  it('is the same whatever else its document says', () => {
    const one = timedTrigger({ event: 'conversation.idle', calendar: 'sales', for: '2bd' })
    const other = timedTrigger({
      event: 'conversation.idle',
      for: '2bd',
      calendar: 'sales',
      when: { all: [] },
    } as never)
    expect(one && timedKey(one)).toBe('conversation.idle calendar=sales for=2bd')
    expect(other).toEqual(one)
    expect(timedTrigger('window.closed')).toEqual({ event: 'window.closed', keys: {} })
    expect(timedTrigger('message.received')).toBeNull()
    expect(timedTrigger({ event: 'schedule', cron: '0 9 * * *', timeZone: 'UTC' })).toBeNull()
  })
})
