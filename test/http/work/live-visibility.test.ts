import { expect, it } from 'vitest'
import type { ChannelId, UserId } from '../../../src/domain/ids.ts'
import type { Principal } from '../../../src/http/context.ts'
import { mayLearn } from '../../../src/http/work/live-visibility.ts'
import type { LiveRow } from '../../../src/store/live/read-live.ts'

const person = (role: Principal['role'], channels: string[] | null): Principal => ({
  userId: 'me' as UserId,
  name: 'Me',
  role,
  channelIds: channels as ChannelId[] | null,
  key: 'user:me',
})
const everywhere = person('operator', null)
const here = person('operator', ['here'])
const authorHere = person('author', ['here'])
const author = person('author', null)
const token: Principal = { ...everywhere, userId: null }

const inHouse = { conversationId: null, taskId: null }

it.each<[LiveRow['event'], Record<string, unknown>, Principal, boolean]>([
  ['task', { channelId: 'here' }, here, true],
  ['task', { channelId: 'there' }, here, false],
  ['presence', { channelId: 'here', userId: 'other' }, here, true],
  ['presence', { channelId: 'there', userId: 'other' }, here, false],
  ['read', { channelId: 'here', userId: 'me' }, here, true],
  ['read', { channelId: 'here', userId: 'other' }, everywhere, false],
  ['read', { channelId: 'here', userId: 'me' }, token, false],
  ['view', { userId: 'me' }, here, true],
  ['view', { userId: 'other' }, everywhere, false],
  ['view', { userId: null }, here, true],
  ['run', { channelId: 'here', conversationId: 'c' }, here, true],
  ['run', { channelId: 'there', conversationId: 'c' }, here, false],
  ['run', { ...inHouse, channelId: null }, everywhere, false],
  ['run', { ...inHouse, channelId: null }, author, true],
  ['run', { ...inHouse, channelId: null }, authorHere, true],
  ['run', { ...inHouse, channelId: 'here' }, authorHere, true],
  ['run', { ...inHouse, channelId: 'there' }, authorHere, false],
  ['dead_letter', { channelId: 'here' }, person('admin', ['here']), true],
  ['dead_letter', { channelId: 'there' }, person('admin', ['here']), false],
  ['dead_letter', { channelId: null }, person('admin', ['here']), false],
  ['dead_letter', { channelId: null }, person('admin', null), true],
  ['dead_letter', { channelId: 'here' }, author, false],
])('%s %j', (event, data, principal, expected) => {
  expect(mayLearn(principal, { event, data, position: { xid: 1n, id: 1n, seconds: 0 } })).toBe(expected)
})
