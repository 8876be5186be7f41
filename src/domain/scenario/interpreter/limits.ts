/** What one run may use up (scenario-format, Guards). What is hit is in the log by its name and ends the run. */

/** Steps of one run, each round of a `repeat` and each further try counted. */
export const MOST_RUN_STEPS = 500
/** Scenarios that led to each other, a run's own included. */
export const MOST_DEPTH = 8
/** All variables of a run together, in UTF-16 units of JSON. */
export const MOST_VARIABLES = 131_072
/** Events that a chain of causes keeps, the newest. */
export const MOST_CHAIN_EVENTS = 50
/** What a `start` with `each` starts at once: as many as a `find` gives. */
export { MOST_FOUND as MOST_STARTED } from '../document/steps/data.ts'

/** `limit_…` are codes of a `Reason`; the last one ends a run as `stopped`, the others as `failed`. */
export type LimitCode =
  | 'limit_steps'
  | 'limit_messages'
  | 'limit_expressions'
  | 'limit_variables'
  | 'limit_started'
  | 'limit_chain'
  | 'limit_depth'
  | 'limit_lifetime'

export const LIMIT_WORDS: Record<LimitCode, string> = {
  limit_steps: `A run has at most ${MOST_RUN_STEPS} steps`,
  limit_messages: 'The run has sent as many messages as its scenario allows',
  limit_expressions: 'The expressions take too long',
  limit_variables: 'The variables have become too large',
  limit_started: 'This would start too many scenarios at once',
  limit_chain: 'The scenario is among those that led to this: it is not started again',
  limit_depth: `Scenarios lead to each other at most ${MOST_DEPTH} times`,
  limit_lifetime: 'The time of the run is over',
}
