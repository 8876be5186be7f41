import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../ui/page.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useDuration } from './duration.ts'
import { useMayChange } from './may-change.ts'
import { nameOf, scenarioNames } from './names.ts'
import type { RunWithSteps } from './run-api.ts'
import { runWords } from './run-words.ts'
import { useWhereItStands } from './where-it-stands.ts'

/** Why it began, about whom, and where it stands. */
export function RunFacts({ run }: { run: RunWithSteps }) {
  const words = useRoomWords(runWords)
  const names = useRoomWords(scenarioNames)
  const { formats } = useLanguage()
  const duration = useDuration()
  const stands = useWhereItStands()(run)
  const mayChange = useMayChange()
  const event = startEvent(run)
  const { startedAt, endedAt, contact, taskId, taskNumber, parentId, step } = run
  return (
    <Card>
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
        <Fact label={words.why.title}>
          {whyItStarted()}
          {mayChange && taskId && event && (
            <Link
              to="/scenarios/$id/check"
              params={{ id: run.scenarioId }}
              search={{ task: taskId, ...event }}
              className="block text-accent hover:underline"
            >
              {words.why.explain}
            </Link>
          )}
          {parentId && (
            <Link to="/runs/$runId" params={{ runId: parentId }} className="block text-accent hover:underline">
              {words.why.parent}
            </Link>
          )}
        </Fact>
        <Fact label={words.about}>
          {contact?.name ?? words.noClient}
          {taskId && taskNumber !== null && (
            <Link to="/inbox/$taskId" params={{ taskId }} className="block text-accent hover:underline">
              {words.task(taskNumber)}
            </Link>
          )}
        </Fact>
        <Fact label={words.began}>
          <time dateTime={startedAt}>{formats.moment(new Date(startedAt))}</time>
        </Fact>
        {endedAt ? (
          <Fact label={words.ended}>
            <time dateTime={endedAt}>{formats.moment(new Date(endedAt))}</time>
            <span className="block text-soft">{words.took(duration(Date.parse(endedAt) - Date.parse(startedAt)))}</span>
          </Fact>
        ) : (
          <Fact label={words.where}>
            {stands || words.states[run.state]}
            {step && <span className="block text-soft">{words.atStep(step)}</span>}
          </Fact>
        )}
      </dl>
    </Card>
  )

  function whyItStarted(): string {
    if (run.pressedBy) return words.why.pressed(run.pressedBy.name)
    if (run.startedBy === 'button.pressed') return words.why.pressedBySomebody
    if (run.startedBy) return words.why.event(nameOf(names.events, run.startedBy))
    return parentId ? words.why.called : words.why.unknown
  }
}

/** The event that began it, as the address of a check names it; null: it was no event of a conversation. */
function startEvent({ steps }: RunWithSteps): { event: string; n?: number } | null {
  const { id } = (steps.find(({ action }) => action === 'start')?.inputs ?? {}) as { id?: unknown }
  const [, event, n] = (typeof id === 'string' && /^([^/]+\/\d+)\/(\d+)$/.exec(id)) || []
  if (!event) return null
  return { event, ...(Number(n) > 0 && { n: Number(n) }) }
}

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-[0.8125rem] text-soft">{label}</dt>
    <dd className="wrap-anywhere">{children}</dd>
  </div>
)
