import type { EventName } from '../document/events.ts'
import type { Happening } from './happening.ts'
import type { HeldRun } from './host.ts'

/** What a step does at once. A run that then waits for it waits for somebody else's. */
const DEEDS: ReadonlySet<EventName> = new Set<EventName>([
  'task.created',
  'task.reopened',
  'task.status_changed',
  'task.assigned',
  'field.changed',
  'tag.added',
  'tag.removed',
  'contact.opted_out',
])

/** Whether a run did itself what happened: it neither wakes by it nor is disturbed by it. */
export function isOwnDeed({ name, cause }: Happening, { run, start }: HeldRun): boolean {
  if (!DEEDS.has(name) || cause?.scenarios.at(-1) !== run.scenario.key) return false
  const by = cause.events.at(-1)
  return by !== undefined && (by === run.event?.id || by === start?.event.id || run.chain.events.includes(by))
}
