import { z } from 'zod'
import { spoken } from '../spoken.ts'
import { FORM_WORDS as form } from './form-words.ts'

/**
 * How long: `30s`, `5m`, `2h`, `3d` by the clock (a day is 24 hours), `4bh` in open hours, `2bd` in open days.
 * A document keeps the text; this is what it means.
 */
export type Duration =
  | { kind: 'calendar'; milliseconds: number }
  | { kind: 'business'; hours: number }
  | { kind: 'business'; days: number }

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** The longest life of a run (scenario-format, Guards): nothing waits longer. */
export const LONGEST_MS = 90 * UNITS.d
const LONGEST_BUSINESS_DAYS = 90
const LONGEST_BUSINESS_HOURS = 90 * 24

const FORM = /^([1-9][0-9]{0,6})(s|m|h|d|bh|bd)$/

/** @returns null where the text is no duration, or one of more than 90 days */
export function parseDuration(text: string): Duration | null {
  const match = FORM.exec(text)
  if (!match) return null
  const count = Number(match[1])
  const unit = match[2] as keyof typeof UNITS | 'bh' | 'bd'
  if (unit === 'bh') return count > LONGEST_BUSINESS_HOURS ? null : { kind: 'business', hours: count }
  if (unit === 'bd') return count > LONGEST_BUSINESS_DAYS ? null : { kind: 'business', days: count }
  const milliseconds = count * UNITS[unit]
  return milliseconds > LONGEST_MS ? null : { kind: 'calendar', milliseconds }
}

/** Whether a duration is counted in a calendar's hours; what is no duration is not. */
export const isBusinessDuration = (text: string): boolean => parseDuration(text)?.kind === 'business'

/** By the clock or in open hours. */
export const DurationText = z
  .string()
  .regex(/^[1-9][0-9]{0,6}(s|m|h|d|bh|bd)$/, spoken(form.duration()))
  .refine((text) => !FORM.test(text) || parseDuration(text) !== null, spoken(form.ninetyDays()))
  .describe('30s, 5m, 2h, 3d; in open hours of a calendar: 4bh, 2bd')

/** By the clock alone, at most `longest`. */
export const clockDuration = (longest: string) => {
  const most = parseDuration(longest)
  if (most?.kind !== 'calendar') throw new Error(`${longest} is no duration by the clock`)
  return z
    .string()
    .regex(/^[1-9][0-9]{0,6}[smhd]$/, spoken(form.clockDuration()))
    .refine(
      (text) => {
        const duration = parseDuration(text)
        return duration === null
          ? !FORM.test(text)
          : duration.kind !== 'calendar' || duration.milliseconds <= most.milliseconds
      },
      spoken(form.most(longest)),
    )
    .describe(`30s, 5m, 2h, 3d; at most ${longest}`)
}
