/** Units of durations: by the clock, and in open hours and days. */
export const UNITS = ['s', 'm', 'h', 'd', 'bh', 'bd'] as const
export type Unit = (typeof UNITS)[number]

export interface Duration {
  count: number
  unit: Unit
}

export function parseDuration(text: string): Duration | null {
  const match = /^([1-9]\d{0,6})(s|m|h|d|bh|bd)$/.exec(text)
  return match ? { count: Number(match[1]), unit: match[2] as Unit } : null
}

export const isBusiness = ({ unit }: Duration): boolean => unit === 'bh' || unit === 'bd'
