import type { UserId } from './ids.ts'

declare const written: unique symbol

/**
 * An employee wrote this message themselves: what some messengers allow to be answered after their reply window
 * (Instagram's Human Agent, seven days). Stands with a delivery, so that it is still known when it leaves.
 *
 * Nobody but `personsReply` makes one, and it wants an employee: a scenario, a campaign and an API token have no such
 * thing, and no type through which to pass one (test/architecture/persons-reply.test.ts).
 */
export interface PersonsReply {
  readonly user: UserId
  readonly [written]: true
}

/** Whoever may have written: an employee's id, and no scenario behind it. */
interface Author {
  userId: UserId | null
  scenario?: unknown
}

/** @returns null where it was no employee */
export const personsReply = ({ userId, scenario }: Author): PersonsReply | null =>
  userId === null || scenario !== undefined ? null : ({ user: userId } as PersonsReply)
