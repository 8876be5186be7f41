import { useQuery } from '@tanstack/react-query'
import { Select } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { AboutFilter } from './about-filter.tsx'
import { scenariosQuery, versionsQuery } from './api.ts'
import { RUN_STATES, type RunSearch, SINCE, type Since } from './run-filter.ts'
import { runWords } from './run-words.ts'

interface RunFiltersProps {
  search: RunSearch
  onSearch: (search: RunSearch) => void
  scenarioId?: string
}

/** Which runs to show: each choice stands in the address. */
export function RunFilters({ search, onSearch, scenarioId }: RunFiltersProps) {
  const words = useRoomWords(runWords)
  const { filter } = words
  const scenario = scenarioId ?? search.scenario
  const scenarios = useQuery({ ...scenariosQuery, enabled: scenarioId === undefined })
  const versions = useQuery({ ...versionsQuery(scenario ?? ''), enabled: scenario !== undefined })
  const change = (part: { [Key in keyof RunSearch]: RunSearch[Key] | undefined }) => {
    const entries = Object.entries({ ...search, ...part }).filter(([, value]) => value !== undefined && value !== '')
    onSearch(Object.fromEntries(entries) as RunSearch)
  }
  return (
    <div className="mb-3 grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] gap-2">
      <Select
        label={filter.state}
        hideLabel
        value={search.state ?? ''}
        onChange={(event) => change({ state: event.target.value })}
        options={[
          { value: '', label: filter.anyState },
          { value: 'running,waiting,blocked', label: filter.open },
          { value: 'blocked,failed', label: filter.troubled },
          ...RUN_STATES.map((state) => ({ value: state, label: words.states[state] })),
        ]}
      />
      {scenarioId === undefined && (
        <Select
          label={filter.scenario}
          hideLabel
          value={search.scenario ?? ''}
          onChange={(event) => change({ scenario: event.target.value, version: undefined })}
          options={[
            { value: '', label: filter.anyScenario },
            ...(scenarios.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      )}
      {scenario !== undefined && (
        <Select
          label={filter.version}
          hideLabel
          value={search.version ?? ''}
          onChange={(event) => change({ version: Number(event.target.value) || undefined })}
          options={[
            { value: '', label: filter.anyVersion },
            ...(versions.data ?? []).map(({ version }) => ({ value: String(version), label: words.version(version) })),
          ]}
        />
      )}
      <Select
        label={filter.since}
        hideLabel
        value={search.since ?? ''}
        onChange={(event) => change({ since: (event.target.value || undefined) as Since | undefined })}
        options={[
          { value: '', label: filter.always },
          ...(Object.keys(SINCE) as Since[]).map((since) => ({ value: since, label: filter[since] })),
        ]}
      />
      <AboutFilter search={search} onChange={change} />
    </div>
  )
}
