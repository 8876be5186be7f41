import { describe, expect, it } from 'vitest'
import type { TaskFilter } from '../../../web/src/api/tasks.ts'
import type { Task } from '../../../web/src/api/types.ts'
import { matchesFilter, placed, type TaskPages } from '../../../web/src/live/task-place.ts'
import { type TaskParts, task, time } from '../inbox/task.ts'

const me = { id: 'me', name: 'Olga' }
const other = { id: 'other', name: 'Paul' }

describe('which list a task belongs into', () => {
  const cases: [string, TaskFilter, TaskParts, boolean | null][] = [
    ['an active one to the active', { status: 'active' }, {}, true],
    ['a done one not to the active', { status: 'active' }, { status: 'done' }, false],
    ['a done one to the done', { status: 'inactive' }, { status: 'done' }, true],
    ['any to all', { status: 'all' }, { status: 'done' }, true],
    ['mine to mine', { assigneeId: 'me' }, { assignees: [other, me] }, true],
    ["another's not to mine", { assigneeId: 'me' }, { assignees: [other] }, false],
    ["another's to theirs", { assigneeId: 'other' }, { assignees: [other] }, true],
    ["nobody's to nobody's", { assigneeId: 'none' }, {}, true],
    ["somebody's not to nobody's", { assigneeId: 'none' }, { assignees: [other] }, false],
    ['where I take part', { participantId: 'me' }, { participants: [me] }, true],
    ['where I am only assigned not to those I take part in', { participantId: 'me' }, { assignees: [me] }, false],
    ["a contact's", { contactId: 'contact-a' }, {}, true],
    ["another contact's", { contactId: 'contact-b' }, {}, false],
    ["a channel's", { channelId: 'channel-1' }, {}, true],
    ["another channel's", { channelId: 'channel-2' }, {}, false],
    ['with the tag', { tag: 'vip' }, { tags: ['new', 'vip'] }, true],
    ['without the tag', { tag: 'vip' }, { tags: ['VIP'] }, false],
    ['with a client who waits', { awaiting: true }, { awaitingSince: time(1) }, true],
    ['with a client who has an answer', { awaiting: true }, {}, false],
    ['a done one in which a client waited', { awaiting: true }, { awaitingSince: time(1), status: 'done' }, false],
    ['with unread', { unread: true }, { unread: 2 }, true],
    ['all read', { unread: true }, {}, false],
    ['put aside, where that is hidden', { snoozed: 'hide' }, { snoozed: { until: null } }, false],
    ['put aside, where only that is shown', { snoozed: 'only' }, { snoozed: { until: null } }, true],
    ['at hand, where only what is put aside is shown', { snoozed: 'only' }, {}, false],
    ['put aside, where it does not matter', {}, { snoozed: { until: null } }, true],
    ['a search only the server can tell', { q: 'coat' }, {}, null],
    ['a search, unless something else rules it out', { q: 'coat', unread: true }, {}, false],
    [
      'all conditions at once',
      { status: 'active', assigneeId: 'me', tag: 'vip', unread: true },
      { assignees: [me], tags: ['vip'] },
      false,
    ],
  ]
  it.each(cases)('%s', (_, filter, given, expected) => {
    expect(matchesFilter(task('a', 1, given), filter, 'me')).toBe(expected)
  })

  it('"me" is nobody for a token', () => {
    expect(matchesFilter(task('a', 1, { assignees: [me] }), { assigneeId: 'me' }, null)).toBe(false)
  })
})

const pagesOf = (...pages: [Task[], string | null][]): TaskPages => ({
  pages: pages.map(([items, next]) => ({ items, next })),
  pageParams: pages.map((_, index) => (index === 0 ? undefined : `cursor-${index}`)),
})
const idsOf = ({ pages }: TaskPages) => pages.map(({ items }) => items.map(({ id }) => id).join(' '))

describe('its place in the pages', () => {
  const list = pagesOf([[task('c', 30), task('b', 20)], 'cursor-1'], [[task('a', 10)], 'cursor-2'])

  it.each([
    ['the newest comes first', task('new', 40), ['new c b', 'a']],
    ['in the middle of a page', task('new', 25), ['c new b', 'a']],
    ['on the second page', task('new', 15), ['c b', 'new a']],
    ['older than all that is loaded: with its page', task('new', 5), ['c b', 'a']],
    ['one that is there moves up', task('a', 50), ['a c b', '']],
    ['one that is there moves down', task('c', 15), ['b', 'c a']],
    ['one that is there falls behind all that is loaded', task('c', 5), ['b', 'a']],
    ['of the same moment the later id first, as the server has it', task('bb', 20), ['c bb b', 'a']],
  ] as const)('%s', (_, moved, expected) => {
    expect(idsOf(placed(list, moved, true))).toEqual(expected)
  })

  it('at the end where everything is loaded', () => {
    const whole = pagesOf([[task('c', 30)], null])
    expect(idsOf(placed(whole, task('new', 5), true))).toEqual(['c new'])
    expect(idsOf(placed(pagesOf([[], null]), task('new', 5), true))).toEqual(['new'])
  })

  it('takes out what belongs there no more', () => {
    expect(idsOf(placed(list, task('b', 60), false))).toEqual(['c', 'a'])
  })

  it('leaves alone what it does not concern', () => {
    expect(placed(list, task('stranger', 60), false)).toBe(list)
    const changed = placed(list, task('new', 25), true)
    expect(changed.pages[1]).toBe(list.pages[1])
    expect(list.pages[0]?.items).toHaveLength(2)
  })

  it('orders by who has waited longest, then by the last change', () => {
    const waiting = (id: string, since: number, minute: number) => task(id, minute, { awaitingSince: time(since) })
    const longest = pagesOf([[waiting('a', 1, 9), waiting('b', 5, 50), task('x', 40), task('y', 30)], null])
    const place = (moved: Task) => idsOf(placed(longest, moved, true, 'awaiting'))[0]
    expect(place(waiting('new', 0, 2))).toBe('new a b x y')
    expect(place(waiting('new', 3, 60))).toBe('a new b x y')
    expect(place(task('new', 35))).toBe('a b x new y')
    expect(place(task('a', 60))).toBe('b a x y')
    expect(place(task('done', 35, { status: 'done', awaitingSince: time(0) }))).toBe('a b x done y')
  })
})
