import { ArrowDown, ArrowUp, Code, CopyPlus, CornerDownRight, CornerUpLeft, MoreHorizontal, Trash2 } from 'lucide-react'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { useWords } from '../../words/language.tsx'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import { type Json, valueAt } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { idOf, parentStep } from '../tree/branches.ts'
import { shiftStep, targetsOf } from '../tree/step-edits.ts'
import { branchText } from '../tree/summary.ts'
import { useStepDeeds } from './use-step-deeds.ts'

/** Copy, move, delete. */
export function StepMenu({ path, step }: { path: Path; step: Json }) {
  const app = useWords().app
  const words = useEditorWords()
  const { document, editor, show } = useEditor()
  const deeds = useStepDeeds()
  const parent = parentStep(document, path)
  return (
    <Menu
      label={words.editor.stepMenu(idOf(step))}
      button={<MoreHorizontal size={16} aria-hidden="true" />}
      buttonClass="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
    >
      <MenuItem onSelect={() => deeds.duplicate(path)}>
        <CopyPlus size={14} aria-hidden="true" />
        {words.editor.duplicate}
      </MenuItem>
      <MenuLine />
      <MenuItem disabled={!shiftStep(document, path, 'up')} onSelect={() => deeds.shift(path, 'up')}>
        <ArrowUp size={14} aria-hidden="true" />
        {words.editor.moveUp}
      </MenuItem>
      <MenuItem disabled={!shiftStep(document, path, 'down')} onSelect={() => deeds.shift(path, 'down')}>
        <ArrowDown size={14} aria-hidden="true" />
        {words.editor.moveDown}
      </MenuItem>
      {parent && (
        <MenuItem onSelect={() => deeds.shift(path, 'out')}>
          <CornerUpLeft size={14} aria-hidden="true" />
          {words.editor.moveOut}
        </MenuItem>
      )}
      {targetsOf(document, path).map((target) => (
        <MenuItem key={target.list.join('.')} onSelect={() => deeds.move(path, target.list, target.index)}>
          <CornerDownRight size={14} aria-hidden="true" />
          {words.editor.moveInto(
            branchText(valueAt(document, target.step), { kind: target.kind, index: target.number }, words),
            target.stepId,
          )}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem
        onSelect={() => {
          editor.select(path)
          show('code')
        }}
      >
        <Code size={14} aria-hidden="true" />
        {words.editor.showInCode}
      </MenuItem>
      <MenuItem danger onSelect={() => deeds.remove(path)}>
        <Trash2 size={14} aria-hidden="true" />
        {app.delete}
      </MenuItem>
    </Menu>
  )
}
