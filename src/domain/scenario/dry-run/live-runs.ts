import type { RunId, ScenarioId } from '../../ids.ts'
import { canonicalJson } from '../document/canonical.ts'
import { answerOfRecord, type RecordedAnswer } from '../engine/answer-of-record.ts'
import type { Effect } from '../interpreter/effects.ts'
import type { LogEntry } from '../interpreter/log-entry.ts'
import type { Answer } from '../interpreter/stimulus.ts'
import { plain } from '../interpreter/turn.ts'
import type { EffectName, LiveDecision, LiveRun, Tape } from './tape.ts'

/** How an effect was answered that really was asked for. */
export type LiveAnswer =
  | { when: 'at_once'; answer: Answer }
  /** by an event that is still to come */
  | { when: 'later' }
  /** not before the end of the tape, or the run ended first */
  | { when: 'never' }

interface Asked {
  entry: LogEntry
  next: LogEntry | undefined
}

export const nameOf = ({ run, number }: EffectName): string => `${run}/${number}`

/** What really was, to be looked up while a dry run plays the same events. */
export class LiveRuns {
  readonly #tape: Tape
  readonly #byStart = new Map<string, LiveRun[]>()
  readonly #byId = new Map<RunId, LiveRun>()
  readonly #canonical = new Map<LogEntry, string>()
  /** by the effect's name: the events that answer it */
  readonly #answers = new Map<string, { seq: number; answer: Answer }[]>()
  readonly #decisions = new Map<string, LiveDecision>()

  constructor(tape: Tape) {
    this.#tape = tape
    for (const run of tape.runs) {
      this.#byId.set(run.id, run)
      if (run.startEventId === null) continue
      push(this.#byStart, `${run.scenario} ${run.startEventId}`, run)
    }
    for (const { seq, payload } of tape.events) {
      const answered = answerOfRecord(payload)
      const to = answered && this.effectOf(answered)
      if (answered && to) push(this.#answers, nameOf(to), { seq, answer: answered.answer })
    }
    for (const decision of tape.decisions) this.#decisions.set(`${decision.seq} ${decision.n}`, decision)
  }

  /** Whether the run was started by an event of the tape. */
  has = (run: RunId): boolean => this.#byId.has(run)

  /** The run that really was started, where the dry run starts one; each is given once. */
  take(scenario: ScenarioId, startEventId: string): LiveRun | null {
    return this.#byStart.get(`${scenario} ${startEventId}`)?.shift() ?? null
  }

  /** The effect that an answer is about; null: it is no message of one of these runs. */
  effectOf({ to }: Pick<RecordedAnswer, 'to'>): (EffectName & { step: string }) | null {
    return 'run' in to ? to : (this.#tape.deliveries.get(to.delivery) ?? null)
  }

  decision(seq: number, n: number): LiveDecision | null {
    return this.#decisions.get(`${seq} ${n}`) ?? null
  }

  /** Whether a run has written the same line there. */
  wrote({ entries }: LiveRun, entry: LogEntry): boolean {
    const written = entries[entry.n - 1]
    return written !== undefined && this.#text(written) === canonicalJson(entry)
  }

  /** How the same effect was answered; null: the run did not ask for it. */
  answerTo(run: LiveRun, effect: Effect, now: { seq: number }): LiveAnswer | null {
    const asked = askedIn(run, effect.number)
    if (!asked || asked.entry.step !== effect.step || !sameDeed(asked.entry, effect)) return null
    const answers = this.#answers.get(nameOf({ run: run.id, number: effect.number })) ?? []
    const [first] = answers
    if (first && answers.some(({ seq }) => seq > now.seq)) return { when: 'later' }
    if (first) return { when: 'at_once', answer: first.answer }
    return atOnce(asked)
  }

  /** Whether a message was taken back before it left, and the run ended with it. */
  wasWithdrawn(run: LiveRun, number: number): boolean {
    const next = askedIn(run, number)?.next
    return next?.outcome === 'stopped' && next.error?.code === 'human_reply'
  }

  /** The list, or the answer, that the same deed of the same step gave in the run, whenever it was; undefined: none. */
  valueOf(run: LiveRun, effect: Effect): Answer | undefined {
    for (const entry of run.entries) {
      if (entry.outcome !== 'asked' || entry.effect === undefined) continue
      if (entry.step !== effect.step || !sameDeed(entry, effect)) continue
      const answers = this.#answers.get(nameOf({ run: run.id, number: entry.effect }))
      const last = answers?.at(-1)?.answer
      if (last) return last
      const asked = askedIn(run, entry.effect)
      const answered = asked && atOnce(asked)
      if (answered?.when === 'at_once') return answered.answer
    }
    return undefined
  }

  #text(entry: LogEntry): string {
    const known = this.#canonical.get(entry)
    if (known !== undefined) return known
    const text = canonicalJson(entry)
    this.#canonical.set(entry, text)
    return text
  }
}

function askedIn({ entries }: LiveRun, number: number): Asked | null {
  const place = entries.findIndex(({ outcome, effect }) => outcome === 'asked' && effect === number)
  const entry = entries[place]
  return entry ? { entry, next: entries[place + 1] } : null
}

function sameDeed({ inputs }: LogEntry, { step: _, number: __, action: ___, ...deed }: Effect): boolean {
  return canonicalJson(inputs) === canonicalJson(plain(deed))
}

/** What came of an effect is what the next line of the record says. */
function atOnce({ entry, next }: Asked): LiveAnswer {
  if (!next || next.step !== entry.step) return { when: 'never' }
  const refused = (final: boolean): LiveAnswer => {
    const { code, message } = next.error ?? { code: 'window_closed', message: '' }
    return { when: 'at_once', answer: { ok: false, code, message, final } }
  }
  if (next.effect === entry.effect) {
    if (next.outcome === 'error') return refused(true)
    if (next.outcome === 'blocked') return refused(false)
    if (next.outcome === 'done') return { when: 'at_once', answer: { ok: true, value: givenValue(next) } }
  }
  // A closed window is met by what the step says of it; a fallback is the next thing that is asked for.
  const meetsWindow = next.outcome === 'skipped' || next.outcome === 'parked' || next.outcome === 'asked'
  if (meetsWindow || (next.outcome === 'error' && next.error?.code === 'window_closed')) return refused(true)
  return { when: 'never' }
}

/** A step that keeps its value says so in its record: `{ <variable>: value }`. */
function givenValue({ inputs }: LogEntry) {
  const values = typeof inputs === 'object' && inputs !== null ? Object.values(inputs) : []
  return values[0] ?? null
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key)
  if (known) known.push(value)
  else map.set(key, [value])
}
