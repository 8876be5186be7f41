import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { refetchNumbers, refetchSoon } from '../../../web/src/live/refetch-soon.ts'

let client: QueryClient
let asked: string[]
let leave: (() => void)[]

beforeEach(() => {
  vi.useFakeTimers()
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } })
  asked = []
  leave = ['a', 'b'].map((id) => {
    client.setQueryData(['thing', id], id)
    const queryFn = () => {
      asked.push(id)
      return id
    }
    return new QueryObserver(client, { queryKey: ['thing', id], queryFn }).subscribe(() => undefined)
  })
})

afterEach(() => {
  for (const end of leave) end()
  client.clear()
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

it('asks once for what several events of one moment tell', async () => {
  for (let n = 0; n < 5; n++) refetchSoon(client, { queryKey: ['thing', 'a'] })
  expect(asked).toEqual([])
  await pass(100)
  expect(asked).toEqual(['a'])
})

it('asks no more than once in a while, and once more for what came meanwhile', async () => {
  for (let n = 0; n < 20; n++) {
    refetchSoon(client, { queryKey: ['thing', 'a'] })
    await pass(100)
  }
  expect(asked.length).toBeLessThanOrEqual(3)
  const before = asked.length
  await pass(2_000)
  expect(asked.length).toBe(before + 1)
  await pass(10_000)
  expect(asked.length).toBe(before + 1)
})

it('does not ask for what is being changed here until the change has gone through', async () => {
  let done = () => {}
  const changing = client
    .getMutationCache()
    .build(client, { mutationKey: ['change-thing', 'a'], mutationFn: () => new Promise<void>((end) => (done = end)) })
    .execute(undefined)
  refetchSoon(client, { queryKey: ['thing', 'a'] })
  refetchSoon(client, { queryKey: ['thing', 'b'] })
  await pass(5_000)
  expect(asked).toEqual(['b'])
  done()
  await changing
  await pass(1_100)
  expect(asked).toEqual(['b', 'a'])
})

it('asks for all that is wanted', async () => {
  refetchSoon(client, { queryKey: ['thing', 'a'] })
  refetchSoon(client, { queryKey: ['thing', 'b'], exact: true })
  await pass(100)
  expect(asked).toEqual(['a', 'b'])
})

it('asks for numbers again after the second in which the server tells nothing of them', async () => {
  refetchNumbers(client, { queryKey: ['thing', 'a'] })
  await pass(100)
  expect(asked).toEqual(['a'])
  await pass(1_000)
  expect(asked).toEqual(['a'])
  await pass(1_200)
  expect(asked).toEqual(['a', 'a'])
  await pass(10_000)
  expect(asked).toEqual(['a', 'a'])
})

it('asks for numbers that keep moving no more often than once in a while', async () => {
  for (let n = 0; n < 10; n++) {
    refetchNumbers(client, { queryKey: ['thing', 'a'] })
    await pass(1_000)
  }
  expect(asked.length).toBeLessThanOrEqual(11)
})
