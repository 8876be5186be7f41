import type { Path } from '../text/path.ts'

/** A text, and what was looked at. */
export interface Moment {
  text: string
  selected: Path | null
}

/** One history for the form, the code and the graph. */
export interface History {
  past: readonly Moment[]
  now: Moment
  future: readonly Moment[]
  /** What the newest change was about, and when: more of the same is undone together with it. */
  last: { about: string; at: number } | null
}

/** Typing goes on if the next letter comes within this time. */
const PAUSE_MS = 1_200
const MOST = 300

export const firstHistory = (text: string): History => ({
  past: [],
  now: { text, selected: null },
  future: [],
  last: null,
})

/** @param about what is typed into; null: this change stands for itself */
export function recorded(history: History, next: Moment, about: string | null, at: number): History {
  if (next.text === history.now.text) return { ...history, now: { ...history.now, selected: next.selected } }
  const { last } = history
  const goesOn = about !== null && last?.about === about && at - last.at < PAUSE_MS
  return {
    past: goesOn ? history.past : [...history.past, history.now].slice(-MOST),
    now: next,
    future: [],
    last: about === null ? null : { about, at },
  }
}

export function undone(history: History): History {
  const before = history.past.at(-1)
  if (!before) return history
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future], last: null }
}

export function redone(history: History): History {
  const [next, ...future] = history.future
  if (!next) return history
  return { past: [...history.past, history.now], now: next, future, last: null }
}

export const selecting = (history: History, selected: Path | null): History => ({
  ...history,
  now: { ...history.now, selected },
})
