import { sqlState } from './database.ts'

/** PostgreSQL's and the JSON parser's messages quote values, which may be secrets or message texts (P8). */
const quotesValues = (error: Error): boolean => sqlState(error) !== undefined || error instanceof SyntaxError

/** An error for the log: of one that quotes values only the code and the place are kept. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error }
  const state = sqlState(error)
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line))
  return {
    name: error.name,
    ...(state !== undefined && { sqlState: state }),
    ...(state === undefined && 'code' in error && { code: error.code }),
    ...('constraint' in error && { constraint: error.constraint }),
    ...(!quotesValues(error) && { message: error.message }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
    frames: frames?.slice(0, 12).map((line) => line.trim()),
  }
}

/** The same error for those who keep messages where everybody can read them, such as Temporal. */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error) || !quotesValues(error)) return error
  const constraint = 'constraint' in error && error.constraint ? ` (${error.constraint})` : ''
  const safe = new Error(`${sqlState(error) ?? error.name}${constraint}`)
  safe.name = error.name
  safe.stack = [safe.message, ...(error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [])].join('\n')
  return safe
}
