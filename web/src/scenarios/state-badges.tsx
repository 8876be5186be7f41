import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Activity, ScenarioSummary } from './api.ts'
import { type ScenarioState, stateOf } from './scenario-state.ts'
import { scenarioWords } from './words.ts'

const LOOKS: Record<ScenarioState, BadgeLook> = {
  draft: 'plain',
  published: 'success',
  draining: 'warning',
  retired: 'plain',
}

/** Where a scenario stands: what is live, what is not published yet, whether a draft is watched. */
export function StateBadges({ scenario }: { scenario: ScenarioSummary & { activity?: Activity } }) {
  const words = useRoomWords(scenarioWords)
  const state = stateOf(scenario)
  const version = scenario.published?.version ?? 0
  return (
    <span className="inline-flex flex-wrap items-center gap-1">
      <Badge look={LOOKS[state]}>{state === 'published' ? words.states.published(version) : words.states[state]}</Badge>
      {scenario.published && scenario.hasChanges && <Badge look="accent">{words.states.changed}</Badge>}
      {scenario.shadowSince && (
        <Badge look="warning">
          <span title={words.page.shadowHint}>{words.states.shadow}</span>
        </Badge>
      )}
    </span>
  )
}
