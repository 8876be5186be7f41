import { Plus } from 'lucide-react'
import { cx } from '../../ui/class-names.ts'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import type { Json } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { idOf } from '../tree/branches.ts'
import { StepCard } from './step-card.tsx'
import { StepPicker } from './step-picker.tsx'
import { useStepDeeds } from './use-step-deeds.ts'

interface StepListProps {
  path: Path
  steps: readonly Json[]
  /** The words over the branch; absent: the document's own steps. */
  branch?: string
}

/** Steps below each other, and between them the way to add one. */
export function StepList({ path, steps, branch }: StepListProps) {
  const words = useEditorWords()
  const { readOnly } = useEditor()
  const deeds = useStepDeeds()
  const ids = steps.map(idOf)
  const keyOf = (index: number) => {
    const id = ids[index] ?? ''
    return id !== '' && ids.indexOf(id) === index ? id : `#${index}`
  }
  return (
    <>
      <ol className="list-none">
        {steps.map((step, index) => (
          <li key={keyOf(index)}>
            {index > 0 && <Between disabled={readOnly} onAdd={(action) => deeds.add(action, path, index)} />}
            <StepCard path={[...path, index]} step={step} />
          </li>
        ))}
      </ol>
      {!readOnly && (
        <div className={steps.length > 0 ? (branch === undefined ? 'mt-3' : 'mt-1') : ''}>
          <StepPicker
            label={
              branch === undefined
                ? steps.length === 0
                  ? words.editor.addFirst
                  : words.editor.addStep
                : words.editor.addTo(branch)
            }
            button={
              <>
                <Plus size={15} aria-hidden="true" />
                {steps.length === 0 && branch === undefined ? words.editor.addFirst : words.editor.addStep}
              </>
            }
            buttonClass={cx(
              'inline-flex items-center gap-1.5 rounded-md text-soft hover:text-accent pointer-coarse:min-h-11',
              branch === undefined
                ? 'min-h-9 border border-dashed border-line-strong px-3 text-[0.8125rem] hover:border-accent'
                : '-ml-2 min-h-7 px-2 text-xs hover:bg-hover',
            )}
            onPick={(action) => deeds.add(action, path, steps.length)}
          />
        </div>
      )}
    </>
  )
}

function Between({
  disabled,
  onAdd,
}: {
  disabled: boolean
  onAdd: (action: Parameters<ReturnType<typeof useStepDeeds>['add']>[0]) => void
}) {
  const words = useEditorWords()
  if (disabled) return <div aria-hidden="true" className="ml-6 h-4 w-px bg-line" />
  return (
    <div className="group relative flex h-5 items-center pl-3.5 pointer-coarse:h-8">
      <div aria-hidden="true" className="absolute top-0 left-6 h-full w-px bg-line" />
      <StepPicker
        label={words.editor.addHere}
        button={<Plus size={13} aria-hidden="true" />}
        buttonClass="relative inline-flex size-5 items-center justify-center rounded-full border border-line bg-panel text-soft opacity-40 transition-opacity group-hover:opacity-100 hover:border-accent hover:text-accent focus-visible:opacity-100 aria-expanded:opacity-100 pointer-coarse:size-8 pointer-coarse:opacity-100"
        onPick={onAdd}
      />
    </div>
  )
}
