/** `ok` as it should be · `warn` works, and somebody should look · `bad` does not work · `skipped` could not be asked. */
export type FindingState = 'ok' | 'warn' | 'bad' | 'skipped'

export const AREAS = [
  'configuration',
  'database',
  'temporal',
  'files',
  'server',
  'channels',
  'public address',
  'queues',
] as const
export type Area = (typeof AREAS)[number]

/** One thing that was looked at. */
export interface Finding {
  area: Area
  /** snake_case, stable: for scripts */
  check: string
  state: FindingState
  /** for a person; no secrets, and nothing that a client wrote */
  found: string
  /** what to do about it; null where nothing is to be done */
  todo: string | null
}

/** Findings of one area. */
export const findingsOf = (area: Area) => ({
  ok: (check: string, found: string): Finding => ({ area, check, state: 'ok', found, todo: null }),
  warn: (check: string, found: string, todo: string): Finding => ({ area, check, state: 'warn', found, todo }),
  bad: (check: string, found: string, todo: string): Finding => ({ area, check, state: 'bad', found, todo }),
  skipped: (check: string, found: string): Finding => ({ area, check, state: 'skipped', found, todo: null }),
})

/** An error by its name or code: its words may hold addresses with passwords. */
export function faultWords(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown fault'
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? `${error.name} ${code}` : error.name
}
