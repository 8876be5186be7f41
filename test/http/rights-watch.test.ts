import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { rightsWatch } from '../../src/http/rights-watch.ts'
import type { CredentialName, Standing } from '../../src/store/access/standing.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const session = (hash: string): CredentialName => ({ kind: 'cookie', hash })
const operator = { role: 'operator', channelIds: null } as const

/** Credentials that are good, and the questions that were asked about them. */
function stage() {
  const good = new Map<string, Standing>()
  const questions: string[][] = []
  const lost: string[] = []
  const troubles: unknown[] = []
  let away = false
  const watch = rightsWatch(
    async (credentials) => {
      questions.push(credentials.map(({ hash }) => hash))
      if (away) throw new Error('the database is away')
      return credentials.flatMap(({ hash }) => good.get(hash) ?? [])
    },
    (error) => troubles.push(error),
  )
  return {
    questions,
    lost,
    troubles,
    setAway: (now: boolean) => {
      away = now
    },
    allow: (hash: string, rights: Partial<Standing> = {}) =>
      good.set(hash, { ...session(hash), ...operator, ...rights }),
    revoke: (hash: string) => good.delete(hash),
    open: (hash: string, name = hash) => watch.watch(session(hash), operator, () => lost.push(name)),
  }
}

it('asks once for all streams, and each credential once', async () => {
  const { questions, allow, open } = stage()
  for (const hash of ['a', 'b', 'c']) {
    allow(hash)
    for (let tab = 0; tab < 50; tab++) open(hash)
  }
  await vi.advanceTimersByTimeAsync(1_000)
  expect(questions).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ])
})

it('tells within a second who lost what, once', async () => {
  const { lost, allow, revoke, open } = stage()
  for (const hash of ['stays', 'revoked', 'changed', 'narrowed']) {
    allow(hash)
    open(hash)
  }
  await vi.advanceTimersByTimeAsync(10_000)
  expect(lost).toEqual([])
  revoke('revoked')
  allow('changed', { role: 'admin' })
  allow('narrowed', { channelIds: [] })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(lost.toSorted()).toEqual(['changed', 'narrowed', 'revoked'])
  await vi.advanceTimersByTimeAsync(5_000)
  expect(lost).toHaveLength(3)
})

it('ends nobody while the database is away, and finds out afterwards', async () => {
  const { lost, troubles, allow, revoke, open, setAway } = stage()
  allow('a')
  open('a')
  revoke('a')
  setAway(true)
  await vi.advanceTimersByTimeAsync(3_000)
  expect([lost, troubles.length > 0]).toEqual([[], true])
  setAway(false)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(lost).toEqual(['a'])
})

it('asks nothing while there is nobody', async () => {
  const { questions, allow, open } = stage()
  allow('a')
  open('a')()
  await vi.advanceTimersByTimeAsync(400)
  const asked = questions.length
  await vi.advanceTimersByTimeAsync(10_000)
  expect(questions.length).toBe(asked)
  open('a')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(questions.length).toBeGreaterThan(asked)
})
