import pino, { type Logger } from 'pino'

/**
 * Structured logs to stdout. Only ids, codes, counts and errors are logged; never bodies, texts, names, numbers or tokens
 * (P8). Error objects are cut down to what holds no data.
 */
export function createLog(level: string, part: string): Logger {
  return pino({
    level,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    redact: [
      '*.accessToken',
      '*.appSecret',
      '*.verifyToken',
      '*.password',
      '*.token',
      '*.authorization',
      '*.text',
      '*.body',
    ],
  })
}

/** PostgreSQL's errors quote rows in `detail` and parameters in `where`: those stay out. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? error.code : undefined
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}
