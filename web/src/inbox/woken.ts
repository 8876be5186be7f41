import { useEffect, useMemo, useState } from 'react'
import type { Task } from '../api/types.ts'
import { readSetting, writeSetting } from '../ui/settings.ts'
import { createStore, useStore } from '../ui/store.ts'

/** When what I put aside comes back, by task: so that it shows itself, however deep in the list it stands. */
type Snoozes = Readonly<Record<string, string>>

/** More are nobody's memory. */
const MOST = 200

function read(): Snoozes {
  try {
    const value: unknown = JSON.parse(readSetting('snoozes') ?? '{}')
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter(([, until]) => typeof until === 'string')) as Snoozes
  } catch {
    return {}
  }
}

export const snoozes = createStore<Snoozes>(read())

function keep(next: Snoozes) {
  const entries = Object.entries(next).slice(-MOST)
  writeSetting('snoozes', entries.length === 0 ? null : JSON.stringify(Object.fromEntries(entries)))
  snoozes.set(Object.fromEntries(entries))
}

export function rememberSnooze(id: string, until: string | null): void {
  if (until === null) forgetSnooze(id)
  else if (snoozes.get()[id] !== until) keep({ ...snoozes.get(), [id]: until })
}

/** It was looked at since, or taken back. */
export function forgetSnooze(id: string): void {
  if (!(id in snoozes.get())) return
  const { [id]: _, ...rest } = snoozes.get()
  keep(rest)
}

/** Ids of the tasks whose time has come, the last one first. */
export const wokenIds = (known: Snoozes, now: Date): string[] =>
  Object.entries(known)
    .filter(([, until]) => Date.parse(until) <= now.getTime())
    .sort(([, a], [, b]) => b.localeCompare(a))
    .map(([id]) => id)

/** Timers know no more milliseconds. */
const LONGEST_MS = 2 ** 31 - 1

/** The same, anew at the moment when the next one comes. */
export function useWokenIds(): string[] {
  const known = useStore(snoozes)
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const next = Math.min(
      ...Object.values(known)
        .map(Date.parse)
        .filter((until) => until > now.getTime()),
    )
    const timer = setTimeout(() => setNow(new Date()), Math.min(LONGEST_MS, Math.max(0, next - Date.now()) + 50))
    return () => clearTimeout(timer)
  }, [known, now])
  return useMemo(() => wokenIds(known, now), [known, now])
}

/** What a change of a task says of it. @returns true: its time has just come */
export function noteSnooze(before: Task | undefined, after: Task): boolean {
  if (after.snoozed) {
    rememberSnooze(after.id, after.snoozed.until)
    return false
  }
  const until = before?.snoozed?.until
  if (!until) return false
  const due = Date.parse(until) <= Date.now()
  // Ended before its time: by hand, or because the client wrote, which shows itself.
  if (!due) forgetSnooze(after.id)
  else rememberSnooze(after.id, until)
  return due
}
