/** A number that is used in the phone app, too, has a lower limit. */
const COEXISTENCE_PER_SECOND = 20
const PER_SECOND = 80

/** Messages a second: what was set, else what the provider allows. */
export function rateOf(channel: { pacing: { perSecond: number } | null; coexistence: boolean } | undefined): number {
  return channel?.pacing?.perSecond ?? (channel?.coexistence ? COEXISTENCE_PER_SECOND : PER_SECOND)
}

export type Span = { unit: 'seconds' | 'minutes' | 'hours' | 'days'; count: number }

/** A time in one unit that a person thinks in, rounded up: nobody is promised too little. */
export function spanOf(seconds: number): Span {
  if (seconds < 60) return { unit: 'seconds', count: Math.max(1, Math.ceil(seconds)) }
  if (seconds < 90 * 60) return { unit: 'minutes', count: Math.ceil(seconds / 60) }
  if (seconds < 48 * 3600) return { unit: 'hours', count: Math.ceil(seconds / 3600) }
  return { unit: 'days', count: Math.ceil(seconds / 86_400) }
}

/** How much of the whole, in percent for a bar; never 100 before all of it, never 0 where there is something. */
export function shareOf(count: number, whole: number): number {
  if (whole <= 0 || count <= 0) return 0
  if (count >= whole) return 100
  return Math.min(99, Math.max(1, Math.round((count / whole) * 100)))
}
