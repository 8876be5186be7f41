/** What happened, by ids; the app asks the API for the rest. */
export interface LiveEvent {
  name: string
  taskId: string | null
  contactId: string | null
}

export function readLiveEvent(name: string, text: string): LiveEvent {
  const data = parse(text)
  const id = (key: string) => (typeof data[key] === 'string' ? data[key] : null)
  return { name, taskId: id('taskId'), contactId: id('contactId') }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    // An event without a body, such as `resync`.
    return {}
  }
}
