import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { DeedContent } from './deed-content.tsx'
import type { Deed, DryLine, RunDifference } from './dry-run-api.ts'
import { pairs } from './dry-run-report.ts'
import { dryRunWords } from './dry-run-words.ts'
import { nameOf, scenarioNames } from './names.ts'

/** One difference; opened, what would have been done stands beside what was. */
export function DifferenceView({ diff }: { diff: RunDifference }) {
  const words = useRoomWords(dryRunWords)
  const { formats } = useLanguage()
  const [isOpen, setOpen] = useState(false)
  const parts = diff.first.step === null ? words.partsAtStart : words.parts(diff.first.step)
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex list-none items-center gap-2 px-3 py-2 hover:bg-hover pointer-coarse:min-h-11">
        <ChevronRight size={14} aria-hidden="true" className={`shrink-0 text-soft ${isOpen ? 'rotate-90' : ''}`} />
        <span className="min-w-0 flex-1 truncate">{diff.contact?.name ?? words.conversation}</span>
        {diff.kind === 'differs' && <span className="hidden truncate text-xs text-soft sm:inline">{parts}</span>}
        <time dateTime={diff.at} className="shrink-0 text-xs text-soft tabular-nums">
          {formats.moment(new Date(diff.at))}
        </time>
      </summary>
      {isOpen && (
        <div className="space-y-3 border-t border-line px-3 py-3">
          <SideBySide diff={diff} />
          <p className="text-[0.8125rem]">
            {parts}
            <FirstLines diff={diff} />
          </p>
          {diff.unknownFrom && <p className="text-[0.8125rem] text-warning">{words.unknownFrom(diff.unknownFrom)}</p>}
          <p className="flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem]">
            {diff.taskId && (
              <Link to="/inbox/$taskId" params={{ taskId: diff.taskId }} className="text-accent hover:underline">
                {words.toTask}
              </Link>
            )}
            {diff.runId && (
              <Link to="/runs/$runId" params={{ runId: diff.runId }} className="text-accent hover:underline">
                {words.toRun}
              </Link>
            )}
          </p>
        </div>
      )}
    </details>
  )
}

function SideBySide({ diff }: { diff: RunDifference }) {
  const words = useRoomWords(dryRunWords)
  const rows = pairs(diff)
  return (
    <table className="w-full table-fixed border-separate border-spacing-x-2 border-spacing-y-1 text-left">
      <thead className="text-xs text-soft">
        <tr>
          <th scope="col" className="font-medium">
            {words.did}
          </th>
          <th scope="col" className="font-medium">
            {words.would}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 && (
          <tr>
            <td className="text-soft">{words.nothing}</td>
            <td className="text-soft">{words.nothing}</td>
          </tr>
        )}
        {rows.map(({ would, did, same }) => (
          <tr key={`${did?.step} ${did?.at} ${would?.step} ${would?.at}`} className="align-top">
            <DeedCell deed={did} tone={same ? 'same' : 'did'} />
            {same ? (
              <td className="p-2 text-[0.8125rem] text-soft">{words.same}</td>
            ) : (
              <DeedCell deed={would} tone="would" />
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const TONES = { same: 'border-line', did: 'border-danger', would: 'border-success' }

function DeedCell({ deed, tone }: { deed: Deed | null; tone: keyof typeof TONES }) {
  const words = useRoomWords(dryRunWords)
  const names = useRoomWords(scenarioNames)
  if (!deed) return <td className="p-2 text-[0.8125rem] text-soft">{words.nothing}</td>
  return (
    <td className={`rounded-r-lg border-l-2 bg-ground p-2 ${TONES[tone]}`}>
      <DeedContent deed={{ do: deed.do, ...deed.with }} />
      <p className="mt-1 text-xs text-soft">
        <code>{deed.step}</code>{' '}
        {deed.outcome === null ? words.noAnswer : words.outcome(nameOf(names.outcomes, deed.outcome))}
      </p>
    </td>
  )
}

/** What the two records say where they part. */
function FirstLines({ diff: { first } }: { diff: RunDifference }) {
  const words = useRoomWords(dryRunWords)
  const names = useRoomWords(scenarioNames)
  const line = (one: DryLine | null) =>
    one === null ? words.nothing : `${nameOf(names.actions, one.action)}: ${nameOf(names.outcomes, one.outcome)}`
  if (line(first.live) === line(first.dry)) return null
  return (
    <span className="block text-soft">
      {words.did}: {line(first.live)} · {words.would}: {line(first.dry)}
    </span>
  )
}
