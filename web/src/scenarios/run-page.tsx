import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { ApiFailure } from '../api/request.ts'
import { Badge } from '../ui/badge.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Empty } from '../ui/notice.tsx'
import { Card, Page } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { DeedContent } from './deed-content.tsx'
import { ExplanationCard } from './explanation-card.tsx'
import { useMayChange } from './may-change.ts'
import { RunActions } from './run-actions.tsx'
import { type RunWithSteps, runQuery } from './run-api.ts'
import { RunFacts } from './run-facts.tsx'
import { RunStateBadge } from './run-state-badge.tsx'
import { RunSteps } from './run-steps.tsx'
import { RunTrouble } from './run-trouble.tsx'
import { runWords } from './run-words.ts'
import { useScenarioLive } from './use-scenario-live.ts'

/** One run: why it began, what it did step by step, where it stands, and what a person can do about it. */
export function RunPage() {
  useScenarioLive()
  const words = useRoomWords(runWords)
  const { runId } = useParams({ from: '/app/runs/$runId' })
  const run = useQuery(runQuery(runId))
  if (run.error instanceof ApiFailure && run.error.status === 404) {
    return (
      <Empty title={words.notFound}>
        <Link to="/runs" className="text-accent hover:underline">
          {words.title}
        </Link>
      </Empty>
    )
  }
  return <Loaded query={run}>{(one) => <OpenRun run={one} />}</Loaded>
}

function OpenRun({ run }: { run: RunWithSteps }) {
  const words = useRoomWords(runWords)
  const mayChange = useMayChange()
  const hasInputs = Object.keys(run.inputs).length > 0
  const hasVars = Object.keys(run.vars).length > 0
  return (
    <Page
      title={words.run(run.scenarioName)}
      above={
        <Link
          to="/runs"
          search={{ scenario: run.scenarioId }}
          className="mb-1 inline-flex items-center gap-1 text-[0.8125rem] text-soft hover:text-ink pointer-coarse:min-h-11"
        >
          <ArrowLeft size={14} aria-hidden="true" /> {words.title}
        </Link>
      }
      intro={
        <span className="mt-1 flex flex-wrap items-center gap-2 text-[0.8125rem]">
          <RunStateBadge state={run.state} />
          <Link
            to="/scenarios/$id/versions"
            params={{ id: run.scenarioId }}
            search={{ from: run.version }}
            title={words.versionHint}
          >
            <Badge>{words.version(run.version)}</Badge>
          </Link>
          <Link to="/scenarios/$id" params={{ id: run.scenarioId }} className="text-accent hover:underline">
            {words.toScenario}
          </Link>
        </span>
      }
      actions={<RunActions run={run} />}
    >
      <div className="space-y-4">
        <RunTrouble run={run} />
        <RunFacts run={run} />
        <Card title={words.steps}>
          <RunSteps run={run} />
        </Card>
        {mayChange && run.houseEventId && (
          <ExplanationCard of={{ eventId: `house/${run.houseEventId}` }} scenarioId={run.scenarioId} />
        )}
        {hasInputs && (
          <Card title={words.inputs}>
            <DeedContent deed={run.inputs} withAction={false} />
          </Card>
        )}
        {hasVars && (
          <Card title={words.vars}>
            <DeedContent deed={run.vars} withAction={false} />
          </Card>
        )}
      </div>
    </Page>
  )
}
