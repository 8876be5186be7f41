import type { Formats } from '../words/formats.ts'
import type { Run } from './button-api.ts'
import type { ContactWords } from './words.ts'

type Words = ContactWords['runs']

/** Where a run stands, in one line: what it waits for and until when, why it failed. */
export function standingOf(
  { state, waitsFor, reason }: Pick<Run, 'state' | 'waitsFor' | 'reason'>,
  words: Words,
  formats: Formats,
): string | null {
  if (state === 'waiting' && waitsFor) {
    const until = waitsFor.until === null ? null : formats.moment(new Date(waitsFor.until))
    if (waitsFor.paused) return words.paused
    const events = waitsFor.events.map((name) => words.events[name] ?? name)
    if (events.length === 0) return until === null ? null : words.waitsTime(until)
    return words.waitsFor([...new Set(events)].join(words.or)) + (until === null ? '' : words.until(until))
  }
  return state === 'failed' || state === 'blocked' || state === 'stopped' ? (reason?.message ?? null) : null
}
