import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, type Ref, useCallback, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { VList, type VListHandle } from 'virtua'
import { channelsQuery } from '../api/people.ts'
import { type TaskFilter, taskListQuery } from '../api/tasks.ts'
import type { Task } from '../api/types.ts'
import { noteDepth } from '../live/lists.ts'
import { useStore } from '../ui/store.ts'
import type { InboxSearch } from './inbox-search.ts'
import { ListItem } from './list-item.tsx'
import { createPrefetch } from './prefetch.ts'
import { createRowKeys } from './row-keys.ts'
import { extended, selection, toggled } from './selection.ts'
import { ROW_HEIGHT, type RowEvents, TaskRow } from './task-row.tsx'
import type { TaskListState } from './use-task-list.ts'

/** So many pixels from its end the next page is asked for. */
const AHEAD = 12 * ROW_HEIGHT

export interface TaskListHandle {
  /** Brings it into view. @param focus puts the cursor on it, too */
  show: (id: string, focus: boolean) => void
  /** Is the cursor somewhere in the list? */
  hasFocus: () => boolean
  /** The row that the cursor is on, or was on last. */
  cursor: () => string | null
  /** Fetches what may be opened next. */
  prefetch: (...ids: string[]) => void
}

interface TaskListProps {
  state: TaskListState
  /** those of the list, in the order in which they are shown */
  tasks: Task[]
  filter: TaskFilter
  search: InboxSearch
  label: string
  me: string | null
  now: Date
  chosen: string | null
  onOpen: (id: string) => void
  ref: Ref<TaskListHandle>
}

/** Only the tasks in view are in the page. */
export function TaskList({ state, tasks, filter, search, label, me, now, chosen, onOpen, ref }: TaskListProps) {
  const { query, woken, full } = state
  const client = useQueryClient()
  const router = useRouter()
  const list = useRef<VListHandle>(null)
  const root = useRef<HTMLDivElement>(null)
  const picked = useStore(selection)
  const [cursor, setCursor] = useState<string | null>(null)
  const channels = useQuery(channelsQuery).data
  const channelNames = useMemo(
    () => (channels && channels.length > 1 ? new Map(channels.map(({ id, name }) => [id, name])) : null),
    [channels],
  )
  const prefetch = useMemo(() => createPrefetch(client), [client])
  // Links are made by hand: a router's Link in every row would have each of them follow every change of the address.
  const hrefOf = useMemo(() => {
    const { href } = router.buildLocation({ to: '/inbox/$taskId', params: { taskId: '_' }, search })
    return (id: string) => href.replace('/_', `/${id}`)
  }, [router, search])

  const latest = useRef({ tasks, onOpen })
  latest.current = { tasks, onOpen }
  const on = useMemo<RowEvents>(
    () => ({
      open: (id) => latest.current.onOpen(id),
      select: (id, range) => {
        const listed = latest.current.tasks.map((task) => task.id)
        selection.update((before) => (range ? extended : toggled)(before, id, listed))
      },
      consider: (id) => prefetch.consider(...(id === null ? [] : [id])),
      focus: setCursor,
    }),
    [prefetch],
  )
  const show = useCallback((id: string, focus: boolean) => {
    const index = latest.current.tasks.findIndex((task) => task.id === id)
    if (index < 0) return
    list.current?.scrollToIndex(index, { align: 'nearest' })
    if (!focus) return
    setCursor(id)
    // The row may have to be drawn first.
    requestAnimationFrame(() => requestAnimationFrame(() => rowLink(root.current, id)?.focus({ preventScroll: true })))
  }, [])
  useImperativeHandle(ref, () => ({
    show,
    hasFocus: () => root.current?.contains(document.activeElement) ?? false,
    cursor: () => cursor,
    prefetch: prefetch.beside,
  }))

  const onScroll = (offset: number) => {
    const handle = list.current
    if (!handle) return
    noteDepth(taskListQuery(filter).queryKey, Math.floor(offset / ROW_HEIGHT))
    if (!query.hasNextPage || query.isFetchingNextPage || full) return
    if (offset + handle.viewportSize > handle.scrollSize - AHEAD) void query.fetchNextPage()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.code === 'ArrowDown' ? 1 : event.code === 'ArrowUp' ? -1 : 0
    if (step === 0 || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const next = tasks[tasks.findIndex(({ id }) => id === cursor) + step]
    if (!next) return
    if (event.shiftKey) on.select(next.id, true)
    show(next.id, true)
    prefetch.consider(next.id)
  }
  const rowKeys = useRef(createRowKeys())
  // biome-ignore lint/correctness/useExhaustiveDependencies: keys change with the order alone
  const keys = useMemo(
    () =>
      rowKeys.current(
        tasks.map(({ id }) => id),
        cursor,
      ),
    [tasks],
  )
  const stop = tabStopOf(tasks, cursor, chosen)
  const kept = tasks.findIndex(({ id }) => id === cursor)
  return (
    // The keys are those of the links inside.
    // biome-ignore lint/a11y/noStaticElementInteractions: it is the links inside that are moved between
    <div ref={root} onKeyDown={onKeyDown} className="h-full">
      <VList
        ref={list}
        data={tasks}
        itemSize={ROW_HEIGHT}
        // The row with the cursor stays, so that the cursor is not lost when it is scrolled away.
        keepMounted={kept < 0 ? NONE : [kept]}
        onScroll={onScroll}
        role="list"
        aria-label={label}
        aria-busy={query.isFetching}
        className="press-while-scrolling h-full px-1.5 py-1"
        item={ListItem}
      >
        {(task) => (
          <TaskRow
            key={keys.get(task.id)}
            task={task}
            href={hrefOf(task.id)}
            now={now}
            me={me}
            channel={channelNames?.get(task.channelId)}
            chosen={task.id === chosen}
            selected={picked.allMatching || picked.ids.has(task.id)}
            selecting={picked.allMatching || picked.ids.size > 0}
            tabStop={task.id === stop}
            woken={woken.has(task.id)}
            on={on}
          />
        )}
      </VList>
    </div>
  )
}

const NONE: number[] = []

/** Tab comes to one row: where the cursor was, else to what is open, else to the first. */
function tabStopOf(tasks: readonly Task[], cursor: string | null, chosen: string | null): string | undefined {
  const isThere = (wanted: string | null) => wanted !== null && tasks.some(({ id }) => id === wanted)
  if (isThere(cursor)) return cursor ?? undefined
  if (isThere(chosen)) return chosen ?? undefined
  return tasks[0]?.id
}

const rowLink = (root: HTMLElement | null, id: string) =>
  root?.querySelector<HTMLAnchorElement>(`[data-task="${CSS.escape(id)}"] a`)
