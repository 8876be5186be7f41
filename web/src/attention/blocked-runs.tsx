import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CirclePause } from 'lucide-react'
import { meQuery } from '../api/session.ts'
import { taskQuery } from '../api/tasks.ts'
import { RunRow } from '../contact/run-row.tsx'
import { Button } from '../ui/button.tsx'
import { LongList } from '../ui/long-list.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { blockedRunsQuery } from './api.ts'
import { Part } from './part.tsx'
import { attentionWords } from './words.ts'

/** Runs that wait at a step until a person has mended what they need. */
export function BlockedRuns() {
  const words = useRoomWords(attentionWords)
  const me = useQuery(meQuery).data
  const query = useInfiniteQuery({ ...blockedRunsQuery, refetchOnMount: 'always' })
  const runs = query.data?.pages.flatMap(({ items }) => items) ?? []
  if (runs.length === 0) return null
  const mayAsk = me?.permissions.includes('scenarios.manage') ?? false
  return (
    <Part
      id="runs"
      icon={CirclePause}
      colour="text-warning"
      title={words.runs.title}
      explains={[words.runs.what, mayAsk ? words.runs.safe : words.runs.onlyAuthors]}
    >
      <LongList className="divide-y divide-line">
        {runs.map((run) => (
          <li key={run.id} className="p-4">
            <RunRow run={run} />
            <p className="mt-1 text-xs">
              {run.taskId === null ? (
                <span className="text-soft">{words.runs.noTask}</span>
              ) : (
                <TaskLink taskId={run.taskId} />
              )}
            </p>
          </li>
        ))}
      </LongList>
      {query.hasNextPage && (
        <div className="border-t border-line p-2 text-center">
          <Button look="quiet" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {words.loadMore}
          </Button>
        </div>
      )}
    </Part>
  )
}

function TaskLink({ taskId }: { taskId: string }) {
  const words = useRoomWords(attentionWords).row
  const task = useQuery(taskQuery(taskId)).data
  return (
    <Link
      to="/inbox/$taskId"
      params={{ taskId }}
      className="inline-flex min-h-7 items-center text-accent hover:underline pointer-coarse:min-h-11"
    >
      {task ? `${words.task(task.number)} · ${task.requester.name}` : words.openTask}
    </Link>
  )
}
