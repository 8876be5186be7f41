import type { Deed, DryRunReport, RunDifference } from './dry-run-api.ts'

/** Several pages of a dry run as one report. */
export type WholeReport = Omit<DryRunReport, 'next'>

export const NO_REPORT: WholeReport = {
  conversations: 0,
  events: 0,
  runs: { would: 0, did: 0 },
  messages: { would: 0, did: 0 },
  olderRuns: 0,
  unknown: 0,
  cut: 0,
  diffs: [],
}

export function added(report: WholeReport, page: DryRunReport): WholeReport {
  const sum = (one: { would: number; did: number }, other: { would: number; did: number }) => ({
    would: one.would + other.would,
    did: one.did + other.did,
  })
  return {
    conversations: report.conversations + page.conversations,
    events: report.events + page.events,
    runs: sum(report.runs, page.runs),
    messages: sum(report.messages, page.messages),
    olderRuns: report.olderRuns + page.olderRuns,
    unknown: report.unknown + page.unknown,
    cut: report.cut + page.cut,
    diffs: [...report.diffs, ...page.diffs],
  }
}

export const DIFF_KINDS = ['only_dry', 'only_live', 'differs'] as const
export type DiffKind = (typeof DIFF_KINDS)[number]

/** The kinds that there are, in one order; the newest difference first. */
export function byKind(diffs: readonly RunDifference[]): { kind: DiffKind; diffs: RunDifference[] }[] {
  return DIFF_KINDS.map((kind) => ({
    kind,
    diffs: diffs
      .filter((diff) => diff.kind === kind)
      .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at)),
  })).filter(({ diffs: there }) => there.length > 0)
}

/** What would have been done beside what was: the same thing in one row, where only one side did it the other is null. */
export interface DeedPair {
  would: Deed | null
  did: Deed | null
  /** they did the same, with the same content */
  same: boolean
}

export function pairs({ would, did }: Pick<RunDifference, 'would' | 'did'>): DeedPair[] {
  const rows: DeedPair[] = []
  let place = 0
  for (const deed of would) {
    const found = did.findIndex((other, index) => index >= place && other.step === deed.step && other.do === deed.do)
    if (found < 0) {
      rows.push({ would: deed, did: null, same: false })
      continue
    }
    for (const skipped of did.slice(place, found)) rows.push({ would: null, did: skipped, same: false })
    const other = did[found] ?? null
    rows.push({ would: deed, did: other, same: other !== null && isSame(deed, other) })
    place = found + 1
  }
  for (const rest of did.slice(place)) rows.push({ would: null, did: rest, same: false })
  return rows
}

const isSame = (one: Deed, other: Deed): boolean =>
  one.outcome === other.outcome && JSON.stringify(one.with) === JSON.stringify(other.with)

export const DAY_MS = 86_400_000
/** The longest time that is played. */
export const MOST_DAYS = 90

export interface Period {
  from: Date
  to: Date
}

/** Days of a calendar as a stretch of time, in the reader's zone; `to` is counted whole. Null: there is no such one. */
export function periodOf(from: string, to: string, now: Date): Period | null {
  const [begin, end] = [new Date(`${from}T00:00:00`), new Date(`${to}T00:00:00`)]
  if (Number.isNaN(begin.getTime()) || Number.isNaN(end.getTime())) return null
  end.setDate(end.getDate() + 1)
  const last = end > now ? now : end
  const length = last.getTime() - begin.getTime()
  return length > 0 && length <= MOST_DAYS * DAY_MS ? { from: begin, to: last } : null
}
