import { describe, expect, it } from 'vitest'
import { filterOf, listOf, readFilter, readInboxSearch } from '../../../web/src/inbox/inbox-search.ts'

describe('what the address says of the inbox', () => {
  it.each([
    [{}, {}],
    [{ view: 'mine' }, { view: 'mine' }],
    [{ view: 'nonsense', other: 1 }, {}],
    [
      { q: 42, tag: 'vip', channel: 'c1' },
      { q: '42', tag: 'vip', channel: 'c1' },
    ],
    [{ q: '', unread: false, details: 'yes' }, {}],
    [
      { unread: true, details: true, saved: 'v1', assignee: 'me' },
      { unread: true, details: true, saved: 'v1', assignee: 'me' },
    ],
    [{ tag: { evil: 1 } }, {}],
  ])('%j', (given, expected) => {
    expect(readInboxSearch(given)).toEqual(expected)
  })

  it('a link to another task keeps the list, not the panel', () => {
    expect(listOf({ view: 'mine', q: 'a', details: true })).toEqual({ view: 'mine', q: 'a' })
  })
})

describe('what the API is asked for', () => {
  it.each([
    [{}, { status: 'active', snoozed: 'hide' }],
    [{ view: 'mine' as const }, { status: 'active', assigneeId: 'me', snoozed: 'hide' }],
    [{ view: 'unassigned' as const }, { status: 'active', assigneeId: 'none', snoozed: 'hide' }],
    [{ view: 'awaiting' as const }, { status: 'active', awaiting: true, snoozed: 'hide', sort: 'awaiting' }],
    [{ view: 'done' as const }, { status: 'inactive' }],
    [{ view: 'snoozed' as const }, { snoozed: 'only' }],
    [
      { view: 'snoozed' as const, q: 'anna' },
      { snoozed: 'only', q: 'anna' },
    ],
    // Whoever searches finds what is put aside, too.
    [{ q: '  anna ' }, { status: 'active', q: 'anna' }],
    [
      { view: 'mine' as const, channel: 'c1', tag: 'vip', unread: true as const },
      { status: 'active', assigneeId: 'me', snoozed: 'hide', channelId: 'c1', tag: 'vip', unread: true },
    ],
    [
      { view: 'mine' as const, assignee: 'paul' },
      { status: 'active', assigneeId: 'paul', snoozed: 'hide' },
    ],
  ])('%j', (search, expected) => {
    expect(filterOf(search)).toEqual(expected)
  })

  it('a saved view is narrowed further by what the address says', () => {
    const saved = { status: 'active', tag: 'vip', sort: 'awaiting' } as const
    expect(filterOf({ saved: 'v1', view: 'done', q: 'anna' }, saved)).toEqual({ ...saved, q: 'anna' })
  })
})

describe('a filter that was stored', () => {
  it.each([
    [{ status: 'active', sort: 'updated', snoozed: 'any', awaiting: false }, { status: 'active' }],
    [
      { awaiting: true, unread: true, sort: 'awaiting' },
      { awaiting: true, unread: true, sort: 'awaiting' },
    ],
    [{ tag: 'vip', unknown: 'x', q: '' }, { tag: 'vip' }],
    [{ status: 5, assigneeId: null }, {}],
  ])('%j', (stored, expected) => {
    expect(readFilter(stored)).toEqual(expected)
  })

  it('has one form, whatever the order of its keys', () => {
    expect(JSON.stringify(readFilter({ tag: 'a', status: 'active' }))).toBe(
      JSON.stringify(readFilter({ status: 'active', tag: 'a' })),
    )
  })
})
