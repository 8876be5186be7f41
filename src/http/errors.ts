import type { ApiErrorCode } from '../domain/api-error-codes.ts'

/**
 * An error that the API answers with: `{ error: { code, message, details } }` (contract.md, HTTP).
 * Thrown by routes and the verbs below them; anything else becomes 500 `internal` without its message.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 503
  /** snake_case, stable */
  readonly code: ApiErrorCode
  readonly details: unknown

  /** @param message words for a person, no secrets and no message texts */
  constructor(status: ApiError['status'], code: ApiErrorCode, message: string, details?: unknown) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

export const notFound = (what: string): ApiError => new ApiError(404, 'not_found', `${what} was not found`)
