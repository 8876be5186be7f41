import { scheduledMoment } from '../../../src/domain/campaign/schedule.ts'

/** The moment that a wall clock in a zone means; null: there is none. */
export function momentInZone(at: string, timeZone: string): Date | null {
  const moment = scheduledMoment(at, timeZone)
  return moment.ok ? moment.at : null
}

/** Every zone that the browser knows, the given ones first. */
export function timeZones(...first: string[]): string[] {
  return [...new Set([...first, 'UTC', ...Intl.supportedValuesOf('timeZone')])].filter(Boolean)
}
