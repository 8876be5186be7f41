import type { ManyChanged, TaskFilter, WhichTasks } from '../api/tasks.ts'

/** What has come of a change of many tasks so far. */
export interface Outcome {
  changed: number
  failed: { id: string; code: string; message: string }[]
}

export type Many = { ids: readonly string[] } | { filter: TaskFilter }

const IDS_AT_ONCE = 200

/**
 * Changes them by as few calls as there can be.
 * @param call `changeMany` or `markMany` with what is wanted
 * @param onProgress after each call
 * @throws where a whole call failed
 */
export async function changeAll(
  many: Many,
  call: (which: WhichTasks) => Promise<ManyChanged>,
  onProgress: (outcome: Outcome) => void,
): Promise<Outcome> {
  const outcome: Outcome = { changed: 0, failed: [] }
  const add = ({ changed, unchanged, failed }: ManyChanged) => {
    outcome.changed += changed + unchanged
    outcome.failed.push(...failed)
    onProgress(outcome)
  }
  if ('ids' in many) {
    for (let at = 0; at < many.ids.length; at += IDS_AT_ONCE) {
      add(await call({ ids: many.ids.slice(at, at + IDS_AT_ONCE) }))
    }
    return outcome
  }
  let cursor: string | null = null
  do {
    const done: ManyChanged = await call({ filter: many.filter, ...(cursor === null ? {} : { cursor }) })
    add(done)
    cursor = done.next
  } while (cursor !== null)
  return outcome
}

/** Refusals with one reason together: how many, and one of them for its words. */
export function byReason(failed: Outcome['failed']): { count: number; code: string; message: string }[] {
  const groups = new Map<string, { count: number; code: string; message: string }>()
  for (const { code, message } of failed) {
    const group = groups.get(code)
    if (group) group.count++
    else groups.set(code, { count: 1, code, message })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}
