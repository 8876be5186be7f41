import { SectionTabs } from '../ui/section-tabs.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { scenarioWords } from './words.ts'

/** Scenarios, and what all of them did. */
export function ScenariosTabs() {
  const words = useRoomWords(scenarioWords)
  return (
    <SectionTabs
      label={words.sections}
      tabs={[
        { label: words.tabs.scenarios, link: { to: '/scenarios' } },
        { label: words.tabs.runs, link: { to: '/runs' } },
      ]}
    />
  )
}
