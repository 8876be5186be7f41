import type { RunId, ScenarioId } from '../../ids.ts'
import { canonicalJson } from '../document/canonical.ts'
import type { LogEntry } from '../interpreter/log-entry.ts'
import { type Deed, deedsOf } from './deeds.ts'
import type { DryRun } from './dry-run.ts'
import type { Tape } from './tape.ts'

/** How a run of the dry run differs from what really was. */
export interface RunDiff {
  kind: 'only_dry' | 'only_live' | 'differs'
  startEventId: string
  /** the run that really was */
  live: RunId | null
  /** when it began, or when the two part; milliseconds since 1970 */
  at: number
  /** the first lines that differ; null: the other record has no such line */
  first: { step: string | null; dry: LogEntry | null; live: LogEntry | null }
  would: Deed[]
  did: Deed[]
  /** the step from which on nothing can be said */
  unknownFrom: string | null
}

export interface Comparison {
  runs: { would: number; did: number }
  would: Deed[]
  did: Deed[]
  diffs: RunDiff[]
}

/** What a dry run would have done beside what the scenario really did. Runs that are alike are counted only. */
export function compare({ runs }: Pick<DryRun, 'runs'>, tape: Tape, scenario: ScenarioId | null): Comparison {
  const really = tape.runs.filter((run) => run.scenario === scenario)
  const left = new Map(really.map((run) => [run.id, run]))
  const compared: Comparison = { runs: { would: runs.length, did: really.length }, would: [], did: [], diffs: [] }
  const add = (diff: Omit<RunDiff, 'would' | 'did'>, dry: readonly LogEntry[], live: readonly LogEntry[]) => {
    const would = deedsOf(dry)
    const did = deedsOf(live)
    compared.would.push(...would)
    compared.did.push(...did)
    if (diff.first.dry || diff.first.live) compared.diffs.push({ ...diff, would, did })
  }
  for (const { startEventId, live: id, entries, unknownFrom } of runs) {
    const live = id === null ? undefined : left.get(id)
    left.delete(id as RunId)
    const first = firstDifference(entries, live?.entries ?? [], unknownFrom)
    const at = first.dry?.at ?? first.live?.at ?? 0
    const kind = live ? 'differs' : 'only_dry'
    add({ kind, startEventId, live: live?.id ?? null, at, first, unknownFrom }, entries, live?.entries ?? [])
  }
  for (const { id, startEventId, entries } of left.values()) {
    const first = firstDifference([], entries, null)
    const at = first.live?.at ?? 0
    const diff = { kind: 'only_live', live: id, at, first, unknownFrom: null } as const
    add({ ...diff, startEventId: startEventId ?? '' }, [], entries)
  }
  return compared
}

/** Behind a step whose answer nobody knows, the dry run says nothing: that is no difference. */
function firstDifference(dry: readonly LogEntry[], live: readonly LogEntry[], unknownFrom: string | null) {
  const length = unknownFrom === null ? Math.max(dry.length, live.length) : dry.length
  for (let place = 0; place < length; place++) {
    const [one, other] = [dry[place] ?? null, live[place] ?? null]
    if (one && other && canonicalJson(one) === canonicalJson(other)) continue
    return { step: (one ?? other)?.step ?? null, dry: one, live: other }
  }
  return { step: null, dry: null, live: null }
}
