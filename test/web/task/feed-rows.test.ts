import { describe, expect, it } from 'vitest'
import type { Comment } from '../../../web/src/api/types.ts'
import { type FeedParts, feedRows } from '../../../web/src/task/feed-rows.ts'
import { linesOf, type TaskRun } from '../../../web/src/task/runs.ts'

const at = (minute: number, day = 1) => new Date(2026, 4, day, 12, minute).toISOString()

function comment(id: string, when: string, change: Partial<Comment> = {}): Comment {
  return {
    id,
    taskId: 't',
    author: { kind: 'contact', id: 'anna', name: 'Anna' },
    text: id,
    kind: 'text',
    data: {},
    attachments: [],
    reactions: [],
    editedAt: null,
    deletedAt: null,
    replyTo: null,
    notified: [],
    delivery: null,
    deliveries: [],
    bulk: false,
    at: when,
    ...change,
  }
}

function run(change: Partial<TaskRun> = {}): TaskRun {
  return {
    id: 'r',
    scenarioName: 'Greeting',
    state: 'finished',
    reason: null,
    waitsFor: null,
    pressedBy: null,
    parentId: null,
    startedAt: at(0),
    endedAt: at(0),
    ...change,
  }
}

const rows = (parts: Partial<FeedParts>) =>
  feedRows({
    comments: [],
    hasOlder: false,
    hasNewer: false,
    pending: [],
    runs: [],
    unreadFrom: null,
    history: null,
    ...parts,
  }).map((row) => {
    if (row.type === 'comment') return row.first ? `${row.key} first` : row.key
    return row.type === 'run' ? row.line.what : row.type
  })

describe('the rows of a feed', () => {
  it('are days, and in them groups of one author', () => {
    expect(
      rows({ comments: [comment('a', at(0)), comment('b', at(1)), comment('c', at(9)), comment('d', at(0, 2))] }),
    ).toEqual(['day', 'a first', 'b', 'c first', 'day', 'd first'])
  })

  it('begin a group anew where the reader left off', () => {
    expect(rows({ comments: [comment('a', at(0)), comment('b', at(1))], unreadFrom: 'b' })).toEqual([
      'day',
      'a first',
      'unread',
      'b first',
    ])
    expect(rows({ comments: [comment('a', at(0))], unreadFrom: 'elsewhere' })).toEqual(['day', 'a first'])
  })

  it('never group what stays inside with what leaves', () => {
    const employee = { author: { kind: 'employee', id: 'o', name: 'Olga' } } as const
    expect(
      rows({
        comments: [
          comment('a', at(0), employee),
          comment('b', at(1), { ...employee, notified: [{ kind: 'contact', id: 'anna' }] }),
        ],
      }),
    ).toEqual(['day', 'a first', 'b first'])
  })

  it('hold what scenarios did at its time, with days of their own', () => {
    const comments = [comment('a', at(0)), comment('b', at(2))]
    expect(rows({ comments, runs: [run({ startedAt: at(1), endedAt: at(1) })] })).toEqual([
      'day',
      'a first',
      'ran',
      'b first',
    ])
    expect(rows({ comments, runs: [run({ startedAt: at(3), endedAt: at(0, 3) })] })).toEqual([
      'day',
      'a first',
      'b',
      'started',
      'day',
      'ended',
    ])
  })

  it('leave out what scenarios did before and after the part that is loaded', () => {
    const comments = [comment('a', at(10)), comment('b', at(20))]
    const runs = [
      run({ id: 'before', startedAt: at(0), endedAt: at(0) }),
      run({ id: 'within', startedAt: at(15), endedAt: at(15) }),
      run({ id: 'after', startedAt: at(30), endedAt: at(30) }),
    ]
    expect(rows({ comments, runs, hasOlder: true, hasNewer: true })).toEqual(['day', 'a first', 'ran', 'b first'])
    expect(rows({ comments, runs, hasOlder: true })).toEqual(['day', 'a first', 'ran', 'b first', 'ran'])
    expect(rows({ comments, runs, hasNewer: true })).toEqual(['day', 'ran', 'a first', 'ran', 'b first'])
  })
})

describe('the lines of a run', () => {
  const waits = (since: string) => ({ events: ['message.received'], since, until: at(0, 2), paused: false })
  it.each<[string, Partial<TaskRun>, string[]]>([
    ['over at once', { startedAt: at(0), endedAt: at(0) }, ['ran']],
    ['over later', { startedAt: at(0), endedAt: at(9) }, ['started', 'ended']],
    ['under way', { state: 'running', endedAt: null }, ['started']],
    ['waiting since it began', { state: 'waiting', endedAt: null, waitsFor: waits(at(0)) }, ['waits']],
    ['waiting since later', { state: 'waiting', endedAt: null, waitsFor: waits(at(9)) }, ['started', 'waits']],
    ['in need of somebody', { state: 'blocked', endedAt: null }, ['started']],
  ])('%s', (_, change, expected) => {
    expect(linesOf(run(change)).map(({ what }) => what)).toEqual(expected)
  })

  it('are preceded by what was imported, and by a line between the two', () => {
    const message = (id: string, when: string, direction: 'in' | 'out') => ({
      id,
      direction,
      kind: 'text' as const,
      text: id,
      data: {},
      placeholder: false,
      file: null,
      at: when,
    })
    const messages = [message('x', at(0), 'in'), message('y', at(1), 'in'), message('z', at(2), 'out')]
    const history = { messages, from: new Date(at(0)), to: new Date(at(2)), complete: false }
    const own = [comment('a', at(5))]
    expect(rows({ comments: own, history })).toEqual([
      'day',
      'imported',
      'imported',
      'imported',
      'history',
      'day',
      'a first',
    ])
    expect(rows({ comments: own, history: { ...history, complete: true } })[0]).toBe('history-start')
    const drawn = feedRows({
      comments: own,
      hasOlder: false,
      hasNewer: false,
      pending: [],
      runs: [],
      unreadFrom: null,
      history,
    })
    expect(drawn.flatMap((row) => (row.type === 'imported' ? [row.first] : []))).toEqual([true, false, true])
  })
})
