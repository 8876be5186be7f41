import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addBusinessDays, addBusinessTime, isOpen, nextOpening } from '../../../src/domain/calendar/business-time.ts'
import { type Calendar, calendarParts, type Holiday, type Hours } from '../../../src/domain/calendar/calendar.ts'

const at = (iso: string) => new Date(iso)
const iso = (date: Date | null) => date?.toISOString().replace(':00.000Z', 'Z') ?? null
const hours = (...texts: string[]): Hours[] =>
  texts.map((text) => {
    const [from = '', to = ''] = text.split('-')
    return { from, to }
  })
const week = (day: Hours[], saturday: Hours[] = [], sunday: Hours[] = []): Hours[][] => [
  day,
  day,
  day,
  day,
  day,
  saturday,
  sunday,
]
const calendar = (timeZone: string, days: Hours[][], holidays: Holiday[] = []): Calendar => ({
  timeZone,
  week: days,
  holidays,
})

const office = calendar('Europe/Berlin', week(hours('09:00-13:00', '14:00-18:00')))
const shop = calendar('Asia/Kolkata', week(hours('09:30-18:00'), hours('10:00-14:00')))
const bar = calendar('America/Sao_Paulo', week(hours('20:00-02:00'), hours('20:00-04:00')))
const always = calendar('Europe/Berlin', week(hours('00:00-24:00'), hours('00:00-24:00'), hours('00:00-24:00')))
const night = calendar('Europe/Berlin', week(hours('22:00-06:00'), hours('22:00-06:00'), hours('22:00-06:00')))
const never = calendar('Europe/Berlin', week([]))
const holidays = calendar('Europe/Berlin', office.week, [
  { date: '2026-12-24', name: 'Christmas Eve', hours: hours('09:00-12:00') },
  { date: '2026-12-25', name: 'Christmas' },
  { date: '2026-12-26', hours: hours('10:00-11:00') },
])

describe('being open', () => {
  it.each<[string, Calendar, string, boolean, string | null]>([
    ['in the morning', office, '2026-01-05T08:30Z', true, '2026-01-05T08:30Z'],
    ['at the opening', office, '2026-01-05T08:00Z', true, '2026-01-05T08:00Z'],
    ['before it', office, '2026-01-05T07:59Z', false, '2026-01-05T08:00Z'],
    ['in a break', office, '2026-01-05T12:00Z', false, '2026-01-05T13:00Z'],
    ['at the closing', office, '2026-01-05T17:00Z', false, '2026-01-06T08:00Z'],
    ['on a weekend', office, '2026-01-10T10:00Z', false, '2026-01-12T08:00Z'],
    ['in summer', office, '2026-07-06T07:00Z', true, '2026-07-06T07:00Z'],
    ['half an hour off', shop, '2026-01-05T03:59Z', false, '2026-01-05T04:00Z'],
    ['half an hour off, open', shop, '2026-01-05T04:00Z', true, '2026-01-05T04:00Z'],
    ['after midnight', bar, '2026-01-06T04:59Z', true, '2026-01-06T04:59Z'],
    ['after the night', bar, '2026-01-06T05:00Z', false, '2026-01-06T23:00Z'],
    ['in Monday’s first hours after a closed Sunday', bar, '2026-01-12T04:00Z', false, '2026-01-12T23:00Z'],
    ['on Sunday from Saturday’s night', bar, '2026-01-11T06:59Z', true, '2026-01-11T06:59Z'],
    ['on a short holiday', holidays, '2026-12-24T10:59Z', true, '2026-12-24T10:59Z'],
    ['after it, over a closed day', holidays, '2026-12-24T11:00Z', false, '2026-12-26T09:00Z'],
    ['on a Saturday that is none', holidays, '2026-12-26T09:30Z', true, '2026-12-26T09:30Z'],
    ['always', always, '2026-03-29T01:00Z', true, '2026-03-29T01:00Z'],
    ['never', never, '2026-01-05T08:30Z', false, null],
  ])('%s', (_, days, moment, open, opening) => {
    expect(isOpen(days, at(moment))).toBe(open)
    expect(iso(nextOpening(days, at(moment)))).toBe(opening)
  })

  it('reaches from a night into a holiday, which has none of its own', () => {
    const closed = calendar('Europe/Berlin', night.week, [{ date: '2026-12-25' }])
    expect(isOpen(closed, at('2026-12-25T04:59Z'))).toBe(true)
    expect(iso(nextOpening(closed, at('2026-12-25T05:00Z')))).toBe('2026-12-26T21:00Z')
  })
})

describe('where the clocks change', () => {
  const early = (timeZone: string, text: string) => {
    const day = hours(text)
    return calendar(timeZone, week(day, day, day))
  }
  it.each<[string, Calendar, string, string | null]>([
    // Berlin goes from 02:00 to 03:00 on 2026-03-29, and from 03:00 back to 02:00 on 2026-10-25.
    [
      'an opening that is left out is the change',
      early('Europe/Berlin', '02:30-05:00'),
      '2026-03-29T00:00Z',
      '2026-03-29T01:00Z',
    ],
    [
      'an opening that comes twice is the first',
      early('Europe/Berlin', '02:30-05:00'),
      '2026-10-24T23:00Z',
      '2026-10-25T00:30Z',
    ],
    [
      'hours that are left out are no hours',
      early('Europe/Berlin', '02:15-02:45'),
      '2026-03-29T00:00Z',
      '2026-03-30T00:15Z',
    ],
    ['New York, spring', early('America/New_York', '09:00-17:00'), '2026-03-08T12:00Z', '2026-03-08T13:00Z'],
    ['New York, the day before', early('America/New_York', '09:00-17:00'), '2026-03-07T12:00Z', '2026-03-07T14:00Z'],
    ['half an hour of change', early('Australia/Lord_Howe', '09:00-17:00'), '2026-04-04T23:00Z', '2026-04-04T23:00Z'],
  ])('%s', (_, days, moment, opening) => {
    expect(iso(nextOpening(days, at(moment)))).toBe(opening)
  })

  it('counts the hours that there are', () => {
    expect(iso(addBusinessTime(always, at('2026-03-28T23:00Z'), { hours: 24 }))).toBe('2026-03-29T23:00Z')
    // The night is an hour shorter in spring and an hour longer in autumn.
    expect(iso(addBusinessTime(night, at('2026-03-28T21:00Z'), { hours: 8 }))).toBe('2026-03-29T21:00Z')
    expect(iso(addBusinessTime(night, at('2026-10-24T20:00Z'), { hours: 9 }))).toBe('2026-10-25T05:00Z')
  })

  it('keeps the time of day over days', () => {
    expect(iso(addBusinessDays(office, at('2026-03-27T09:00Z'), 1))).toBe('2026-03-30T08:00Z')
    expect(iso(addBusinessDays(office, at('2026-10-23T08:00Z'), 1))).toBe('2026-10-26T09:00Z')
  })
})

describe('open hours', () => {
  it.each<[string, Calendar, string, number, string | null]>([
    ['within the morning', office, '2026-01-05T08:30Z', 60, '2026-01-05T09:30Z'],
    ['over the break', office, '2026-01-05T11:30Z', 60, '2026-01-05T13:30Z'],
    ['to the closing, not the next opening', office, '2026-01-05T16:00Z', 60, '2026-01-05T17:00Z'],
    ['over the weekend', office, '2026-01-09T16:30Z', 60, '2026-01-12T08:30Z'],
    ['from a closed moment', office, '2026-01-10T10:00Z', 30, '2026-01-12T08:30Z'],
    ['none, open', office, '2026-01-05T08:30Z', 0, '2026-01-05T08:30Z'],
    ['none, closed', office, '2026-01-05T18:30Z', 0, '2026-01-06T08:00Z'],
    ['over holidays', holidays, '2026-12-24T10:00Z', 120 + 30, '2026-12-28T08:30Z'],
    ['through midnight', bar, '2026-01-06T04:00Z', 120, '2026-01-07T00:00Z'],
    ['where there are none', never, '2026-01-05T08:30Z', 1, null],
    ['more than two years have', office, '2026-01-05T08:30Z', 60 * 24 * 366, null],
  ])('%s', (_, days, moment, minutes, expected) => {
    expect(iso(addBusinessTime(days, at(moment), { minutes }))).toBe(expected)
    expect(iso(addBusinessTime(days, at(moment), { hours: minutes / 60 }))).toBe(expected)
  })
})

describe('business days', () => {
  it.each<[string, Calendar, string, number, string | null]>([
    ['the same time of day', office, '2026-01-05T09:00Z', 2, '2026-01-07T09:00Z'],
    ['over the weekend', office, '2026-01-09T14:00Z', 1, '2026-01-12T14:00Z'],
    ['from a weekend', office, '2026-01-10T10:00Z', 1, '2026-01-13T08:00Z'],
    ['from the evening', office, '2026-01-05T20:00Z', 1, '2026-01-07T08:00Z'],
    ['from the early morning', office, '2026-01-05T05:00Z', 1, '2026-01-06T08:00Z'],
    ['from a break', office, '2026-01-05T12:30Z', 1, '2026-01-06T13:00Z'],
    ['none', office, '2026-01-10T10:00Z', 0, '2026-01-12T08:00Z'],
    ['to an earlier closing', holidays, '2026-12-23T15:00Z', 1, '2026-12-24T11:00Z'],
    ['to a later opening', holidays, '2026-12-24T08:00Z', 1, '2026-12-26T09:00Z'],
    ['over holidays', holidays, '2026-12-24T09:00Z', 2, '2026-12-28T09:00Z'],
    ['after midnight, of the day before', bar, '2026-01-06T04:30Z', 1, '2026-01-07T04:30Z'],
    ['where there are none', never, '2026-01-05T08:30Z', 1, null],
    ['more than two years have', office, '2026-01-05T08:30Z', 1_000, null],
  ])('%s', (_, days, moment, count, expected) => {
    expect(iso(addBusinessDays(days, at(moment), count))).toBe(expected)
  })
})

const zones = [
  'Europe/Berlin',
  'Asia/Kolkata',
  'America/Sao_Paulo',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'UTC',
]
const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const anyDay = fc
  .uniqueArray(fc.integer({ min: 0, max: 1439 }), { maxLength: 6 })
  .map((minutes) => minutes.toSorted((a, b) => a - b))
  .map((minutes) =>
    Array.from({ length: Math.floor(minutes.length / 2) }, (_, index) => ({
      from: clock(minutes[index * 2] ?? 0),
      to: clock(minutes[index * 2 + 1] ?? 0),
    })),
  )
const anyCalendar = fc.record({
  timeZone: fc.constantFrom(...zones),
  week: fc.array(anyDay, { minLength: 7, maxLength: 7 }),
  holidays: fc.uniqueArray(
    fc.record({ date: fc.constantFrom('2026-03-29', '2026-10-25', '2026-11-01', '2026-06-15'), hours: anyDay }),
    { selector: ({ date }) => date },
  ),
})
const anyMoment = fc.date({ min: at('2026-01-01T00:00Z'), max: at('2026-12-31T00:00Z'), noInvalidDate: true })

describe('of any calendar', () => {
  it('an opening is open, not earlier, and nothing before it is', () => {
    fc.assert(
      fc.property(anyCalendar, anyMoment, fc.double({ min: 0, max: 1, noNaN: true }), (days, moment, share) => {
        const opening = nextOpening(days, moment)
        if (!opening) return expect(isOpen(days, moment)).toBe(false)
        expect(isOpen(days, opening)).toBe(true)
        expect(opening.getTime()).toBeGreaterThanOrEqual(moment.getTime())
        const between = new Date(moment.getTime() + Math.floor((opening.getTime() - moment.getTime()) * share))
        expect(isOpen(days, between)).toBe(between.getTime() === opening.getTime())
      }),
      { numRuns: 200 },
    )
  })

  it('open hours add up, and never go back', () => {
    fc.assert(
      fc.property(anyCalendar, anyMoment, fc.nat(3_000), fc.nat(3_000), (days, moment, first, second) => {
        const together = addBusinessTime(days, moment, { minutes: first + second + 2 })
        const middle = addBusinessTime(days, moment, { minutes: first + 1 })
        if (!middle || !together) return
        expect(iso(addBusinessTime(days, middle, { minutes: second + 1 }))).toBe(iso(together))
        expect(middle.getTime()).toBeGreaterThan(moment.getTime())
      }),
      { numRuns: 200 },
    )
  })

  it('later moments never give earlier days', () => {
    fc.assert(
      fc.property(anyCalendar, anyMoment, fc.nat(5_000), fc.nat(5), (days, moment, minutes, count) => {
        const later = new Date(moment.getTime() + minutes * 60_000)
        const [one, other] = [addBusinessDays(days, moment, count), addBusinessDays(days, later, count)]
        if (one && other) expect(other.getTime()).toBeGreaterThanOrEqual(one.getTime())
      }),
      { numRuns: 200 },
    )
  })

  it('is what the settings take', () => {
    fc.assert(
      fc.property(anyCalendar, ({ timeZone, week: days, holidays: dates }) => {
        expect(calendarParts.timeZone.safeParse(timeZone).success).toBe(true)
        expect(calendarParts.week.safeParse(days).success).toBe(true)
        expect(calendarParts.holidays.safeParse(dates).success).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the settings refuse', () => {
  it.each([
    ['six days', week(hours('09:00-18:00')).slice(1)],
    ['hours that overlap', week(hours('09:00-13:00', '12:00-18:00'))],
    ['hours out of order', week(hours('14:00-18:00', '09:00-13:00'))],
    ['a night that is not the last', week(hours('22:00-02:00', '23:00-23:30'))],
    ['a night that reaches into the next morning', week(hours('01:00-08:00', '22:00-02:00'))],
    ['hours of no length', week(hours('09:00-09:00'))],
    ['no time', week(hours('9-18'))],
    ['25 o’clock', week(hours('09:00-25:00'))],
  ])('%s', (_, days) => {
    expect(calendarParts.week.safeParse(days).success).toBe(false)
  })

  it.each(['Europe/Atlantis', '', '+03:00', 'Europe/Berlin ', 'x'.repeat(100)])('the time zone %j', (zone) => {
    expect(calendarParts.timeZone.safeParse(zone).success).toBe(false)
  })

  it.each([
    ['no date', [{ date: '2026-02-30' }]],
    ['a date twice', [{ date: '2026-02-03' }, { date: '2026-02-03' }]],
    ['an unknown key', [{ date: '2026-02-03', open: false }]],
  ])('%s among the holidays', (_, dates) => {
    expect(calendarParts.holidays.safeParse(dates).success).toBe(false)
  })
})
