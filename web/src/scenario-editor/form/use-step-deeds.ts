import { showToast } from '../../ui/toast.tsx'
import { useWords } from '../../words/language.tsx'
import { useChange, useEditor, useEditorWords } from '../state/editor-context.tsx'
import { valueAt } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { type Action, newStep } from '../tree/actions.ts'
import {
  addStep,
  type Direction,
  duplicateStep,
  freeIds,
  moveStep,
  removeStep,
  type StepChange,
  shiftStep,
} from '../tree/step-edits.ts'
import { summaryOf } from '../tree/summary.ts'

/** What can be done with steps; the focus goes where the person looks then. */
export function useStepDeeds() {
  const app = useWords().app
  const words = useEditorWords()
  const { editor, document } = useEditor()
  const change = useChange()

  const make = (step: StepChange | null, part: 'header' | 'form'): boolean => {
    if (!step || !change(step.edits, { select: step.selected })) return false
    if (step.selected) editor.focus.set({ path: step.selected, part })
    return true
  }
  return {
    add: (action: Action, list: Path, index: number) =>
      make(addStep(document, list, index, newStep(action, freeIds(document))), 'form'),
    duplicate: (path: Path) => make(duplicateStep(document, path), 'header'),
    shift: (path: Path, direction: Direction) => make(shiftStep(document, path, direction), 'header'),
    move: (path: Path, list: Path, index: number) => make(moveStep(document, path, list, index), 'header'),
    remove(path: Path) {
      const step = valueAt(document, path)
      if (step === undefined || !make(removeStep(document, path), 'header')) return
      const after = editor.history.get().now.text
      showToast(words.editor.stepRemoved(summaryOf(step, words)), {
        action: {
          label: app.undo,
          run: () => {
            // Where more was done meanwhile, it comes back to its place.
            if (editor.history.get().now.text === after) editor.undo()
            else
              change([{ do: 'insert', path: path.slice(0, -1), index: Number(path.at(-1)), value: step }], {
                select: path,
              })
          },
        },
      })
    },
  }
}
