import { describe, expect, it } from 'vitest'
import { deviceName } from '../../../web/src/people/device-name.ts'
import { moved } from '../../../web/src/people/moved.ts'
import { mayChange, mayGiveChannel, mayGiveRole } from '../../../web/src/people/rights.ts'
import { endOf, stateOf } from '../../../web/src/people/token-state.ts'

const admin = { role: 'admin', channelIds: null } as const
const local = { role: 'admin', channelIds: ['a', 'b'] } as const

describe('nobody gives more than they have', () => {
  it.each([
    ['owner', false],
    ['admin', true],
    ['author', true],
    ['operator', true],
  ] as const)('an administrator gives the role %s: %s', (role, may) => {
    expect(mayGiveRole({ ...admin }, role)).toBe(may)
  })

  it.each([
    [admin, null, true],
    [admin, 'x', true],
    [local, 'a', true],
    [local, 'x', false],
    [local, null, false],
  ])('%j gives channel %j: %s', (me, channel, may) => {
    expect(mayGiveChannel({ ...me, channelIds: me.channelIds && [...me.channelIds] }, channel)).toBe(may)
  })

  it.each([
    [{ role: 'owner', channelIds: ['a'] }, false],
    [{ role: 'operator', channelIds: null }, false],
    [{ role: 'operator', channelIds: ['a', 'x'] }, false],
    [{ role: 'admin', channelIds: ['b'] }, true],
    [{ role: 'operator', channelIds: [] }, true],
  ] as const)('who has two channels changes %j: %s', (other, may) => {
    const copy = { role: other.role, channelIds: other.channelIds && [...other.channelIds] }
    expect(mayChange({ role: 'admin', channelIds: ['a', 'b'] }, copy)).toBe(may)
  })
})

it.each([
  [0, 1, ['b', 'a', 'c']],
  [2, -1, ['a', 'c', 'b']],
  [0, -1, ['a', 'b', 'c']],
  [2, 1, ['a', 'b', 'c']],
  [7, 1, ['a', 'b', 'c']],
] as const)('member %i moved by %i', (index, by, order) => {
  expect(moved(['a', 'b', 'c'], index, by)).toEqual(order)
})

describe('a token', () => {
  const now = new Date('2026-05-04T12:00:00Z')
  it.each([
    [null, null, 'active'],
    [null, '2026-05-04T12:00:01Z', 'active'],
    [null, '2026-05-04T12:00:00Z', 'expired'],
    ['2026-05-01T00:00:00Z', '2027-01-01T00:00:00Z', 'revoked'],
  ])('revoked %s, ending %s is %s', (revokedAt, expiresAt, state) => {
    expect(stateOf({ revokedAt, expiresAt }, now)).toBe(state)
  })

  it.each([
    ['never', null],
    ['month', '2026-06-03T12:00:00.000Z'],
    ['year', '2027-05-04T12:00:00.000Z'],
  ] as const)('that ends %s ends %s', (until, end) => {
    expect(endOf(until, now)).toBe(end)
  })
})

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36',
    'Chrome · Windows',
  ],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0', 'Edge · Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1',
    'Safari · iPhone',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:129.0) Gecko/20100101 Firefox/129.0', 'Firefox · macOS'],
  [
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 YaBrowser/24.6 Mobile Safari/537.36',
    'Yandex · Android',
  ],
  ['curl/8.5.0', null],
  [null, null],
])('%s is %s', (agent, name) => {
  expect(deviceName(agent)).toBe(name)
})
