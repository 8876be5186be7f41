import type { Activity, ListedScenario, ScenarioSummary } from './api.ts'

/** What kind of thing starts it, as the list tells them apart. */
export type ScenarioKind = 'event' | 'button' | 'schedule' | 'webhook'
export const SCENARIO_KINDS: readonly ScenarioKind[] = ['event', 'button', 'schedule', 'webhook']

export function kindOf({ kind, trigger }: Pick<ScenarioSummary, 'kind' | 'trigger'>): ScenarioKind {
  if (kind === 'button') return 'button'
  if (trigger?.event === 'schedule') return 'schedule'
  return trigger?.event === 'webhook.received' ? 'webhook' : 'event'
}

/** `retired`: it was published and is switched off. `draining`: and open runs still go on. */
export type ScenarioState = 'draft' | 'published' | 'draining' | 'retired'

export function stateOf({
  published,
  enabled,
  activity,
}: Pick<ScenarioSummary, 'published' | 'enabled'> & { activity?: Pick<Activity, 'open'> }): ScenarioState {
  if (!published) return 'draft'
  if (enabled) return 'published'
  return activity && activity.open > 0 ? 'draining' : 'retired'
}

/** Of the runs that ended; null: none did. */
export const successOf = ({ ended, failed }: Pick<Activity, 'ended' | 'failed'>): number | null =>
  ended === 0 ? null : (ended - failed) / ended

export interface ScenarioFilter {
  q: string
  kind: ScenarioKind | ''
  state: ScenarioState | 'shadow' | 'changed' | 'problems' | ''
}

/** What the list shows. Every word of the search has to be there. */
export function matching(all: readonly ListedScenario[], { q, kind, state }: ScenarioFilter): ListedScenario[] {
  const words = q.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return all.filter((one) => {
    const text = [one.name, one.key, one.trigger?.label ?? '', one.trigger?.event ?? ''].join(' ').toLocaleLowerCase()
    return words.every((word) => text.includes(word)) && (kind === '' || kindOf(one) === kind) && isIn(one, state)
  })
}

function isIn(one: ListedScenario, state: ScenarioFilter['state']): boolean {
  if (state === '') return true
  if (state === 'shadow') return one.shadowSince !== null
  if (state === 'changed') return one.published !== null && one.hasChanges
  if (state === 'problems') return hasProblems(one)
  return stateOf(one) === state
}

/** Something of it waits for a person. */
export const hasProblems = ({ isReadable, activity }: Pick<ListedScenario, 'isReadable' | 'activity'>): boolean =>
  !isReadable || activity.blocked > 0 || activity.failed > 0
