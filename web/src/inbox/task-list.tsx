import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { VList, type VListHandle } from 'virtua'
import { type TaskFilter, taskListQuery } from '../api/tasks.ts'
import type { Task } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import type { InboxView } from './inbox-search.ts'
import { ListItem } from './list-item.tsx'
import { TaskRow } from './task-row.tsx'

/** So many pixels from its end the next page is asked for. */
const AHEAD = 600
const ROW_HEIGHT = 66

interface TaskListProps {
  filter: TaskFilter
  view: InboxView
  chosen: string | null
}

/** Tasks, the newest first; only those in view are in the page. */
export function TaskList({ filter, view, chosen }: TaskListProps) {
  const words = useWords()
  const errorText = useErrorText()
  const list = useRef<VListHandle>(null)
  const query = useInfiniteQuery({ ...taskListQuery(filter), placeholderData: keepPreviousData })
  const tasks = useMemo(() => uniqueTasks(query.data?.pages.flatMap(({ items }) => items) ?? []), [query.data])

  if (query.error && tasks.length === 0) {
    return (
      <Empty title={errorText(query.error)}>
        <Button onClick={() => void query.refetch()}>{words.app.tryAgain}</Button>
      </Empty>
    )
  }
  if (query.isPending) return <p className="sr-only">{words.app.loading}</p>
  if (tasks.length === 0) {
    if (filter.q) return <Empty title={words.inbox.nothingFound} />
    return <Empty title={words.inbox.empty[view]} hint={words.inbox.emptyHint} />
  }

  const onScroll = (offset: number) => {
    const handle = list.current
    if (!handle || !query.hasNextPage || query.isFetchingNextPage) return
    if (offset + handle.viewportSize > handle.scrollSize - AHEAD) void query.fetchNextPage()
  }
  return (
    <VList
      ref={list}
      data={tasks}
      itemSize={ROW_HEIGHT}
      onScroll={onScroll}
      role="list"
      aria-label={words.inbox.list}
      aria-busy={query.isFetching}
      className="h-full px-1.5 py-1.5"
      item={ListItem}
    >
      {(task) => <TaskRow key={task.id} task={task} chosen={task.id === chosen} />}
    </VList>
  )
}

/** A task that moved between two pages while they were fetched is shown once. */
const uniqueTasks = (tasks: Task[]): Task[] => [...new Map(tasks.map((task) => [task.id, task])).values()]
