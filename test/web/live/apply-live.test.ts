import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
