import type { ButtonPress, HeldRun, PublishedScenario } from './host.ts'

/**
 * A conversation has one floor: to one message of the client one scenario answers at once, the first in rank that does.
 * Who has spoken holds it, and so does a dialogue that the message woke, whether it answers or not. While it is held,
 * whoever may speak at once is not started, or does not hear of the message and waits on; the silent ones go their way.
 * A person stands before all of them: what a run wants to say and has not said is taken back when an employee writes.
 */
export class Floor {
  #isHeld = false

  get isHeld(): boolean {
    return this.#isHeld
  }

  take(): void {
    this.#isHeld = true
  }
}

/** What an event means something to: a run that waits for it, the button that was pressed, a scenario that listens. */
export type Turn = { run: HeldRun } | { press: ButtonPress } | { scenario: PublishedScenario }

/** Runs that wait, then what starts, as it has always been; for the floor: by rank, and a run before what starts anew. */
export function turnsOf(
  runs: readonly HeldRun[],
  press: ButtonPress | undefined,
  scenarios: readonly PublishedScenario[],
  { byRank }: { byRank: boolean },
): Turn[] {
  const turns: Turn[] = [
    ...runs.map((run) => ({ run })),
    ...(press ? [{ press }] : []),
    ...scenarios.map((scenario) => ({ scenario })),
  ]
  return byRank ? turns.toSorted((a, b) => rankOf(b) - rankOf(a)) : turns
}

function rankOf(turn: Turn): number {
  if ('press' in turn) return Number.POSITIVE_INFINITY
  if ('scenario' in turn) return turn.scenario.priority
  return turn.run.run.pressedBy === null ? turn.run.priority : Number.POSITIVE_INFINITY
}

/** Who is heard first: what a person set going by a button, then the highest priority, then the oldest. */
export const inRank = (a: HeldRun, b: HeldRun): number =>
  Number(b.run.pressedBy !== null) - Number(a.run.pressedBy !== null) ||
  b.priority - a.priority ||
  (a.id < b.id ? -1 : Number(a.id > b.id))
