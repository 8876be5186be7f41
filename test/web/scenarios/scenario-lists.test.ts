import { describe, expect, it } from 'vitest'
import type { ListedScenario } from '../../../web/src/scenarios/api.ts'
import { groupByLine } from '../../../web/src/scenarios/findings-by-line.ts'
import { filterOf, readRunSearch, statesIn } from '../../../web/src/scenarios/run-filter.ts'
import { kindOf, matching, stateOf, successOf } from '../../../web/src/scenarios/scenario-state.ts'

const IDLE = { runs: 0, failed: 0, ended: 0, open: 0, blocked: 0, older: 0, lastRunAt: null }
const listed = (parts: Partial<ListedScenario>): ListedScenario => ({
  id: '1',
  key: 'price-list',
  kind: 'scenario',
  name: 'Answer questions about prices',
  enabled: true,
  published: { version: 2, sha256: '', publishedAt: '' },
  trigger: { event: 'message.received', label: null },
  hasChanges: false,
  isReadable: true,
  shadowSince: null,
  updatedBy: null,
  updatedAt: '',
  activity: IDLE,
  ...parts,
})

describe('a scenario in the list', () => {
  it.each([
    [{}, 'event'],
    [{ trigger: null }, 'event'],
    [{ trigger: { event: 'schedule', label: null } }, 'schedule'],
    [{ trigger: { event: 'webhook.received', label: null } }, 'webhook'],
    [{ kind: 'button', trigger: { event: null, label: 'x' } }, 'button'],
  ] as [Partial<ListedScenario>, string][])('is of a kind: %j', (parts, kind) => {
    expect(kindOf(listed(parts))).toBe(kind)
  })

  it.each([
    [{}, 'published'],
    [{ published: null }, 'draft'],
    [{ enabled: false }, 'retired'],
    [{ enabled: false, activity: { ...IDLE, open: 1 } }, 'draining'],
  ] as [Partial<ListedScenario>, string][])('is in a state: %j', (parts, state) => {
    expect(stateOf(listed(parts))).toBe(state)
  })

  it('has a success only where something ended', () => {
    expect(successOf(IDLE)).toBeNull()
    expect(successOf({ ended: 4, failed: 1 })).toBe(0.75)
  })
})

describe('the filter of the list', () => {
  const all = [
    listed({ id: 'a' }),
    listed({
      id: 'b',
      kind: 'button',
      name: 'Send address',
      key: 'addr',
      trigger: { event: null, label: 'Our place' },
    }),
    listed({ id: 'c', name: 'Черновик', published: null, isReadable: false, hasChanges: true }),
    listed({ id: 'd', enabled: false, shadowSince: '2030', hasChanges: true }),
  ]
  it.each([
    [{}, ['a', 'b', 'c', 'd']],
    [{ q: 'PRICES answer' }, ['a', 'd']],
    [{ q: 'place' }, ['b']],
    [{ q: 'черно' }, ['c']],
    [{ q: 'price-list', kind: 'button' }, []],
    [{ kind: 'button' }, ['b']],
    [{ state: 'draft' }, ['c']],
    [{ state: 'problems' }, ['c']],
    [{ state: 'shadow' }, ['d']],
    [{ state: 'changed' }, ['d']],
    [{ state: 'published' }, ['a', 'b']],
  ] as const)('%j', (filter, ids) => {
    expect(matching(all, { q: '', kind: '', state: '', ...filter }).map(({ id }) => id)).toEqual(ids)
  })
})

describe('which runs are asked for', () => {
  it.each([
    [{}, {}],
    [{ state: 'waiting,running,nonsense' }, { state: 'running,waiting' }],
    [{ state: 'nonsense', version: '2', since: 'century' }, { version: 2 }],
    [
      { version: 0, since: 'day', scenario: 'x', contact: 'c', task: '', other: 1 },
      { since: 'day', scenario: 'x', contact: 'c' },
    ],
  ])('%j', (search, expected) => {
    expect(readRunSearch(search)).toEqual(expected)
  })

  it('in the words of the API', () => {
    const now = new Date('2030-01-02T00:00:00Z')
    expect(
      filterOf({ since: 'day', scenario: 's', contact: 'c', task: 't', version: 3, state: 'failed' }, now),
    ).toEqual({
      scenarioId: 's',
      version: 3,
      state: 'failed',
      from: '2030-01-01T00:00:00.000Z',
      contactId: 'c',
      taskId: 't',
    })
    expect(filterOf({}, now)).toEqual({})
    expect(statesIn(undefined)).toEqual([])
  })
})

describe('findings', () => {
  const finding = (line: number | null, severity: 'error' | 'warning', code: string) =>
    ({ line, severity, code, message: code, path: '', column: 1 }) as const
  it('stand by their lines, errors first', () => {
    const found = [
      finding(9, 'warning', 'w'),
      finding(2, 'error', 'x'),
      finding(9, 'error', 'e'),
      finding(null, 'error', 'c'),
    ]
    expect(groupByLine(found).map(({ line, findings }) => [line, findings.map(({ code }) => code)])).toEqual([
      [null, ['c']],
      [2, ['x']],
      [9, ['e', 'w']],
    ])
  })
})
