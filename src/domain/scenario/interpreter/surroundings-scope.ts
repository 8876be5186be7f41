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
  return createScope({ contact, task, conversation, channel, current, calendar })
}

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
