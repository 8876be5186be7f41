import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { RunList } from './run-list.tsx'

/** What one scenario did. */
export function RunsPart() {
  const { id } = useParams({ from: '/app/scenarios/$id' })
  const search = useSearch({ from: '/app/scenarios/$id/runs' })
  const navigate = useNavigate()
  return (
    <RunList
      scenarioId={id}
      search={search}
      onSearch={(next) => void navigate({ to: '/scenarios/$id/runs', params: { id }, search: next, replace: true })}
    />
  )
}
