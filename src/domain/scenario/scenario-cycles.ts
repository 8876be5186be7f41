import type { EventName } from './document/events.ts'
import type { Path } from './document/problem.ts'
import type { ScenarioDocument } from './document/scenario-document.ts'
import { type Cause, type Effect, effectsOf } from './effects-on-scenarios.ts'

/** A way by which a scenario would start itself again. */
export interface Cycle {
  /** keys of the scenarios on the way, from this one back to it */
  keys: string[]
  /** what begins it, in this document; empty: its end */
  path: Path
  /** nothing on the way asks a condition */
  certain: boolean
}

interface Edge {
  effect: Effect
  to: ScenarioDocument
  certain: boolean
}

/** They happen only when something really changes: one scenario that sets the same again goes round once. */
const CHANGES: ReadonlySet<EventName> = new Set([
  'task.status_changed',
  'task.assigned',
  'field.changed',
  'tag.added',
  'tag.removed',
  'contact.opted_out',
])

/**
 * The shortest way from a scenario back to itself through other scenarios' starts and the events that steps cause
 * (scenario-format, Guards): a certain one where there is any, else one that conditions may keep from happening. Steps
 * that call or start their own scenario are for `checkDocument`.
 * @param others what is published beside it; a document with the same id is left out
 */
export function cycleThrough(document: ScenarioDocument, others: readonly ScenarioDocument[]): Cycle | null {
  const all = [document, ...others.filter(({ id }) => id !== document.id)]
  const byKey = new Map(all.map((one) => [one.id, one]))
  const byEvent = new Map<EventName, ScenarioDocument[]>()
  for (const one of all) {
    if ('event' in one.trigger) byEvent.set(one.trigger.event, [...(byEvent.get(one.trigger.event) ?? []), one])
  }
  const reachedBy = (cause: Cause): readonly ScenarioDocument[] => {
    if ('event' in cause) return byEvent.get(cause.event) ?? []
    const called = byKey.get(cause.scenario)
    return called ? [called] : []
  }
  const edgesOf = (from: ScenarioDocument): Edge[] =>
    effectsOf(from).flatMap((effect) => reachedBy(effect.cause).flatMap((to) => edge(from, effect, to)))
  return shortest(document, edgesOf, true) ?? shortest(document, edgesOf, false)
}

function edge(from: ScenarioDocument, effect: Effect, to: ScenarioDocument): Edge[] {
  const { cause, always } = effect
  const self = from.id === to.id
  if ('scenario' in cause) return self ? [] : [{ effect, to, certain: always }]
  const match = listens(to, cause)
  if (match === null || (self && cause.event.startsWith('scenario.'))) return []
  return [{ effect, to, certain: always && match && !(self && CHANGES.has(cause.event)) }]
}

/** Whether the event starts the scenario: always, perhaps, or (null) never. */
function listens({ trigger }: ScenarioDocument, { event, key }: Extract<Cause, { event: EventName }>): boolean | null {
  if (!('event' in trigger) || trigger.event !== event) return null
  const wanted =
    'field' in trigger
      ? trigger.field
      : 'tag' in trigger
        ? trigger.tag
        : 'scenario' in trigger
          ? trigger.scenario
          : null
  if (wanted === undefined || wanted === null) return !trigger.when && !event.startsWith('scenario.')
  if (key !== null && wanted !== key) return null
  return key !== null && !trigger.when
}

/** The way with the fewest scenarios. */
function shortest(
  start: ScenarioDocument,
  edgesOf: (from: ScenarioDocument) => Edge[],
  certain: boolean,
): Cycle | null {
  const open = [{ at: start, keys: [start.id], path: null as Path | null }]
  const seen = new Set<ScenarioDocument>()
  for (const { at, keys, path } of open) {
    for (const next of edgesOf(at)) {
      if (certain && !next.certain) continue
      const way = { at: next.to, keys: [...keys, next.to.id], path: path ?? next.effect.path }
      if (next.to === start) return { keys: way.keys, path: way.path, certain }
      if (seen.has(next.to)) continue
      seen.add(next.to)
      open.push(way)
    }
  }
  return null
}
