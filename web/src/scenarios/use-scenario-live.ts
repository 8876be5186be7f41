import { useQueryClient } from '@tanstack/react-query'
import { useLiveEvents } from '../live/live-listeners.ts'
import { refetchSoon } from '../live/refetch-soon.ts'
import { scenariosKey, scenariosQuery } from './api.ts'
import { runsKey } from './run-api.ts'

/** Keeps scenarios and runs on the screen true to what happens. */
export function useScenarioLive(): void {
  const client = useQueryClient()
  useLiveEvents(({ name, scenarioId }) => {
    const concerned =
      name === 'scenario'
        ? [scenariosQuery.queryKey, [...scenariosKey, 'one', scenarioId], [...scenariosKey, 'versions', scenarioId]]
        : name === 'run'
          ? [runsKey, scenariosQuery.queryKey, [...scenariosKey, 'versions']]
          : []
    for (const queryKey of concerned) refetchSoon(client, { queryKey })
  })
}
