import { useCallback, useSyncExternalStore } from 'react'
import type { LiveEvent } from './live-event.ts'

export type PresenceState = 'viewing' | 'typing'
export type Present = ReadonlyMap<string, PresenceState>

/** Who is at which task, as live updates told since the app was opened: enough for a hint in a list. */
const present = new Map<string, Present>()
const listeners = new Set<() => void>()
const NOBODY: Present = new Map()

export function notePresence({ taskId, userId, state }: Pick<LiveEvent, 'taskId' | 'userId' | 'state'>): void {
  if (taskId === null || userId === null) return
  const people = new Map(present.get(taskId))
  if (state === 'viewing' || state === 'typing') people.set(userId, state)
  else people.delete(userId)
  if (people.size === 0) present.delete(taskId)
  else present.set(taskId, people)
  tell()
}

/** Something may have been missed, such as that somebody left. */
export function forgetPresence(): void {
  present.clear()
  tell()
}

function tell() {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Who is at a task, by their ids. */
export const usePresent = (taskId: string): Present =>
  useSyncExternalStore(
    subscribe,
    useCallback(() => present.get(taskId) ?? NOBODY, [taskId]),
  )
