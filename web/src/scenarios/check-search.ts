/** On which task a scenario is looked at, and at which moment of it. */
export interface CheckSearch {
  task?: string
  /** `<conversation>/<seq>`; absent: now */
  event?: string
  /** which of the events that scenarios heard of it */
  n?: number
}

export function readCheckSearch(search: Record<string, unknown>): CheckSearch {
  const { task, event, n } = search
  return {
    ...(typeof task === 'string' && task !== '' && { task }),
    ...(typeof event === 'string' && event.includes('/') && { event }),
    ...(typeof n === 'number' && Number.isInteger(n) && n > 0 && { n }),
  }
}
