import type { NewComment, UploadedFile } from '../api/types.ts'
import { readSetting, writeSetting } from '../ui/settings.ts'
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

const SETTING = 'outbox'
/** The server remembers keys for a week; a day is safely within. */
const KEPT_MS = 24 * 3_600_000

/** All that is not confirmed, kept over a reload: then a person decides whether to try again. */
export const outbox = createStore<PendingComment[]>(load())
outbox.subscribe(() => {
  const kept = outbox.get().map(({ error: _, state: __, ...rest }) => rest)
  writeSetting(SETTING, kept.length === 0 ? null : JSON.stringify(kept))
})

export const addPending = (pending: PendingComment) => outbox.update((all) => [...all, pending])
export const removePending = (key: string) => outbox.update((all) => all.filter((one) => one.key !== key))
export const changePending = (key: string, change: Pick<PendingComment, 'state' | 'error'>) =>
  outbox.update((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)))

function load(): PendingComment[] {
  try {
    const stored = JSON.parse(readSetting(SETTING) ?? '[]') as Omit<PendingComment, 'state' | 'error'>[]
    return stored
      .filter(({ at }) => Date.now() - Date.parse(at) < KEPT_MS)
      .map((one) => ({ ...one, state: 'failed', error: null }))
  } catch (error) {
    console.warn('Parley could not read what was not sent', error)
    return []
  }
}
