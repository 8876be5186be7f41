import type { UploadedFile } from '../api/types.ts'
import { readSetting, SETTING_PREFIX, settingNames, writeSetting } from '../ui/settings.ts'
import { createStore, useStore } from '../ui/store.ts'
import { forgetPending } from './outbox.ts'

/** Who gets what is being written. */
export type Mode = 'comment' | 'message'

/** What is being written in a task; kept with the mode it was written in, so that a note never becomes a message. */
export interface Draft {
  text: string
  mode: Mode
  replyTo: string | null
  employeeIds: string[]
  files: UploadedFile[]
  /** the quick reply that the text came from, if one was inserted */
  quickReplyId: string | null
}

const PREFIX = 'draft.'

export function readDraft(taskId: string): Draft | null {
  const stored = readSetting(PREFIX + taskId)
  if (stored === null) return null
  try {
    const draft = JSON.parse(stored) as Partial<Draft>
    return {
      text: draft.text ?? '',
      mode: draft.mode === 'message' ? 'message' : 'comment',
      replyTo: draft.replyTo ?? null,
      employeeIds: draft.employeeIds ?? [],
      files: draft.files ?? [],
      quickReplyId: draft.quickReplyId ?? null,
    }
  } catch (error) {
    console.warn('Parley could not read a draft', error)
    return null
  }
}

/** Empty ones are not kept. */
export function writeDraft(taskId: string, draft: Draft): void {
  const empty = draft.text === '' && draft.files.length === 0
  writeSetting(PREFIX + taskId, empty ? null : JSON.stringify(draft))
  if (ids.get().has(taskId) === empty) ids.set(draftIds())
}

const draftIds = (): ReadonlySet<string> => new Set(settingNames(PREFIX).map((name) => name.slice(PREFIX.length)))
const ids = createStore(draftIds())

/** Ids of the tasks in which something is written that was not sent. */
export const useDraftIds = (): ReadonlySet<string> => useStore(ids)

if (typeof window !== 'undefined') {
  // Another tab began to write, or has sent it.
  window.addEventListener('storage', ({ key }) => {
    if (key?.startsWith(SETTING_PREFIX + PREFIX)) ids.set(draftIds())
  })
}

/** On signing out: the next person at this browser must not find them. */
export function forgetDrafts(): void {
  for (const name of settingNames(PREFIX)) writeSetting(name, null)
  ids.set(draftIds())
  forgetPending()
}
