import { useMemo } from 'react'
import { useLanguage } from '../../words/language.tsx'

/** A Monday, in UTC. */
const MONDAY = Date.UTC(2024, 0, 1)
const DAY_MS = 86_400_000

/** The names of the days, Monday first, in the reader's language. */
export function useWeekdays(width: 'long' | 'short' = 'long'): string[] {
  const { locale } = useLanguage()
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' })
    return Array.from({ length: 7 }, (_, day) => {
      const name = format.format(new Date(MONDAY + day * DAY_MS))
      return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
    })
  }, [locale, width])
}
