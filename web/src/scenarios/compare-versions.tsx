import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { Select } from '../ui/field.tsx'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type Scenario, type Version, versionQuery } from './api.ts'
import { publishWords } from './publish-words.ts'
import { useOpenDraft } from './use-draft.ts'
import type { Side } from './versions-search.ts'

const Comparison = lazy(() => import('./comparison.tsx'))

/** Any two versions, or one and the draft; which ones stands in the address. */
export function CompareVersions({ scenario, versions }: { scenario: Scenario; versions: readonly Version[] }) {
  const words = useRoomWords(publishWords)
  const search = useSearch({ from: '/app/scenarios/$id/versions' })
  const navigate = useNavigate()
  const { state } = useOpenDraft()
  const { id } = scenario
  const newest = versions[0]?.version ?? 1
  const from = search.from ?? newest
  const to: Side = search.to ?? 'draft'
  const one = useQuery(versionQuery(id, from))
  const other = useQuery({ ...versionQuery(id, to === 'draft' ? 0 : to), enabled: to !== 'draft' })
  const choose = (next: { from?: number; to?: Side }) =>
    void navigate({ to: '/scenarios/$id/versions', params: { id }, search: { from, to, ...next }, replace: true })
  const options = versions.map(({ version }) => ({ value: String(version), label: words.version(version) }))
  const draft = { text: state.text, document: scenario.draft.text === state.text ? scenario.draft.document : null }
  const right = to === 'draft' ? draft : other.data
  return (
    <Card
      title={words.versions.compare}
      actions={
        <>
          <Select
            label={words.versions.from}
            value={from}
            options={options}
            onChange={(event) => choose({ from: Number(event.target.value) })}
          />
          <Select
            label={words.versions.to}
            value={to}
            options={[{ value: 'draft', label: words.draft }, ...options]}
            onChange={(event) => choose({ to: event.target.value === 'draft' ? 'draft' : Number(event.target.value) })}
          />
        </>
      }
    >
      {one.data && right && (
        <Suspense>
          <Comparison
            from={{ label: words.version(from), ...one.data }}
            to={{ label: to === 'draft' ? words.draft : words.version(to), ...right }}
          />
        </Suspense>
      )}
    </Card>
  )
}
