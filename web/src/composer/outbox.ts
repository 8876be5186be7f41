import type { NewComment, UploadedFile } from '../api/types.ts'
import { readSetting, SETTING_PREFIX, settingNames, writeSetting } from '../ui/settings.ts'
import { createStore } from '../ui/store.ts'

/** A comment on its way to the server. Its key goes with every try, so that it is written once, whatever happens. */
export interface PendingComment {
  key: string
  taskId: string
  body: NewComment
  files: UploadedFile[]
  at: string
  state: 'saving' | 'failed'
  error: unknown
}

/** One setting for each, so that two tabs do not overwrite each other's. */
const PREFIX = 'outbox.'
/** The server remembers keys for a week; a day is safely within. */
const KEPT_MS = 24 * 3_600_000

/** All that is not confirmed, kept over a reload: then a person decides whether to try again. */
export const outbox = createStore<PendingComment[]>(settingNames(PREFIX).flatMap(load))

export function addPending(pending: PendingComment): void {
  const { error: _, state: __, ...kept } = pending
  writeSetting(PREFIX + pending.key, JSON.stringify(kept))
  outbox.update((all) => [...all, pending])
}

export function removePending(key: string): void {
  writeSetting(PREFIX + key, null)
  forget(key)
}

export const changePending = (key: string, change: Pick<PendingComment, 'state' | 'error'>) =>
  outbox.update((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)))

/** On signing out. */
export function forgetPending(): void {
  for (const name of settingNames(PREFIX)) writeSetting(name, null)
  outbox.set([])
}

const forget = (key: string) => outbox.update((all) => all.filter((one) => one.key !== key))

// What another tab has brought to its end is no longer pending in this one.
if (typeof window !== 'undefined') {
  window.addEventListener('storage', ({ key, newValue }) => {
    const name = SETTING_PREFIX + PREFIX
    if (key?.startsWith(name) && newValue === null) forget(key.slice(name.length))
  })
}

function load(name: string): PendingComment[] {
  try {
    const kept = JSON.parse(readSetting(name) ?? '') as Omit<PendingComment, 'state' | 'error'>
    if (Date.now() - Date.parse(kept.at) < KEPT_MS) return [{ ...kept, state: 'failed', error: null }]
  } catch (error) {
    console.warn('Parley could not read what was not sent', error)
  }
  writeSetting(name, null)
  return []
}
