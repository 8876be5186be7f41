export const RUN_STATES = ['running', 'waiting', 'blocked', 'failed', 'finished', 'stopped'] as const
export type RunState = (typeof RUN_STATES)[number]

/** Which runs are asked for; absent: all. The names are those of the API. */
export interface RunFilter {
  scenarioId?: string
  version?: number
  /** several with commas */
  state?: string
  from?: string
  to?: string
  contactId?: string
  taskId?: string
}

/** What the address says. */
export interface RunSearch {
  scenario?: string
  version?: number
  state?: string
  since?: Since
  contact?: string
  task?: string
}

const HOUR = 3_600_000
export const SINCE = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, month: 30 * 24 * HOUR } as const
export type Since = keyof typeof SINCE

const word = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const isSince = (value: unknown): value is Since => typeof value === 'string' && Object.hasOwn(SINCE, value)

/** States of an address or a form, in one order and without what is none. */
export function statesIn(text: string | undefined): RunState[] {
  const given = new Set((text ?? '').split(','))
  return RUN_STATES.filter((state) => given.has(state))
}

export function readRunSearch(search: Record<string, unknown>): RunSearch {
  const version = Number(search.version)
  const states = statesIn(word(search.state)).join(',')
  const given: { [Key in keyof RunSearch]: RunSearch[Key] | undefined } = {
    scenario: word(search.scenario),
    version: Number.isInteger(version) && version > 0 ? version : undefined,
    state: states || undefined,
    since: isSince(search.since) ? search.since : undefined,
    contact: word(search.contact),
    task: word(search.task),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as RunSearch
}

/** @param now rounded by the caller, so that the same question has the same key for a while */
export function filterOf(search: RunSearch, now: Date): RunFilter {
  const { scenario, version, state, since, contact, task } = search
  return {
    ...(scenario !== undefined && { scenarioId: scenario }),
    ...(version !== undefined && { version }),
    ...(state !== undefined && { state }),
    ...(since !== undefined && { from: new Date(now.getTime() - SINCE[since]).toISOString() }),
    ...(contact !== undefined && { contactId: contact }),
    ...(task !== undefined && { taskId: task }),
  }
}
