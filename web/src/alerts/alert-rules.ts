import type { Task } from '../api/types.ts'
import type { AlertSettings } from './alert-settings.ts'

/** What came earlier was missed already: it is in the list, and nobody is called for it. */
const FRESH_MS = 120_000

/** Is a person to be called for what has changed of a task? @param me id; null: a token */
export function callsFor(
  before: Task | undefined,
  after: Task,
  { me, settings, now }: { me: string | null; settings: AlertSettings; now: Date },
): boolean {
  if (settings.for === 'none' || (settings.for === 'mine' && !isMine(after, me))) return false
  if (after.unread === 0 || after.snoozed !== null || after.preview?.authorKind !== 'contact') return false
  const at = after.lastMessageAt
  if (at === null || at === before?.lastMessageAt) return false
  return now.getTime() - Date.parse(at) < FRESH_MS
}

const isMine = ({ assignees, participants }: Task, me: string | null): boolean =>
  [...assignees, ...participants].some(({ id }) => id === me)
