import pino, { type Logger } from 'pino'
import { describeError } from './store/describe-error.ts'

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
