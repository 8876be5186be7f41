import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { LongList } from '../ui/long-list.tsx'
import { Notice } from '../ui/notice.tsx'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { DifferenceView } from './difference-view.tsx'
import { byKind, type DiffKind, type WholeReport } from './dry-run-report.ts'
import { dryRunWords } from './dry-run-words.ts'
import type { DryRunState } from './use-dry-run.ts'

/** Numbers first, then every difference by its kind. */
export function DryRunResult({ state: { phase, report, error, pages } }: { state: DryRunState }) {
  const words = useRoomWords(dryRunWords)
  const errorText = useErrorText(words.errors)
  return (
    <>
      {phase === 'failed' && (
        <Notice look="danger" urgent>
          {errorText(error)} {pages > 0 && words.failed}
        </Notice>
      )}
      {phase === 'cancelled' && <Notice look="warning">{words.cancelled}</Notice>}
      {pages > 0 && (
        <>
          <Numbers report={report} />
          <Card title={words.differences}>
            {report.diffs.length === 0 && (
              <p>{report.events === 0 ? words.nothingPlayed : phase === 'done' ? words.none : '…'}</p>
            )}
            <div className="space-y-5">
              {byKind(report.diffs).map(({ kind, diffs }) => (
                <Kind key={kind} kind={kind} diffs={diffs} />
              ))}
            </div>
          </Card>
        </>
      )}
    </>
  )
}

function Numbers({ report }: { report: WholeReport }) {
  const words = useRoomWords(dryRunWords)
  const { numbers, notes } = words
  const { conversations, events, runs, messages, unknown, cut, olderRuns } = report
  return (
    <Card title={numbers.title}>
      <table className="text-left">
        <thead className="text-[0.8125rem] text-soft">
          <tr>
            <td />
            <th scope="col" className="px-4 text-right font-medium">
              {numbers.did}
            </th>
            <th scope="col" className="px-4 text-right font-medium">
              {numbers.would}
            </th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {[['runs', runs] as const, ['messages', messages] as const].map(([name, { would, did }]) => (
            <tr key={name}>
              <th scope="row" className="font-normal">
                {numbers[name]}
              </th>
              <td className="px-4 text-right text-base font-semibold">{did}</td>
              <td className="px-4 text-right text-base font-semibold">{would}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-[0.8125rem] text-soft">{numbers.played(conversations, events)}</p>
      <ul className="mt-1 space-y-1 text-[0.8125rem] text-soft">
        {unknown > 0 && <li>{notes.unknown(unknown)}</li>}
        {cut > 0 && <li>{notes.cut(cut)}</li>}
        {olderRuns > 0 && <li>{notes.older(olderRuns)}</li>}
      </ul>
    </Card>
  )
}

/** So many at first: each one can be opened, and there may be thousands. */
const SHOWN = 50

function Kind({ kind, diffs }: { kind: DiffKind; diffs: WholeReport['diffs'] }) {
  const words = useRoomWords(dryRunWords)
  const [most, setMost] = useState(SHOWN)
  const { title, text } = words.kinds[kind]
  return (
    <section aria-label={title}>
      <h3 className="font-medium">
        {title} <span className="font-normal text-soft">{text}</span>{' '}
        <span className="text-[0.8125rem] font-normal text-soft tabular-nums">{words.count(diffs.length)}</span>
      </h3>
      <LongList className="mt-2 divide-y divide-line rounded-lg border border-line">
        {diffs.slice(0, most).map((diff) => (
          <li key={`${diff.startEventId} ${diff.runId}`}>
            <DifferenceView diff={diff} />
          </li>
        ))}
      </LongList>
      {diffs.length > most && (
        <Button small className="mt-2" onClick={() => setMost(most + SHOWN)}>
          {words.showMore}
        </Button>
      )}
    </section>
  )
}
