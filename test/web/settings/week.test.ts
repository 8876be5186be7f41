import { describe, expect, it } from 'vitest'
import { drawnWeek, endTime, openMinutes, problemOfDay, shownTime } from '../../../web/src/settings/calendars/week.ts'

const week = (days: Record<number, { from: string; to: string }[]>) =>
  Array.from({ length: 7 }, (_, day) => days[day] ?? [])

describe('a drawn week', () => {
  it('goes on after midnight, from Sunday on Monday', () => {
    const drawn = drawnWeek(week({ 0: [{ from: '09:00', to: '18:00' }], 6: [{ from: '22:00', to: '02:00' }] }))
    expect(drawn[0]).toEqual([
      { from: 540, to: 1080 },
      { from: 0, to: 120 },
    ])
    expect(drawn[6]).toEqual([{ from: 1320, to: 1440 }])
    expect(openMinutes(week({ 6: [{ from: '22:00', to: '02:00' }] }))).toBe(240)
  })

  it('has whole days, and leaves out what is being typed', () => {
    expect(openMinutes(week({ 2: [{ from: '00:00', to: '24:00' }] }))).toBe(1440)
    expect(openMinutes(week({ 2: [{ from: '', to: '24:00' }] }))).toBe(0)
  })
})

describe('the hours of a day', () => {
  it.each([
    [[], null],
    [[{ from: '09:00', to: '18:00' }], null],
    [[{ from: '22:00', to: '02:00' }], null],
    [
      [
        { from: '09:00', to: '12:00' },
        { from: '12:00', to: '18:00' },
      ],
      null,
    ],
    [[{ from: '', to: '18:00' }], 'empty'],
    [[{ from: '09:00', to: '09:00' }], 'same'],
    [
      [
        { from: '13:00', to: '18:00' },
        { from: '09:00', to: '12:00' },
      ],
      'order',
    ],
    [
      [
        { from: '22:00', to: '02:00' },
        { from: '23:00', to: '24:00' },
      ],
      'order',
    ],
  ])('%j: %s', (day, problem) => {
    expect(problemOfDay(day)).toBe(problem)
  })

  it('end at midnight, which an input of the browser calls its beginning', () => {
    expect([shownTime('24:00'), endTime('00:00'), endTime('18:00')]).toEqual(['00:00', '24:00', '18:00'])
  })
})
