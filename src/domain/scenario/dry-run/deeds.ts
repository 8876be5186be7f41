import type { Json } from '../expressions/scope.ts'
import type { Effect } from '../interpreter/effects.ts'
import type { LogEntry } from '../interpreter/log-entry.ts'

const MESSAGES: ReadonlySet<string> = new Set([
  'sendText',
  'sendTemplate',
  'sendInteractive',
  'sendFile',
  'sendQuickReply',
])

/** Whether an effect is a message to the client. */
export const isMessage = (effect: Effect): boolean =>
  MESSAGES.has(effect.do) || (effect.do === 'comment' && effect.send !== null)

/** One thing that a run did, or would have done, with its texts. */
export interface Deed {
  step: string
  /** milliseconds since 1970 */
  at: number
  /** `sendText`, `setStatus`, … */
  do: string
  isMessage: boolean
  /** as it was asked for */
  with: { readonly [name: string]: Json }
  /** null: no answer yet */
  outcome: LogEntry['outcome'] | null
}

/** What a record says that was done: what was asked for, and what came of it. */
export function deedsOf(entries: readonly LogEntry[]): Deed[] {
  return entries.flatMap((entry, place) => {
    if (entry.outcome !== 'asked' || entry.step === null) return []
    const { do: does, ...deed } = entry.inputs as { do: string; [name: string]: Json }
    return [
      {
        step: entry.step,
        at: entry.at,
        do: does,
        isMessage: MESSAGES.has(does) || (does === 'comment' && (deed.send ?? null) !== null),
        with: deed,
        outcome: answerAt(entries, place)?.outcome ?? null,
      },
    ]
  })
}

/** The line that says what came of the one at `place`, which asked for something; null: no answer yet. */
export function answerAt(entries: readonly LogEntry[], place: number): LogEntry | null {
  const [entry, next] = [entries[place], entries[place + 1]]
  const isAnswer = next !== undefined && next.step === entry?.step && next.outcome !== 'asked' && next.action !== 'end'
  return isAnswer ? next : null
}

/** Messages that left, or would have: those that were refused do not count. */
export const messagesIn = (deeds: readonly Deed[]): number =>
  deeds.filter(({ isMessage, outcome }) => isMessage && (outcome === 'done' || outcome === null)).length
