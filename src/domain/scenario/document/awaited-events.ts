import type { Path } from './problem.ts'
import type { Step } from './step.ts'
import type { AwaitedEvent } from './triggers.ts'

/** The events that a step waits for, and where they stand in it; none for steps that do not wait. */
export function awaitedIn(step: Step): { event: AwaitedEvent; path: Path }[] {
  if ('wait' in step) return (step.wait.for ?? []).map((event, index) => ({ event, path: ['wait', 'for', index] }))
  if (!('waitAny' in step)) return []
  return step.waitAny.branches.flatMap((branch, at) =>
    branch.for.map((event, index) => ({ event, path: ['waitAny', 'branches', at, 'for', index] })),
  )
}
