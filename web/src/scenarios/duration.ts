import { useMemo } from 'react'
import { useLanguage } from '../words/language.tsx'

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** A length of time in its two largest units: `2 days, 3 hr`. */
export function durationIn(locale: string): (milliseconds: number) => string {
  const formats = UNITS.map(([unit]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }))
  const brief = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  })
  return (milliseconds) => {
    if (milliseconds < 60_000) return brief.format(Math.max(0, milliseconds) / 1_000)
    const first = UNITS.findIndex(([, length]) => milliseconds >= length)
    let left = milliseconds
    const parts = UNITS.slice(first, first + 2).flatMap(([, length], place) => {
      const count = Math.floor(left / length)
      left -= count * length
      return count > 0 ? [formats[first + place]?.format(count) ?? ''] : []
    })
    return parts.join(' ')
  }
}

export function useDuration(): (milliseconds: number) => string {
  const { locale } = useLanguage()
  return useMemo(() => durationIn(locale), [locale])
}
