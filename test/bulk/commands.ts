import fc from 'fast-check'
import type { BulkOptions } from '../../src/domain/bulk/options.ts'
import { bulkRule } from '../../src/domain/bulk/options.ts'
import type { Command } from '../domain/bulk/reference-model.ts'

export const CONVERSATIONS = ['anna', 'boris', 'clara', 'dan'] as const
const TYPES = ['sale', 'news'] as const
const START = Date.parse('2026-01-31T10:00:00.000Z')

/** One decision; the clock and what came before make a command of it. */
const draft = fc.record({
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constant('echo' as const) },
    { weight: 6, arbitrary: fc.constant('send' as const) },
    { weight: 4, arbitrary: fc.constant('reply' as const) },
    { weight: 2, arbitrary: fc.constantFrom('duplicate' as const, 'touch' as const, 'close' as const) },
    { weight: 1, arbitrary: fc.constantFrom('fail' as const, 'campaign' as const) },
    { weight: 1, arbitrary: fc.constantFrom('expire' as const, 'late reply' as const) },
  ),
  conversation: fc.constantFrom(...CONVERSATIONS),
  type: fc.constantFrom(...TYPES),
  /** seconds since the command before; and how far back an echo's own time lies */
  pause: fc.constantFrom(0, 0, 1, 20),
  lag: fc.constantFrom(0, 0, 1, 20, 60),
  pick: fc.nat(),
})
type Draft = typeof draft extends fc.Arbitrary<infer D> ? D : never

/** A channel's options, and what happens on it. */
export const stories = (what: { max: number; only?: readonly Draft['what'][] }) =>
  fc.record({
    bulk: fc.record({
      threshold: fc.integer({ min: 1, max: 4 }),
      windowSeconds: fc.constantFrom(1, 20, 60),
      holdDays: fc.constantFrom(undefined, 1),
    }),
    drafts: fc.array(
      draft.filter((one) => what.only?.includes(one.what) ?? true),
      { maxLength: what.max, size: 'max' },
    ),
  })

export const options = ({ threshold, windowSeconds, holdDays }: BulkOptions): BulkOptions => ({
  threshold,
  windowSeconds,
  ...(holdDays === undefined ? {} : { holdDays }),
})

/** Commands whose clock never goes back, and that speak only of messages which exist. */
export function commandsOf(drafts: readonly Draft[], bulk: BulkOptions): Command[] {
  const { holdUntil } = bulkRule(bulk)
  const sent: { id: string; at: number; conversation: string; ours: boolean }[] = []
  const commands: Command[] = []
  let now = START
  for (const [index, { what, conversation, type, pause, lag, pick }] of drafts.entries()) {
    now += pause * 1000
    const id = `m${String(index).padStart(2, '0')}`
    const of = <T>(some: readonly T[]): T | undefined => some[pick % some.length]
    const add = (command: Command) => void commands.push(command)
    /** The clock moves to the end of a hold: a second before, at the moment, a second after. */
    const toTheEndOf = (at: number) => {
      now = Math.max(now, holdUntil(new Date(at)).getTime() + ((pick % 3) - 1) * 1000)
    }
    const quotable = sent.filter((message) => message.conversation === conversation)
    if (what === 'echo' || what === 'send') {
      const at = what === 'echo' ? now - lag * 1000 : now
      sent.push({ id, at, conversation, ours: what === 'send' })
      add({ do: what, id, type, conversation, at })
    } else if (what === 'campaign') {
      const to = CONVERSATIONS.slice(0, 1 + (pick % CONVERSATIONS.length))
      const messages = to.map((client, place) => ({ id: `${id}${'abcd'[place]}`, conversation: client }))
      for (const message of messages) sent.push({ ...message, at: now, ours: true })
      add({ do: 'campaign', type, at: now, messages })
    } else if (what === 'reply') {
      const quoted = pick % 2 === 0 ? of(quotable) : undefined
      add({ do: 'reply', id, conversation, at: now, ...(quoted ? { quoting: quoted.id } : {}) })
    } else if (what === 'late reply') {
      const message = of(sent)
      if (message) toTheEndOf(message.at)
      add({ do: 'reply', id, conversation: message?.conversation ?? conversation, at: now })
    } else if (what === 'expire') {
      const message = of(sent)
      if (message) toTheEndOf(message.at)
      add({ do: 'expire', now })
    } else if (what === 'duplicate' || what === 'fail') {
      const message = of(what === 'fail' ? sent.filter(({ ours }) => ours) : sent)
      if (message) add({ do: what, of: message.id })
    } else {
      add({ do: what, conversation })
    }
  }
  return commands
}
