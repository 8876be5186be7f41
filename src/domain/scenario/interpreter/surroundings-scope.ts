import { isOpen } from '../../calendar/business-time.ts'
import { createScope, type Json, type Scope, type ScopeProblem } from '../expressions/scope.ts'
import type { Run, ScenarioEvent } from './run.ts'
import type { Surroundings } from './stimulus.ts'

/** The roots that stay as they are during one `advance`. */
export type FixedScope = Omit<Scope, 'event' | 'vars' | 'inputs'>

/** What surrounds a run at a moment, as expressions see it; `calendar.<name>.open` is looked up for `now`. */
export function fixedScope(
  { contact, task, conversation, channel, current, calendars }: Surroundings,
  now: number,
): { ok: true; scope: FixedScope } | ScopeProblem {
  const calendar = Object.fromEntries(
    Object.entries(calendars).map(([name, hours]) => [name, { open: isOpen(hours, new Date(now)) }]),
  )
  const roots = { contact, task, conversation, channel }
  if (!isSame(current, roots)) return createScope({ ...roots, current, calendar })
  // Copies are frozen: one of them serves under both names.
  const made = createScope({ ...roots, calendar })
  return made.ok ? { ok: true, scope: { ...made.scope, current: sharedRoots(made.scope) } } : made
}

type SeenRoots = Pick<Scope, 'contact' | 'task' | 'conversation' | 'channel'>

const isSame = (current: Json, { contact, task, conversation, channel }: SeenRoots): boolean => {
  const seen = current as Partial<SeenRoots> | null
  return (
    seen?.contact === contact &&
    seen.task === task &&
    seen.conversation === conversation &&
    seen.channel === channel &&
    Object.keys(seen).length === 4
  )
}

const sharedRoots = ({ contact, task, conversation, channel }: SeenRoots): Json =>
  Object.freeze(Object.assign(Object.create(null), { contact, task, conversation, channel }))

/** The whole scope of a run, or of a run that is not there yet (`vars` and `inputs` absent). */
export function wholeScope(
  fixed: FixedScope,
  event: ScenarioEvent | null,
  { vars, inputs }: Partial<Pick<Run, 'vars' | 'inputs'>> = {},
): { ok: true; scope: Scope } | ScopeProblem {
  const own = createScope({ event: event ? eventFields(event) : {}, vars: vars ?? {}, inputs: inputs ?? {} })
  if (!own.ok) return own
  return { ok: true, scope: { ...fixed, event: own.scope.event, vars: own.scope.vars, inputs: own.scope.inputs } }
}

/** `event.*`: the data, and the event's own name and id. */
export const eventFields = ({ data, id, name }: ScenarioEvent): Json => ({ ...data, id, name })

/** For triggers: what a scenario that does not run yet would see of an event. */
export function triggerScope(
  surroundings: Surroundings,
  event: ScenarioEvent | null,
  now: number,
): { ok: true; scope: Scope } | ScopeProblem {
  const fixed = fixedScope(surroundings, now)
  return fixed.ok ? wholeScope(fixed.scope, event) : fixed
}
