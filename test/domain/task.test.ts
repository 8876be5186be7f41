import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseAssignees, chooseTask, DEFAULT_STATUSES, firstActiveStatus, taskTitle } from '../../src/domain/task.ts'

describe('chooseTask (M7, M13)', () => {
  it.each([
    { last: null, newTask: true, reopen: true, expected: { choose: 'open' } },
    { last: null, newTask: false, reopen: false, expected: { choose: 'open' } },
    { last: { active: true }, newTask: true, reopen: true, expected: { choose: 'use' } },
    { last: { active: true }, newTask: false, reopen: false, expected: { choose: 'use' } },
    { last: { active: false }, newTask: true, reopen: true, expected: { choose: 'open' } },
    { last: { active: false }, newTask: false, reopen: true, expected: { choose: 'join', reopen: true } },
    { last: { active: false }, newTask: false, reopen: false, expected: { choose: 'join', reopen: false } },
  ])('last $last, new task option $newTask, reopen $reopen → $expected', ({ last, newTask, reopen, expected }) => {
    expect(chooseTask(last, { newTaskIfNoActive: newTask, reopenLastTask: reopen })).toEqual(expected)
  })
})

describe('chooseAssignees (M9)', () => {
  const everybody = () => true
  it.each([
    [
      'the template’s people, the extra ones after them',
      { assignees: ['a'], extra: ['b'], creator: 'c', owner: 'o' },
      ['a', 'b'],
    ],
    ['whoever set the channel up, where none is given', { assignees: [], extra: [], creator: 'c', owner: 'o' }, ['c']],
    ['the owner, where nobody did', { assignees: [], extra: [], creator: null, owner: 'o' }, ['o']],
    ['extra people do not replace the assignee', { assignees: [], extra: ['b'], creator: 'c', owner: 'o' }, ['c', 'b']],
    ['nobody twice', { assignees: ['a', 'a'], extra: ['a'], creator: 'c', owner: 'o' }, ['a']],
    ['nobody at all', { assignees: [], extra: [], creator: null, owner: null }, []],
  ])('%s', (_, given, expected) => {
    expect(
      chooseAssignees({
        assignees: given.assignees,
        extraAssignees: given.extra,
        channelCreator: given.creator,
        owner: given.owner,
        isActive: everybody,
      }),
    ).toEqual(expected)
  })

  it('passes over people who have left', () => {
    const isActive = (user: string) => user !== 'gone'
    const options = { assignees: ['gone'], extraAssignees: ['b'], channelCreator: 'gone', owner: 'o', isActive }
    expect(chooseAssignees(options)).toEqual(['o', 'b'])
  })
})

describe('taskTitle', () => {
  const values = { contact: 'Анна', phone: '+79161234567', channel: 'Shop' }
  it.each([
    ['{contact}', 'Анна'],
    ['WhatsApp: {contact} ({phone}) – {channel}', 'WhatsApp: Анна (+79161234567) – Shop'],
    ['{unknown} {contact}', '{unknown} Анна'],
    ['  ', 'Анна'],
  ])('%j → %j', (pattern, expected) => {
    expect(taskTitle(pattern, values)).toBe(expected)
  })

  it('is one line of at most 200 characters, whatever a client is called, and never replaces inside a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (contact) => {
        const title = taskTitle('{contact}', { contact, phone: null, channel: 'C' })
        expect([...title].length).toBeLessThanOrEqual(200)
        expect(title).not.toMatch(/[\p{Cc}\n\r]/u)
      }),
    )
    expect(taskTitle('{contact}', { ...values, contact: '{phone}' })).toBe('{phone}')
  })
})

describe('firstActiveStatus', () => {
  it('is the first active one of the set, else the default', () => {
    expect(
      firstActiveStatus([
        { key: 'x', name: 'X', active: false },
        { key: 'y', name: 'Y', active: true },
      ]).key,
    ).toBe('y')
    expect(firstActiveStatus([])).toEqual(DEFAULT_STATUSES[0])
  })
})
