/**
 * Something the person at the terminal has to put right: the message says what and how,
 * so it is printed alone, without a stack.
 */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}

/** Receives one line for a person whenever a step that takes time begins, moves on or ends. */
export type OnProgress = (line: string) => void
