import { createStore } from '../ui/store.ts'

export interface Selection {
  ids: ReadonlySet<string>
  /** where a range begins: what was selected last */
  anchor: string | null
  /** all that match the filter, loaded or not */
  allMatching: boolean
}

export const NOTHING: Selection = { ids: new Set(), anchor: null, allMatching: false }
export const selection = createStore<Selection>(NOTHING)

/** @param listed ids of the list, in its order */
export function toggled(before: Selection, id: string, listed: readonly string[]): Selection {
  // Taking one out of all leaves those that are loaded.
  const ids = new Set(before.allMatching ? listed : before.ids)
  if (!ids.delete(id)) ids.add(id)
  return { ids, anchor: id, allMatching: false }
}

/** From the one selected last to this one, both with it, beside what is selected already. */
export function extended(before: Selection, id: string, listed: readonly string[]): Selection {
  const from = before.anchor === null ? -1 : listed.indexOf(before.anchor)
  const to = listed.indexOf(id)
  if (from < 0 || to < 0) return toggled(before, id, listed)
  const range = listed.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { ids: new Set([...before.ids, ...range]), anchor: before.anchor, allMatching: false }
}

export const clearSelection = (): void => selection.set(NOTHING)
