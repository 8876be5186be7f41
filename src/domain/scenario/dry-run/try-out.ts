import type { EventName } from '../document/events.ts'
import type { ConditionResult } from '../expressions/conditions.ts'
import type { LogEntry, Outcome } from '../interpreter/log-entry.ts'
import { type Run, type Waiting, waitEnds } from '../interpreter/run.ts'
import { answerAt } from './deeds.ts'
import { type DryRunOfRun, dryRun } from './dry-run.ts'
import { type MadeUpRecord, madeUpTape } from './made-up-record.ts'
import type { DryRunOptions, Written } from './options.ts'

/** A line of a run's record. */
export interface TriedEntry extends LogEntry {
  /** which run it is of: its place in `runs` */
  run: number
  /** with `asked`: what came of it; null: no answer */
  answer: { outcome: Outcome; error: LogEntry['error'] | null } | null
}

export interface TriedDecision {
  /** null: what an effect of the scenario itself led to */
  event: EventName | null
  started: boolean
  /** why not */
  reason: string | null
  condition: ConditionResult | null
}

/** What came of one happening, until the next one. */
export interface TriedAfter {
  /** when it is over; milliseconds since 1970 */
  at: number
  decisions: TriedDecision[]
  entries: TriedEntry[]
}

export interface TriedRun extends Pick<Run, 'state' | 'reason' | 'at'> {
  waiting: { what: Waiting['what']; events: EventName[]; until: number | null; isPaused: boolean } | null
  /** the step whose answer nobody can know: what comes behind it is not told */
  unknownFrom: string | null
}

export interface TriedOut {
  /** one for each happening */
  after: TriedAfter[]
  runs: TriedRun[]
  /** when the first of their waits ends by itself; null: none does */
  nextDue: number | null
  /** It led to so much that it was not played to its end. */
  isCut: boolean
}

/** What is told of one chat at most: about as much as a person would ever read. */
const MOST: Written = { entries: 3_000, characters: 2_000_000 }

/**
 * What a scenario would do with a client who does not exist: the made-up record is played by the dry run, like one that
 * really was. Nothing of it is known beforehand, so every effect is assumed (docs/decisions/0029).
 * @param moments of `momentsOf`
 */
export async function tryOut(
  record: MadeUpRecord,
  moments: readonly number[],
  options: Omit<DryRunOptions, 'until' | 'most'>,
): Promise<TriedOut> {
  const tape = madeUpTape(record, moments, options.scenario)
  const played = await dryRun(tape, { ...options, until: moments.at(-1) ?? record.from, most: MOST })
  const after = moments.map((at): TriedAfter => ({ at, decisions: [], entries: [] }))
  const told = entriesOf(played.runs)
  const shown = withinMost(told)
  for (const entry of shown) {
    const place = moments.findIndex((moment) => entry.at <= moment)
    after[place]?.entries.push(entry)
  }
  for (const { seq, n, started, reason = null, condition = null } of played.decisions) {
    const event = n === null ? null : (tape.events[seq - 1]?.happened[n]?.name ?? null)
    after[seq - 1]?.decisions.push({ event, started, reason, condition })
  }
  const runs = played.runs.map(runOf)
  const isCut = played.stopped !== null || shown.length < told.length
  const ends = runs.flatMap(({ waiting, unknownFrom }) =>
    waiting?.until != null && unknownFrom === null ? [waiting.until] : [],
  )
  return { after, runs, nextDue: ends.length > 0 ? Math.min(...ends) : null, isCut }
}

/** Of all runs, in the order of time; of one moment those first that began first. */
const entriesOf = (runs: readonly DryRunOfRun[]): TriedEntry[] =>
  runs
    .flatMap(({ entries }, run) =>
      entries.map((entry, place): TriedEntry => {
        const answer = entry.outcome === 'asked' ? answerAt(entries, place) : null
        return { ...entry, run, answer: answer && { outcome: answer.outcome, error: answer.error ?? null } }
      }),
    )
    .sort((a, b) => a.at - b.at)

/** One event may have led to more than is told. */
function withinMost(entries: readonly TriedEntry[]): readonly TriedEntry[] {
  let characters = 0
  const end = entries.findIndex((entry, place) => {
    characters += JSON.stringify(entry).length
    return place >= MOST.entries || characters > MOST.characters
  })
  return end < 0 ? entries : entries.slice(0, end)
}

function runOf({ run, unknownFrom }: DryRunOfRun): TriedRun {
  const { state, reason, at, waiting } = run
  return {
    state,
    reason,
    at,
    waiting:
      state === 'waiting' && waiting
        ? {
            what: waiting.what,
            events: waiting.events,
            until: waitEnds(waiting),
            isPaused: waiting.paused !== null,
          }
        : null,
    unknownFrom,
  }
}
