import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { OpenedTask } from '../api/types.ts'
import { useLiveEvents } from '../live/live-listeners.ts'
import { refetchSoon } from '../live/refetch-soon.ts'
import { taskRunsQuery } from '../task/runs.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { RunRow } from './run-row.tsx'
import { Section } from './section.tsx'
import { contactWords } from './words.ts'

const SHOWN_AT_FIRST = 4

/** What scenarios did in this task, and what they wait for. */
export function RunsSection({ task }: { task: OpenedTask }) {
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const [most, setMost] = useState(SHOWN_AT_FIRST)
  const query = useInfiniteQuery(taskRunsQuery(task.id))
  useLiveEvents(({ name, taskId }) => {
    if (name === 'run' && taskId === task.id) refetchSoon(client, { queryKey: ['task-runs', task.id] })
  })
  const runs = query.data?.pages.flatMap(({ items }) => items)
  const open = runs?.filter(({ endedAt }) => endedAt === null) ?? []
  const ended = runs?.filter(({ endedAt }) => endedAt !== null) ?? []
  // What still goes on stands first, however long ago it began.
  const shown = [...open, ...ended].slice(0, Math.max(most, open.length))
  const more = runs !== undefined && (runs.length > shown.length || query.hasNextPage)
  const showMore = () => {
    setMost(most + 20)
    if (query.hasNextPage && runs && runs.length < most + 20) void query.fetchNextPage()
  }
  return (
    <Section name="runs" title={words.runs.title} count={open.length}>
      {runs?.length === 0 && <p className="text-soft">{words.runs.none}</p>}
      {query.error && !runs && <Notice look="danger">{errorText(query.error)}</Notice>}
      <ul className="space-y-2">
        {shown.map((run) => (
          <li key={run.id}>
            <RunRow run={run} />
          </li>
        ))}
      </ul>
      {more && (
        <Button small look="quiet" className="mt-1 -ml-2 pointer-coarse:h-11" onClick={showMore}>
          {words.runs.more}
        </Button>
      )}
    </Section>
  )
}
