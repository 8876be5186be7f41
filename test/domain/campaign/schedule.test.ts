import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTimeZone, scheduledMoment } from '../../../src/domain/campaign/schedule.ts'

const at = (text: string, zone: string | null) => {
  const moment = scheduledMoment(text, zone)
  return moment.ok ? moment.at.toISOString() : moment.reason
}

describe('when a campaign starts', () => {
  it.each<[string, string | null, string]>([
    ['2026-03-02T09:00:00Z', null, '2026-03-02T09:00:00.000Z'],
    ['2026-03-02T09:00+01:00', null, '2026-03-02T08:00:00.000Z'],
    ['2026-03-02T09:00+0100', null, '2026-03-02T08:00:00.000Z'],
    // An offset says it all; the zone is then for people.
    ['2026-03-02T09:00Z', 'Asia/Tokyo', '2026-03-02T09:00:00.000Z'],
    ['2026-03-02T09:00', 'Europe/Berlin', '2026-03-02T08:00:00.000Z'],
    ['2026-07-02T09:00:30', 'Europe/Berlin', '2026-07-02T07:00:30.000Z'],
    ['2026-01-01T00:00', 'Asia/Kolkata', '2025-12-31T18:30:00.000Z'],
    ['2026-01-01T00:00', 'Pacific/Kiritimati', '2025-12-31T10:00:00.000Z'],
    ['2026-01-01T00:00', 'UTC', '2026-01-01T00:00:00.000Z'],
    // Skipped: 02:30 does not exist, and is taken as 03:30 summer time.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
    // Twice: the first.
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-03-29T01:59:59', 'Europe/Berlin', '2026-03-29T00:59:59.000Z'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-03-02T09:00', null, 'time_zone_needed'],
    ['2026-03-02T09:00', 'Mars/Olympus', 'time_zone_unknown'],
    ['2026-03-02T09:00Z', '+03:00', 'time_zone_unknown'],
    ['2026-02-30T09:00', 'Europe/Berlin', 'time_invalid'],
    ['2026-02-30T09:00Z', null, 'time_invalid'],
    ['2026-03-02T25:00Z', null, 'time_invalid'],
    ['2026-03-02', 'Europe/Berlin', 'time_invalid'],
    ['tomorrow', 'Europe/Berlin', 'time_invalid'],
    ['', null, 'time_invalid'],
  ])('%s in %s is %s', (text, zone, moment) => {
    expect(at(text, zone)).toBe(moment)
  })

  it('names the wall time that was asked for, except where the clocks skip it', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
    )
    const minutes = fc.integer({ min: 0, max: 2 * 366 * 24 * 60 })
    fc.assert(
      fc.property(zones, minutes, (zone, minute) => {
        const text = new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString().slice(0, 16)
        const moment = scheduledMoment(text, zone)
        if (!moment.ok) throw new Error(moment.reason)
        const parts = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'short',
        }).format(moment.at)
        const shown = parts.replace(' ', 'T')
        const late = (Date.parse(`${shown}Z`) - Date.parse(`${text}Z`)) / 60_000
        expect([0, 30, 60]).toContain(late)
        // An hour before it the clocks were put forward, or it is the very time.
        if (late > 0) expect(text.slice(11, 13)).toMatch(/^0[0-3]$/)
      }),
    )
  })

  it('answers whatever text it gets', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string()), (text, zone) => {
        scheduledMoment(text, zone)
        isTimeZone(text)
      }),
    )
  })
})
