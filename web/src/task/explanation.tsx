import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleX, Workflow } from 'lucide-react'
import { request } from '../api/request.ts'
import type { Comment, Page } from '../api/types.ts'
import { breakable } from '../ui/breakable.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { entryWords } from './entry-words.ts'
import { runWords } from './run-words.ts'

interface Why {
  because: { scenarioId: string; version: number; runId: string; event: string; at: string }[]
  didNotFire: { scenarioId: string; version: number; event: string; reason: string; condition: unknown; at: string }[]
}

/** A condition as it came out, each part of it (src/domain/scenario/expressions/conditions.ts). */
interface Outcome {
  ok: boolean
  operator: string
  conditions?: Outcome[]
  field?: string
  expected?: unknown
  actual?: unknown
}

/** What a scenario had to do with an entry: written down when it happened. */
export function Explanation({ comment, onClose }: { comment: Comment; onClose: () => void }) {
  const { why } = useRoomWords(entryWords)
  const query = useQuery({
    queryKey: ['explain', comment.id],
    queryFn: ({ signal }) => request<Why>('GET', '/api/explain', { query: { commentId: comment.id }, signal }),
    staleTime: 0,
  })
  const names = useQuery({
    queryKey: ['scenario-names'],
    queryFn: ({ signal }) =>
      request<Page<{ id: string; name: string }>>('GET', '/api/scenarios', { query: { limit: 200 }, signal }),
    select: ({ items }) => new Map(items.map(({ id, name }) => [id, name])),
  }).data
  const nameOf = (id: string) => names?.get(id) ?? '…'
  return (
    <Dialog title={why.title} size="medium" onClose={onClose}>
      <Loaded query={query}>
        {({ because, didNotFire }) =>
          because.length + didNotFire.length === 0 ? (
            <p className="text-soft">{why.nothing}</p>
          ) : (
            <ul className="space-y-4">
              {because.map((cause) => (
                <Cause key={`${cause.runId} ${cause.event}`} cause={cause} name={nameOf(cause.scenarioId)} />
              ))}
              {didNotFire.map((missed) => (
                <Missed key={`${missed.scenarioId} ${missed.event}`} missed={missed} name={nameOf(missed.scenarioId)} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Dialog>
  )
}

function Cause({ cause, name }: { cause: Why['because'][number]; name: string }) {
  const { formats } = useLanguage()
  const { why } = useRoomWords(entryWords)
  const { runs } = useRoomWords(runWords)
  const step = /^step (.*)$/.exec(cause.event)?.[1]
  return (
    <li className="flex items-start gap-2.5">
      <Workflow size={16} aria-hidden="true" className="mt-0.5 shrink-0 text-accent" />
      <div className="min-w-0">
        <p>
          <bdi className="font-medium">{runs.name(name)}</bdi>{' '}
          <span className="text-soft">
            ({why.version(cause.version)}, {formats.moment(new Date(cause.at))})
          </span>
        </p>
        <p>
          {step === undefined
            ? `${why.started}: ${runs.events[cause.event] ?? cause.event}`
            : `${why.wrote}${step === '' ? '' : ` · ${why.step(step)}`}`}
        </p>
        <Link to="/runs/$runId" params={{ runId: cause.runId }} className="text-accent underline">
          {why.openRun}
        </Link>
      </div>
    </li>
  )
}

function Missed({ missed, name }: { missed: Why['didNotFire'][number]; name: string }) {
  const { why } = useRoomWords(entryWords)
  const { runs } = useRoomWords(runWords)
  const outcome = missed.condition as Outcome | null
  return (
    <li className="flex items-start gap-2.5">
      <CircleX size={16} aria-hidden="true" className="mt-0.5 shrink-0 text-soft" />
      <div className="min-w-0">
        <p>
          <bdi className="font-medium">{runs.name(name)}</bdi>{' '}
          <span className="text-soft">({why.version(missed.version)})</span>
        </p>
        <p>
          {why.notStarted}: {why.reasons[missed.reason] ?? missed.reason}
        </p>
        {outcome && <Parts outcome={outcome} />}
      </div>
    </li>
  )
}

const GROUPS = new Set(['all', 'any', 'none'])

function Parts({ outcome }: { outcome: Outcome }) {
  const { why } = useRoomWords(entryWords)
  const parts = GROUPS.has(outcome.operator) ? (outcome.conditions ?? []) : [outcome]
  return (
    <ul className="mt-1 space-y-1">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one condition never move
        <li key={index} className="flex items-start gap-1.5 text-[0.8125rem]">
          {part.ok ? (
            <CircleCheck size={14} role="img" aria-label={why.met} className="mt-0.5 shrink-0 text-success" />
          ) : (
            <CircleX size={14} role="img" aria-label={why.unmet} className="mt-0.5 shrink-0 text-danger" />
          )}
          {part.conditions ? (
            <div>
              <code className="text-xs">{part.operator}</code>
              <Parts outcome={part} />
            </div>
          ) : (
            <span className="wrap-anywhere">
              <code className="text-xs">
                {part.field} {part.operator} {part.expected === undefined ? '' : JSON.stringify(part.expected)}
              </code>
              {part.actual !== undefined && (
                <span className="text-soft">
                  {' '}
                  · {why.saw} <bdi>{breakable(JSON.stringify(part.actual))}</bdi>
                </span>
              )}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
