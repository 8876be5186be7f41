import { describe, expect, it } from 'vitest'
import { cronFault } from '../../../../src/domain/scenario/document/cron.ts'
import { clockDuration, DurationText, parseDuration } from '../../../../src/domain/scenario/document/durations.ts'
import { nearest } from '../../../../src/domain/scenario/document/nearest.ts'

describe('a duration', () => {
  it.each([
    ['30s', { kind: 'calendar', milliseconds: 30_000 }],
    ['5m', { kind: 'calendar', milliseconds: 300_000 }],
    ['2h', { kind: 'calendar', milliseconds: 7_200_000 }],
    ['90d', { kind: 'calendar', milliseconds: 90 * 86_400_000 }],
    ['2bd', { kind: 'business', days: 2 }],
    ['4bh', { kind: 'business', hours: 4 }],
    ['91d', null],
    ['91bd', null],
    ['2161h', null],
    ['0s', null],
    ['1.5h', null],
    ['-1h', null],
    ['1w', null],
    ['1h30m', null],
    [' 1h', null],
    ['99999999s', null],
    ['', null],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)).toEqual(expected)
    expect(DurationText.safeParse(text).success).toBe(expected !== null)
  })

  it.each([
    ['1h', true],
    ['60m', true],
    ['61m', false],
    ['1bh', false],
    ['2d', false],
    ['x', false],
  ])('by the clock has a limit: %s', (text, fits) => {
    expect(clockDuration('1h').safeParse(text).success).toBe(fits)
  })
})

describe('a cron line', () => {
  it.each(['* * * * *', '0 9 * * mon-fri', '*/15 8-18 1,15 jan-jun 0', '59 23 31 12 7', '0  9 * * *'])('%s', (line) => {
    expect(cronFault(line)).toBeNull()
  })

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    '@daily',
    'x * * * *',
    '1, * * * *',
    'mon * * * *',
  ])('that is none: %j', (line) => {
    expect(cronFault(line)).toEqual({ en: expect.stringMatching(/./), ru: expect.stringMatching(/[а-я]/) })
  })
})

describe('the nearest word', () => {
  it.each([
    ['sendTxt', 'sendText'],
    ['send_text', 'sendText'],
    ['SENDTEXT', 'sendText'],
    ['sedn', 'send'],
    ['colour', null],
    ['x'.repeat(100_000), null],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['sendText', 'send', 'wait'])).toBe(expected)
  })
})
