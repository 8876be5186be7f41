import type { ApiErrorCode } from '../domain/api-error-codes.ts'

/**
 * Why a deed cannot be done: a value that its caller turns into an answer. A verb refuses before it writes.
 * `missing` there is no such thing, or not for this principal · `conflict` not in its present state ·
 * `invalid` the request can never succeed as it is.
 */
export interface Refusal {
  because: 'missing' | 'conflict' | 'invalid'
  /** snake_case, stable */
  code: ApiErrorCode
  /** Words for a person; no message texts. */
  message: string
  details?: unknown
}

/** What a verb that can refuse returns. */
export type Refusable<T> = { refused: Refusal } | { refused: null; value: T }

export const done = <T>(value: T): Refusable<T> => ({ refused: null, value })

export const refuse = (
  because: Refusal['because'],
  code: ApiErrorCode,
  message: string,
  details?: unknown,
): { refused: Refusal } => ({ refused: { because, code, message, ...(details === undefined ? {} : { details }) } })

export const missing = (what: string) => refuse('missing', 'not_found', `${what} was not found`)
