import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
import { ZodError } from 'zod'
import type { ApiErrorCode } from '../domain/api-error-codes.ts'
import { requestsRefused } from '../observability/counts.ts'
import { isOutage, sqlState } from '../store/database.ts'
import { describeError } from '../store/describe-error.ts'
import { FilesUnavailable } from '../store/file-store.ts'
import type { HttpEnv } from './context.ts'
import { ApiError } from './errors.ts'
import { loggedPath } from './logged-path.ts'
import { InvalidRequest, invalidRequest } from './routes.ts'
import { languageOf } from './work/error-words.ts'

/** Every error as the contract's envelope; what nobody foresaw is logged, and answered without its words. */
export const errorAnswers =
  (log: Logger): ErrorHandler<HttpEnv> =>
  (error, c) => {
    const answer = asApiError(error)
    if (!answer) {
      log.error(
        {
          requestId: c.get('requestId'),
          method: c.req.method,
          path: loggedPath(c.req.path),
          error: describeError(error),
        },
        'request failed',
      )
      return c.json(
        {
          error: {
            code: 'internal',
            message: 'Something went wrong inside; it has been logged',
            details: { requestId: c.get('requestId') },
          },
        },
        500,
      )
    }
    requestsRefused.inc({ code: answer.code })
    if (answer.status === 503) {
      log.warn({ requestId: c.get('requestId'), code: answer.code, error: describeError(error) }, 'request refused')
      c.header('retry-after', '5')
    }
    const { message, details } = answer instanceof InvalidRequest ? answer.inLanguage(languageOf(c)) : answer
    return c.json(envelope(answer.code, message, details), answer.status)
  }

export const envelope = (code: ApiErrorCode, message: string, details?: unknown) => ({
  error: { code, message, ...(details !== undefined && { details }) },
})

function asApiError(error: Error): ApiError | null {
  if (error instanceof ApiError) return error
  if (error instanceof ZodError) return invalidRequest(error, 'request')
  if (error instanceof HTTPException) return HTTP_EXCEPTIONS[error.status] ?? null
  if (isOutage(error))
    return new ApiError(503, 'database_unavailable', 'The database cannot be reached; ask again in a moment')
  if (error instanceof FilesUnavailable)
    return new ApiError(503, 'storage_unavailable', 'The place for files cannot be reached; ask again in a moment')
  // What PostgreSQL cannot hold: NUL, half of a surrogate pair (in JSON 22P02), a moment before its calendar (22008).
  if (['22021', '22P05', '22P02', '22008'].includes(sqlState(error) ?? '')) {
    return new ApiError(400, 'invalid_request', 'The request holds characters that cannot be stored')
  }
  return null
}

/** What Hono and its validators throw. */
const HTTP_EXCEPTIONS: Record<number, ApiError> = {
  400: new ApiError(400, 'malformed_body', 'The body cannot be read as its content type says'),
  413: new ApiError(413, 'body_too_large', 'The body is too large'),
  415: new ApiError(
    415,
    'unsupported_media_type',
    'Send the content type that this route takes, such as application/json',
  ),
}
