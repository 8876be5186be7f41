import { FoldVertical, UnfoldVertical } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import { problemsIn } from '../state/problems.ts'
import type { Json } from '../text/json.ts'
import { isWithin, type Path } from '../text/path.ts'
import { actionOf } from '../tree/actions.ts'
import { type Branch, branchesOf, idOf } from '../tree/branches.ts'
import type { Direction } from '../tree/step-edits.ts'
import { branchText, summaryOf } from '../tree/summary.ts'
import { ActionIcon } from './action-icon.tsx'
import { SectionCard } from './section-card.tsx'
import { StepForm } from './step-form.tsx'
import { StepList } from './step-list.tsx'
import { StepMenu } from './step-menu.tsx'
import { useStepDeeds } from './use-step-deeds.ts'

const DIRECTIONS: Record<string, Direction> = { ArrowUp: 'up', ArrowDown: 'down', ArrowRight: 'in', ArrowLeft: 'out' }

/** A step, and below it what is in its branches. */
export function StepCard({ path, step }: { path: Path; step: Json }) {
  const words = useEditorWords()
  const { problems, readOnly } = useEditor()
  const deeds = useStepDeeds()
  const [folded, setFolded] = useState(false)
  const branches = branchesOf(step)
  const within = problemsIn(problems, path)
  // What is wrong inside a branch is counted there, unless it is folded away.
  const own = folded
    ? within
    : within.filter(({ at }) => !branches.some((branch) => isWithin(at, [...path, ...branch.path])))
  const summary = summaryOf(step, words)
  const onKey = (event: React.KeyboardEvent) => {
    if (readOnly) return
    const direction = event.altKey && !event.ctrlKey && !event.metaKey ? DIRECTIONS[event.key] : undefined
    if (direction) {
      event.preventDefault()
      deeds.shift(path, direction)
    } else if (event.key === 'Delete' && !event.altKey) {
      event.preventDefault()
      deeds.remove(path)
    }
  }
  return (
    <>
      <SectionCard
        path={path}
        icon={<ActionIcon action={actionOf(step)} />}
        title={summary}
        detail={<span className="font-mono">{idOf(step)}</span>}
        label={summary}
        problems={own}
        onKey={onKey}
        actions={
          <>
            {branches.some(({ steps }) => steps.length > 0) && (
              <IconButton
                label={folded ? words.editor.unfoldBranches : words.editor.foldBranches}
                aria-expanded={!folded}
                onClick={() => setFolded(!folded)}
              >
                {folded ? (
                  <UnfoldVertical size={15} aria-hidden="true" />
                ) : (
                  <FoldVertical size={15} aria-hidden="true" />
                )}
              </IconButton>
            )}
            {!readOnly && <StepMenu path={path} step={step} />}
          </>
        }
      >
        <StepForm path={path} />
      </SectionCard>
      {branches.length > 0 && !folded && (
        <div className="mt-1.5 ml-3 border-l border-line pl-3 sm:ml-6 sm:pl-4">
          {branches.map((branch) => (
            <BranchView key={branch.path.join('.')} path={[...path, ...branch.path]} branch={branch} step={step} />
          ))}
        </div>
      )}
    </>
  )
}

function BranchView({ path, branch, step }: { path: Path; branch: Branch; step: Json }) {
  const words = useEditorWords()
  const label = branchText(step, branch, words)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list of steps with its name, no form
    <div role="group" aria-label={label} className="mb-2">
      <p className="min-h-7 content-center text-xs font-medium text-soft wrap-anywhere">{label}</p>
      <StepList path={path} steps={branch.steps} branch={label} />
    </div>
  )
}
