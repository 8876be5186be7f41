import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLiveApplier } from '../../../web/src/live/apply-live.ts'
import { type LiveEvent, readLiveEvent } from '../../../web/src/live/live-event.ts'

const event = (name: LiveEvent['name'], ids: object = {}) => readLiveEvent(name, JSON.stringify(ids))

describe('what is cached while things happen', () => {
  let client: QueryClient
  let applier: ReturnType<typeof createLiveApplier>
  let leave: () => void

  beforeEach(() => {
    client = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000 } } })
    for (const key of ['task-buttons', 'shown', 'feed']) client.setQueryData([key, 'a'], [])
    leave = new QueryObserver(client, { queryKey: ['shown', 'a'], queryFn: () => [] }).subscribe(() => undefined)
    applier = createLiveApplier(client, { me: 'me' })
  })

  afterEach(() => {
    applier.stop()
    leave()
    client.clear()
  })

  const distrusted = () =>
    client
      .getQueryCache()
      .getAll()
      .filter(({ state }) => state.isInvalidated)
      .map(({ queryKey }) => queryKey[0])

  it('is asked for again when it comes back to the screen; its own part keeps what is shown', () => {
    applier.apply(event('scenario', { scenarioId: 's' }))
    expect(distrusted()).toEqual(['task-buttons'])
  })

  it('is not touched by who looks at what', () => {
    applier.apply(event('presence', { taskId: 'a', userId: 'you', state: 'viewing' }))
    expect(distrusted()).toEqual([])
  })
})

describe('when a change is shown', () => {
  let client: QueryClient
  let applier: ReturnType<typeof createLiveApplier>
  let shown: number
  let leave: () => void

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    client = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000 } } })
    client.setQueryData(['feed', 'a'], [])
    shown = 0
    const queryFn = () => {
      shown++
      return []
    }
    leave = new QueryObserver(client, { queryKey: ['feed', 'a'], queryFn }).subscribe(() => undefined)
    applier = createLiveApplier(client, { me: 'me' })
  })

  afterEach(() => {
    applier.stop()
    leave()
    client.clear()
    vi.useRealTimers()
  })

  const happens = () => {
    applier.apply(event('comment', { taskId: 'a', taskFollows: true }))
    applier.apply(event('comment', { taskId: 'a', taskFollows: true }))
  }

  it('is at once after a rest, with all that was told in the same breath', async () => {
    happens()
    expect(shown).toBe(0)
    await vi.advanceTimersByTimeAsync(0)
    expect(shown).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    happens()
    await vi.advanceTimersByTimeAsync(0)
    expect(shown).toBe(2)
  })

  it('is together with others where one follows the other', async () => {
    happens()
    await vi.advanceTimersByTimeAsync(0)
    for (let n = 0; n < 10; n++) {
      happens()
      await vi.advanceTimersByTimeAsync(2)
    }
    expect(shown).toBe(1)
    await vi.advanceTimersByTimeAsync(10)
    expect(shown).toBe(2)
  })
})
