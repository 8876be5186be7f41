import { createStore, type Store } from '../../ui/store.ts'
import type { Edit } from '../text/edit.ts'
import { editText } from '../text/edit-text.ts'
import type { Path } from '../text/path.ts'
import { firstHistory, type History, recorded, redone, selecting, undone } from './history.ts'

interface ChangeOptions {
  /** What is typed into: letters that follow each other are undone together. */
  about?: string
  /** What to look at then; absent: the same as before. */
  select?: Path | null
}

/** The document that is being edited: its text, its history, and what is looked at. */
export interface Editor {
  history: Store<History>
  /** Changes the text by its parts. @returns false: that could not be done */
  change(edits: readonly Edit[], options?: ChangeOptions): boolean
  /** Another text, as typed in the code. */
  write(text: string, about: string | null): void
  select(path: Path | null): void
  undo(): void
  redo(): void
  /** The text as the page has it; one that this editor has just told the page is no news. */
  hear(text: string): void
  /** Which part of which step gets the focus as soon as it is on the screen. */
  focus: Store<{ path: Path; part: 'header' | 'form' } | null>
  /** Where the code should be shown; it is set anew each time. */
  line: Store<{ line: number; column: number } | null>
}

const MOST_TOLD = 1_000

/** @param tell is told every new text */
export function createEditor(text: string, tell: (text: string) => void): Editor {
  const history = createStore(firstHistory(text))
  /** What the page was told and has not said back yet, the oldest first. */
  let told: string[] = []
  const become = (next: History) => {
    const before = history.get().now.text
    history.set(next)
    if (next.now.text === before) return
    told = [...told, next.now.text].slice(-MOST_TOLD)
    tell(next.now.text)
  }
  return {
    history,
    focus: createStore<{ path: Path; part: 'header' | 'form' } | null>(null),
    line: createStore<{ line: number; column: number } | null>(null),
    change(edits, { about, select } = {}) {
      const { now } = history.get()
      try {
        const next = editText(now.text, edits)
        const selected = select === undefined ? now.selected : select
        become(recorded(history.get(), { text: next, selected }, about ?? null, Date.now()))
        return true
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        return false
      }
    },
    write(next, about) {
      const { selected } = history.get().now
      become(recorded(history.get(), { text: next, selected }, about, Date.now()))
    },
    select: (path) => history.update((state) => selecting(state, path)),
    undo: () => become(undone(history.get())),
    redo: () => become(redone(history.get())),
    hear(next) {
      if (next === history.get().now.text) {
        told = []
        return
      }
      const echo = told.indexOf(next)
      if (echo !== -1) {
        told = told.slice(echo + 1)
        return
      }
      // Somebody else's text: it can be undone like a change of one's own.
      history.update((state) => recorded(state, { text: next, selected: null }, null, Date.now()))
    },
  }
}
