import { Link } from '@tanstack/react-router'
import { Badge } from '../ui/badge.tsx'
import { Table, Td, Th } from '../ui/table.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useDuration } from './duration.ts'
import type { Run } from './run-api.ts'
import { RunStateBadge } from './run-state-badge.tsx'
import { runWords } from './run-words.ts'
import { useWhereItStands } from './where-it-stands.ts'

/** Runs, each with a link to what it did. @param ofOne they are all of one scenario */
export function RunTable({ runs, ofOne }: { runs: readonly Run[]; ofOne: boolean }) {
  const { columns, list } = useRoomWords(runWords)
  return (
    <div className={ofOne ? NARROW_OF_ONE : NARROW}>
      <Table
        label={list}
        head={
          <>
            <Th>{ofOne ? columns.about : columns.scenario}</Th>
            {!ofOne && <Th>{columns.about}</Th>}
            <Th>{columns.state}</Th>
            <Th>{columns.where}</Th>
            <Th>{columns.began}</Th>
            <Th numeric>{columns.took}</Th>
          </>
        }
      >
        {runs.map((run) => (
          <RunRow key={run.id} run={run} ofOne={ofOne} />
        ))}
      </Table>
    </div>
  )
}

/** On a phone: what the run is, its state and when it began; the rest stands below its name. */
const NARROW = 'max-md:[&_:is(td,th):is(:nth-child(2),:nth-child(4),:nth-child(6))]:hidden'
const NARROW_OF_ONE = 'max-md:[&_:is(td,th):is(:nth-child(3),:nth-child(5))]:hidden'

function RunRow({ run, ofOne }: { run: Run; ofOne: boolean }) {
  const words = useRoomWords(runWords)
  const { formats } = useLanguage()
  const duration = useDuration()
  const now = useNow(60_000)
  const whereItStands = useWhereItStands()
  const name = ofOne ? (run.contact?.name ?? words.noClient) : run.scenarioName
  return (
    <tr className="hover:bg-hover">
      <Td className="md:min-w-44">
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          className="font-medium wrap-anywhere hover:underline pointer-coarse:inline-block pointer-coarse:py-2"
        >
          {name}
        </Link>{' '}
        <Badge>{words.version(run.version)}</Badge>
        {ofOne && <TaskLink run={run} />}
        <p className="text-xs text-soft md:hidden">
          {[!ofOne && (run.contact?.name ?? words.noClient), whereItStands(run)].filter(Boolean).join(' · ')}
        </p>
      </Td>
      {!ofOne && (
        <Td>
          <span className="wrap-anywhere">{run.contact?.name ?? words.noClient}</span>
          <TaskLink run={run} />
        </Td>
      )}
      <Td>
        <RunStateBadge state={run.state} />
      </Td>
      <Td className="min-w-48 text-soft">
        {whereItStands(run)}
        {run.step && run.state !== 'finished' && <code className="block text-xs">{run.step}</code>}
      </Td>
      <Td className="whitespace-nowrap text-soft">
        <time dateTime={run.startedAt} title={formats.moment(new Date(run.startedAt))}>
          {formats.short(new Date(run.startedAt), now)}
        </time>
      </Td>
      <Td numeric className="whitespace-nowrap text-soft">
        {run.endedAt ? duration(Date.parse(run.endedAt) - Date.parse(run.startedAt)) : '–'}
      </Td>
    </tr>
  )
}

function TaskLink({ run: { taskId, taskNumber } }: { run: Run }) {
  const words = useRoomWords(runWords)
  if (!taskId || taskNumber === null) return null
  return (
    <Link to="/inbox/$taskId" params={{ taskId }} className="block text-xs text-accent hover:underline">
      {words.task(taskNumber)}
    </Link>
  )
}
