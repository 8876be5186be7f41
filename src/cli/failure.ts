/** Ends the command with words for a person and exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
