import { Link } from '@tanstack/react-router'
import { Hourglass, OctagonAlert, Workflow } from 'lucide-react'
import { cx } from '../ui/class-names.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { reasonText, runReasons } from '../words/run-reasons.ts'
import { runWords } from './run-words.ts'
import type { RunLine, TaskRun } from './runs.ts'

/** A quiet line: what a scenario did in this task, or waits for. */
export function RunLineView({ line }: { line: RunLine }) {
  const { formats } = useLanguage()
  const { runs: words } = useRoomWords(runWords)
  const reasons = useRoomWords(runReasons)
  const { run, what } = line
  const at = new Date(line.at)
  const bad = (what === 'ended' || what === 'ran' || what === 'started') && BAD.has(run.state)
  const Icon = bad ? OctagonAlert : what === 'waits' ? Hourglass : Workflow
  const details = detailsOf(line, words, reasons, formats.moment)
  return (
    <article aria-label={words.label} className="flex justify-center px-5 py-1.5">
      <p className={cx('max-w-full text-center text-xs', bad ? 'text-danger' : 'text-soft')}>
        <Icon size={12} aria-hidden="true" className="mr-1.5 inline align-[-1.5px]" />
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          title={words.see(run.scenarioName)}
          className="font-medium underline decoration-current/40 underline-offset-2 hover:decoration-current"
        >
          <bdi>{words.name(run.scenarioName)}</bdi>
        </Link>{' '}
        {verbOf(line, words)}
        {details.map((detail) => (
          <span key={detail}>
            {' · '}
            <bdi>{detail}</bdi>
          </span>
        ))}
        <time dateTime={at.toISOString()} title={formats.moment(at)} className="ml-2 tabular-nums">
          {formats.time(at)}
        </time>
      </p>
    </article>
  )
}

const BAD: ReadonlySet<TaskRun['state']> = new Set(['failed', 'blocked'])

type RunWords = (typeof runWords)['en']['runs']

function verbOf({ run, what }: RunLine, words: RunWords): string {
  if (what === 'waits') return run.waitsFor?.paused ? `${words.waits} (${words.paused})` : words.waits
  if (what === 'ended') return words.states[run.state]
  if (what === 'ran') return run.state === 'finished' ? words.ran : words.states[run.state]
  return run.endedAt === null && run.state !== 'waiting' ? words.states[run.state] : words.started
}

function detailsOf(
  { run, what }: RunLine,
  words: RunWords,
  reasons: Record<string, string>,
  moment: (at: Date) => string,
): string[] {
  const details: string[] = []
  if (what === 'waits' && run.waitsFor) {
    const events = [...new Set(run.waitsFor.events.map((name) => words.awaited[name] ?? words.anything))]
    if (events.length > 0) details.push(words.for(events.join(', ')))
    if (run.waitsFor.until) {
      const time = moment(new Date(run.waitsFor.until))
      details.push(events.length > 0 ? words.atMost(time) : words.until(time))
    }
  }
  if (what !== 'ended') {
    const event = run.startedBy ? words.events[run.startedBy] : undefined
    if (run.pressedBy) details.push(words.because(words.pressed(run.pressedBy.name)))
    else if (event) details.push(words.because(event))
  }
  if (run.reason && what !== 'waits') details.push(reasonText(reasons, run.reason))
  return details
}
