import { describe, expect, it } from 'vitest'
import type { UserId } from '../../src/domain/ids.ts'
import { type Dialogue, suggestedNotify } from '../../src/domain/suggested-notify.ts'

const [me, anna, boris] = ['me', 'anna', 'boris'] as UserId[] as [UserId, UserId, UserId]
const nobody = { contact: false, employeeIds: [] }
const client = { contact: true, employeeIds: [] }

describe('whom the composer suggests (M11)', () => {
  it.each<[string, Partial<Dialogue>, typeof nobody | typeof client | { contact: boolean; employeeIds: UserId[] }]>([
    ['an assignee, nobody has written', { assigneeIds: [me] }, client],
    ['one of two assignees, nobody has written', { assigneeIds: [anna, me] }, client],
    ['one who has written', { writers: [me] }, client],
    ['one who has written beside a colleague', { writers: [anna, me] }, client],
    ['an assignee who has written', { assigneeIds: [me], writers: [me, anna] }, client],
    ['one who joins, nobody has written', { assigneeIds: [anna] }, nobody],
    ['one who joins a colleague', { assigneeIds: [anna], writers: [anna] }, nobody],
    ['an assignee while a colleague writes', { assigneeIds: [me], writers: [anna] }, nobody],
    ['one with no part in it', {}, nobody],
    ['one whom a colleague’s note asked', { openNote: { by: anna } }, { contact: false, employeeIds: [anna] }],
    [
      'the writer, asked by a colleague',
      { writers: [me], openNote: { by: boris } },
      { contact: false, employeeIds: [boris] },
    ],
    [
      'the assignee, asked by a colleague',
      { assigneeIds: [me], openNote: { by: boris } },
      { contact: false, employeeIds: [boris] },
    ],
    ['a note of my own', { writers: [me], openNote: { by: me } }, client],
  ])('%s', (_, dialogue, expected) => {
    expect(suggestedNotify({ me, assigneeIds: [], writers: [], openNote: null, ...dialogue })).toEqual(expected)
  })
})
