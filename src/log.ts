import pino, { type DestinationStream, type Logger } from 'pino'
import { describeError } from './store/describe-error.ts'

/** Never meant for a log; should one get there all the same, it is not written, up to two levels deep. */
const NEVER = [
  'accessToken',
  'appSecret',
  'previousAppSecret',
  'verifyToken',
  'apiKey',
  'password',
  'secret',
  'secrets',
  'token',
  'authorization',
  'cookie',
  'text',
  'body',
  'caption',
  'phone',
  'recipient',
]
const REDACTED = NEVER.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])

/**
 * Structured logs to stdout. Only ids, codes, counts and errors are logged; never bodies, texts, names, numbers or tokens
 * (P8). Error objects are cut down to what holds no data.
 * @param destination stdout unless given
 */
export function createLog(level: string, part: string, destination: DestinationStream = pino.destination(1)): Logger {
  const options = {
    level,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    redact: REDACTED,
  }
  return pino(options, destination)
}
