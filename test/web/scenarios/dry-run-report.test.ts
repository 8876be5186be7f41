import { describe, expect, it } from 'vitest'
import type { Deed, DryRunReport, RunDifference } from '../../../web/src/scenarios/dry-run-api.ts'
import { added, byKind, NO_REPORT, pairs, periodOf } from '../../../web/src/scenarios/dry-run-report.ts'

const deed = (step: string, text: string, outcome: string | null = 'done'): Deed => ({
  step,
  at: '2030-01-01T00:00:00.000Z',
  do: 'sendText',
  with: { text },
  outcome,
})
const diff = (kind: RunDifference['kind'], at: string): RunDifference => ({
  conversationId: 'c',
  contact: null,
  taskId: null,
  startEventId: at,
  runId: null,
  kind,
  at,
  first: { step: null, dry: null, live: null },
  would: [],
  did: [],
  unknownFrom: null,
})

describe('pages of a dry run', () => {
  const page: DryRunReport = {
    conversations: 2,
    events: 10,
    runs: { would: 3, did: 1 },
    messages: { would: 4, did: 2 },
    olderRuns: 1,
    unknown: 1,
    cut: 1,
    diffs: [diff('only_dry', '2030-01-01')],
    next: 'x',
  }
  it('are one report', () => {
    expect(added(added(NO_REPORT, page), { ...page, next: null })).toEqual({
      conversations: 4,
      events: 20,
      runs: { would: 6, did: 2 },
      messages: { would: 8, did: 4 },
      olderRuns: 2,
      unknown: 2,
      cut: 2,
      diffs: [...page.diffs, ...page.diffs],
    })
  })

  it('are told by kind, the newest first', () => {
    const diffs = [diff('differs', '2030-01-01'), diff('only_dry', '2030-01-02'), diff('differs', '2030-01-03')]
    expect(byKind(diffs).map(({ kind, diffs: there }) => [kind, there.map(({ at }) => at)])).toEqual([
      ['only_dry', ['2030-01-02']],
      ['differs', ['2030-01-03', '2030-01-01']],
    ])
  })
})

describe('what would have been done beside what was', () => {
  const [a, b, c] = [deed('a', 'A'), deed('b', 'B'), deed('c', 'C')]
  it.each([
    ['the same', [a, b], [a, b], ['a=a', 'b=b']],
    ['another text', [deed('a', 'Z')], [a], ['a≠a']],
    ['another outcome', [deed('a', 'A', null)], [a], ['a≠a']],
    ['one more', [a, b], [a], ['a=a', 'b≠-']],
    ['one less', [b], [a, b], ['-≠a', 'b=b']],
    ['one instead of another', [a, c], [a, b], ['a=a', 'c≠-', '-≠b']],
    ['nothing', [], [a], ['-≠a']],
    ['all', [a], [], ['a≠-']],
  ])('%s', (_, would, did, expected) => {
    const rows = pairs({ would, did })
    expect(rows.map((row) => `${row.would?.step ?? '-'}${row.same ? '=' : '≠'}${row.did?.step ?? '-'}`)).toEqual(
      expected,
    )
  })
})

describe('days that are chosen', () => {
  const now = new Date('2030-06-15T12:00:00')
  it.each([
    ['2030-06-01', '2030-06-02', '2030-06-01T00:00:00', '2030-06-03T00:00:00'],
    ['2030-06-15', '2030-06-15', '2030-06-15T00:00:00', '2030-06-15T12:00:00'],
    ['2030-06-14', '2030-06-20', '2030-06-14T00:00:00', '2030-06-15T12:00:00'],
  ])('%s – %s', (from, to, begins, ends) => {
    expect(periodOf(from, to, now)).toEqual({ from: new Date(begins), to: new Date(ends) })
  })
  it.each([
    ['2030-06-02', '2030-06-01'],
    ['2030-01-01', '2030-06-01'],
    ['2030-06-16', '2030-06-20'],
    ['', '2030-06-01'],
    ['2030-06-01', ''],
  ])('%s – %s is none', (from, to) => {
    expect(periodOf(from, to, now)).toBeNull()
  })
})
