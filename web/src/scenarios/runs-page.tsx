import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { RunList } from './run-list.tsx'
import { runWords } from './run-words.ts'
import { ScenariosTabs } from './scenarios-tabs.tsx'
import { useScenarioLive } from './use-scenario-live.ts'

/** What all scenarios did. */
export function RunsPage() {
  useScenarioLive()
  const words = useRoomWords(runWords)
  const search = useSearch({ from: '/app/runs' })
  const navigate = useNavigate()
  return (
    <Page title={words.title} intro={words.intro} width="wide">
      <ScenariosTabs />
      <RunList search={search} onSearch={(next) => void navigate({ to: '/runs', search: next, replace: true })} />
    </Page>
  )
}
