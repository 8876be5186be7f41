import type { Task } from '../api/types.ts'

/** What happened, by ids; the app asks the API for the rest (`GET /api/live`). */
export interface LiveEvent {
  name: LiveEventName
  taskId: string | null
  contactId: string | null
  commentId: string | null
  channelId: string | null
  runId: string | null
  scenarioId: string | null
  campaignId: string | null
  /** whose: of `presence` and `read` */
  userId: string | null
  /** of `run`, `presence` and `dead_letter` */
  state: string | null
  /** The changed task as it is now; null: it is gone. Absent: the server says nothing of it. */
  task?: Task | null
  /** A later event of the same moment brings the task. */
  taskFollows: boolean
}

export const LIVE_EVENTS = [
  'task',
  'comment',
  'delivery',
  'channel',
  'contact',
  'run',
  'scenario',
  'campaign',
  'presence',
  'read',
  'view',
  'dead_letter',
  'resync',
] as const
export type LiveEventName = (typeof LIVE_EVENTS)[number]

export function readLiveEvent(name: LiveEventName, text: string): LiveEvent {
  const data = parse(text)
  const word = (key: string) => (typeof data[key] === 'string' ? data[key] : null)
  return {
    name,
    taskId: word('taskId'),
    contactId: word('contactId'),
    commentId: word('commentId'),
    channelId: word('channelId'),
    runId: word('runId'),
    scenarioId: word('scenarioId'),
    campaignId: word('campaignId'),
    userId: word('userId'),
    state: word('state'),
    ...('task' in data ? { task: data.task as Task | null } : {}),
    taskFollows: data.taskFollows === true,
  }
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
