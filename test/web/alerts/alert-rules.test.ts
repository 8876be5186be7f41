import { describe, expect, it } from 'vitest'
import { callsFor } from '../../../web/src/alerts/alert-rules.ts'
import { type AlertSettings, readAlertSettings } from '../../../web/src/alerts/alert-settings.ts'
import { type TaskParts, task, time } from '../inbox/task.ts'

const SETTINGS = readAlertSettings(null)
const mine: TaskParts = { assignees: [{ id: 'me', name: 'Olga' }] }
const fromClient: TaskParts = {
  unread: 1,
  lastMessageAt: time(10),
  preview: { text: 'Hello', kind: 'text', authorKind: 'contact', authorId: null, toClient: false, at: time(10) },
}

describe('somebody is called', () => {
  const cases: [string, AlertSettings['for'], TaskParts | null, TaskParts, boolean][] = [
    ['for a message in a task of theirs', 'mine', {}, { ...fromClient, ...mine }, true],
    ['for the first message', 'mine', null, { ...fromClient, ...mine }, true],
    ['for one where they take part', 'mine', {}, { ...fromClient, participants: [{ id: 'me', name: 'Olga' }] }, true],
    ["not for another's", 'mine', {}, fromClient, false],
    ["for another's, where they want all", 'all', {}, fromClient, true],
    ['never, where they want none', 'none', {}, { ...fromClient, ...mine }, false],
    [
      'not for what a colleague wrote',
      'all',
      {},
      {
        ...fromClient,
        preview: { text: 'x', kind: 'text', authorKind: 'employee', authorId: null, toClient: true, at: time(10) },
      },
      false,
    ],
    ['not for what is read already', 'all', {}, { ...fromClient, unread: 0 }, false],
    ['not again for the same message', 'all', { lastMessageAt: time(10) }, { ...fromClient, unread: 2 }, false],
    ['not for what they put aside', 'all', {}, { ...fromClient, snoozed: { until: null } }, false],
    ['not for what came long ago', 'all', {}, { ...fromClient, lastMessageAt: time(5) }, false],
  ]
  it.each(cases)('%s', (_, wanted, before, after, expected) => {
    const known = before === null ? undefined : task('a', 1, before)
    const settings = { ...SETTINGS, for: wanted }
    expect(callsFor(known, task('a', 10, after), { me: 'me', settings, now: new Date(time(11)) })).toBe(expected)
  })
})

it('reads settings that something else has written', () => {
  expect(readAlertSettings('{"for":"all","sound":false}')).toEqual({ ...SETTINGS, for: 'all', sound: false })
  expect(readAlertSettings('{"for":"everything","sound":"loud"}')).toEqual(SETTINGS)
  expect(readAlertSettings('nonsense')).toEqual(SETTINGS)
  expect(readAlertSettings('null')).toEqual(SETTINGS)
})
