import { useState } from 'react'
import { cx } from '../ui/class-names.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { reasonText } from '../words/run-reasons.ts'
import { ConditionTree } from './condition-tree.tsx'
import { DeedContent } from './deed-content.tsx'
import { useDuration } from './duration.ts'
import { branchName, nameOf, scenarioNames } from './names.ts'
import type { RunEntry, RunWithSteps } from './run-api.ts'
import { runWords } from './run-words.ts'
import { blocksOf, deedIn, isMoment, type StepBlock } from './step-blocks.ts'
import { StepDialog } from './step-dialog.tsx'

const GOOD = new Set(['done', 'finished', 'event', 'branch'])
const BAD = new Set(['error', 'failed', 'blocked'])

/** The record of a run: a step after the other, each with what it was given, what came of it and when. */
export function RunSteps({ run }: { run: RunWithSteps }) {
  const words = useRoomWords(runWords)
  const [shown, setShown] = useState<string | null>(null)
  const blocks = blocksOf(run.steps)
  if (blocks.length === 0) return <p className="text-soft">{words.noSteps}</p>
  return (
    <>
      <ol className="relative space-y-4 before:absolute before:top-2 before:bottom-2 before:left-[0.3125rem] before:w-px before:bg-line">
        {blocks.map((block) => (
          <Block key={block.key} block={block} onOpenStep={setShown} />
        ))}
      </ol>
      {shown && (
        <StepDialog scenarioId={run.scenarioId} version={run.version} step={shown} onClose={() => setShown(null)} />
      )}
    </>
  )
}

function Block({ block, onOpenStep }: { block: StepBlock; onOpenStep: (step: string) => void }) {
  const words = useRoomWords(runWords)
  const names = useRoomWords(scenarioNames)
  const duration = useDuration()
  const { step, action, entries, attempts } = block
  const [first, last] = [entries[0], entries.at(-1)]
  if (!first || !last) return null
  const took = Date.parse(last.at) - Date.parse(first.at)
  const deed = deedIn(block)
  const conditions = entries.flatMap((entry) => entry.conditions ?? [])
  const moment = isMoment(block)
  return (
    <li className="relative pl-6">
      <span
        aria-hidden="true"
        className={cx(
          'absolute top-1.5 left-0 size-[0.6875rem] rounded-full border-2 border-panel',
          BAD.has(last.outcome) ? 'bg-danger' : GOOD.has(last.outcome) ? 'bg-success' : 'bg-line-strong',
        )}
      />
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 className="min-w-0 font-medium">
          {nameOf(moment ? names.moments : names.actions, action)}
          {step && (
            <button
              type="button"
              title={words.openStep}
              onClick={() => onOpenStep(step)}
              className="ml-2 font-normal text-soft hover:text-ink hover:underline pointer-coarse:py-2"
            >
              <code className="text-xs">{step}</code>
            </button>
          )}
        </h3>
        <When at={first.at} />
      </div>
      <div className="mt-1 space-y-1.5">
        {deed && <DeedContent deed={deed} withAction={false} />}
        {conditions.map((result) => (
          <ConditionTree key={result.path} result={result} />
        ))}
        <ul className="flex flex-wrap gap-x-1.5 text-[0.8125rem] text-soft [&>li:not(:last-child)]:after:content-['_→']">
          {entries
            .filter(({ outcome }) => outcome !== 'started')
            .map((entry) => (
              <Outcome key={entry.n} entry={entry} />
            ))}
        </ul>
        {(attempts > 1 || took >= 1_000) && (
          <p className="text-xs text-soft">
            {[attempts > 1 && words.attempts(attempts), took >= 1_000 && words.took(duration(took))]
              .filter(Boolean)
              .join(' · ')}
          </p>
        )}
      </div>
    </li>
  )
}

function Outcome({ entry }: { entry: RunEntry }) {
  const names = useRoomWords(scenarioNames)
  const { outcome, took, error } = entry
  return (
    <li className={cx(BAD.has(outcome) && 'text-danger')}>
      {nameOf(names.outcomes, outcome)}
      {took && ` ${branchName(names, took)}`}
      {error && <span className="block wrap-anywhere">{reasonText(names.reasons, error)}</span>}
    </li>
  )
}

function When({ at }: { at: string }) {
  const { formats } = useLanguage()
  return (
    <time dateTime={at} className="text-xs text-soft tabular-nums">
      {formats.moment(new Date(at))}
    </time>
  )
}
