import { createContext, useCallback, useContext } from 'react'
import { useRoomWords } from '../../words/room-words.ts'
import type { Edit } from '../text/edit.ts'
import { isJsonMap, type Json, type JsonMap, valueAt } from '../text/json.ts'
import { type Path, pathKey } from '../text/path.ts'
import { DOCUMENT_ORDER, STEP_ORDER } from '../tree/actions.ts'
import { editorWords } from '../words.ts'
import type { Editor } from './editor.ts'
import { type Problem, problemsIn } from './problems.ts'

export type View = 'form' | 'code' | 'graph'

export interface EditorContextValue {
  editor: Editor
  /** What the text says; of one that cannot be read an empty map. */
  document: JsonMap
  selected: Path | null
  problems: readonly Problem[]
  readOnly: boolean
  /** The id cannot be changed any more. */
  fixedId: boolean
  show: (view: View) => void
  /** Says in a corner that something could not be done. */
  refuse: () => void
}

const EditorContext = createContext<EditorContextValue | null>(null)
export const EditorProvider = EditorContext.Provider

export function useEditor(): EditorContextValue {
  const value = useContext(EditorContext)
  if (!value) throw new Error('useEditor needs a ScenarioEditor above it')
  return value
}

export const useEditorWords = () => useRoomWords(editorWords)

/** Makes changes, and says where one could not be made. */
export function useChange(): (edits: readonly Edit[], options?: { about?: string; select?: Path | null }) => boolean {
  const { editor, readOnly, refuse } = useEditor()
  return useCallback(
    (edits, options) => {
      if (readOnly) return false
      const done = editor.change(edits, options)
      if (!done) refuse()
      return done
    },
    [editor, readOnly, refuse],
  )
}

export interface BoundField {
  value: Json | undefined
  /** Writes it; what is above it and not there yet comes with it. */
  set: (value: Json) => void
  /** Takes it away, and a map that is empty without it, where that may be left out. */
  clear: () => void
  /** What is wrong with it, in one text. */
  problem: string | null
  readOnly: boolean
}

/** A value of the document for a field of the form. */
export function useField(path: Path): BoundField {
  const { document, readOnly } = useEditor()
  const change = useChange()
  const problem = useProblem(path)
  const value = valueAt(document, path)
  const about = pathKey(path)
  return {
    value,
    problem,
    readOnly,
    set: (next) => change([settingOf(document, path, next)], { about }),
    clear: () => {
      const edit = clearingOf(document, path)
      if (edit) change([edit], { about })
    },
  }
}

/** Says what is wrong at a place or inside it. */
export function useProblem(path: Path): string | null {
  const { problems } = useEditor()
  const found = problemsIn(problems, path)
  return found.length === 0 ? null : found.map(({ message }) => message).join(' ')
}

const ORDER = [...new Set([...DOCUMENT_ORDER, ...STEP_ORDER])]

/** The change that writes a value, also where the map that it belongs to is not there yet. */
export function settingOf(document: JsonMap, path: Path, value: Json): Edit {
  let at = path
  let put = value
  while (at.length > 1 && !isThere(document, at.slice(0, -1))) {
    put = { [String(at.at(-1))]: put }
    at = at.slice(0, -1)
  }
  return { do: 'set', path: at, value: put, order: at.length === 1 ? DOCUMENT_ORDER : ORDER }
}

const isThere = (document: JsonMap, path: Path): boolean => {
  const value = valueAt(document, path)
  return typeof value === 'object' && value !== null
}

const MAY_GO = new Set(['limits', 'onInterrupt', 'vars', 'with', 'data', 'query', 'response', 'header'])

/** The change that takes a value away; null where there is none. */
export function clearingOf(document: JsonMap, path: Path): Edit | null {
  if (valueAt(document, path) === undefined) return null
  const above = path.slice(0, -1)
  const parent = valueAt(document, above)
  const isLast = isJsonMap(parent) && Object.keys(parent).length === 1
  if (isLast && MAY_GO.has(String(above.at(-1)))) return { do: 'remove', path: above }
  return { do: 'remove', path }
}
