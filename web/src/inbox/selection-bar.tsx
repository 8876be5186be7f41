import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Clock, ListChecks, MailOpen, UserPlus, X } from 'lucide-react'
import { useState } from 'react'
import { markMany, type TaskCounts, type TaskFilter, taskCountsQuery, taskListKey } from '../api/tasks.ts'
import type { Task } from '../api/types.ts'
import { trimLists } from '../live/lists.ts'
import { IconButton } from '../ui/button.tsx'
import { useStore } from '../ui/store.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { changeAll } from './change-many.ts'
import { FIRST_VIEW, type InboxSearch } from './inbox-search.ts'
import { picker, type Target } from './picker.ts'
import { clearSelection, selection } from './selection.ts'
import { useReportMany } from './use-report-many.ts'
import { inboxWords } from './words.ts'

interface SelectionBarProps {
  tasks: readonly Task[]
  filter: TaskFilter
  search: InboxSearch
  /** every task of the list is loaded */
  complete: boolean
}

/** How many are selected, what can be done to them, and whether that is all there are. */
export function SelectionBar({ tasks, filter, search, complete }: SelectionBarProps) {
  const { formats } = useLanguage()
  const words = useRoomWords(inboxWords)
  const client = useQueryClient()
  const { ids, allMatching } = useStore(selection)
  const counts = useQuery(taskCountsQuery).data
  const [progress, setProgress] = useState<number | null>(null)
  const { report, reportStopped } = useReportMany()
  const chosen = tasks.filter(({ id }) => ids.has(id))
  const total = totalOf(search, counts)
  const target: Target = allMatching ? { filter } : { tasks: chosen }
  const ask = (pick: 'assign' | 'status' | 'snooze') => picker.set({ pick, target })
  const busy = progress !== null

  const read = async () => {
    let changed = 0
    setProgress(0)
    try {
      const many = allMatching ? { filter: { ...filter, unread: true as const } } : { ids: chosen.map(({ id }) => id) }
      const outcome = await changeAll(
        many,
        (which) => markMany(which, { read: true }),
        (sofar) => {
          changed = sofar.changed
          setProgress(changed)
        },
      )
      report(outcome)
      clearSelection()
    } catch (error) {
      reportStopped(changed, error)
    }
    setProgress(null)
    trimLists(client)
    void client.invalidateQueries({ queryKey: taskListKey })
    void client.invalidateQueries({ queryKey: taskCountsQuery.queryKey })
  }
  return (
    <section
      aria-label={words.select.bar}
      className="absolute inset-x-2 bottom-2 z-20 rounded-xl border border-line-strong bg-raised p-1.5 shadow-xl shadow-black/20"
    >
      <div className="flex items-center gap-0.5">
        <p role="status" className="min-w-0 flex-1 truncate px-1.5 text-[0.8125rem] font-medium">
          {busy && words.select.working(progress)}
          {!busy &&
            allMatching &&
            (total === null ? words.select.allMatching : words.select.allCount(formats.number(total)))}
          {!busy && !allMatching && words.select.count(chosen.length)}
        </p>
        <IconButton label={words.select.assign} disabled={busy} onClick={() => ask('assign')}>
          <UserPlus size={16} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.select.status} disabled={busy} onClick={() => ask('status')}>
          <ListChecks size={16} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.select.snooze} disabled={busy} onClick={() => ask('snooze')}>
          <Clock size={16} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.select.read} disabled={busy} onClick={() => void read()}>
          <MailOpen size={16} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.select.clear} disabled={busy} onClick={clearSelection}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </div>
      {!complete && !busy && (
        <p className="px-1.5 pb-1 text-xs text-soft">
          {!allMatching && `${words.select.onlyLoaded} `}
          <button
            type="button"
            onClick={() =>
              selection.set({ ids: new Set(tasks.map(({ id }) => id)), anchor: null, allMatching: !allMatching })
            }
            className="font-medium text-accent hover:underline"
          >
            {allMatching ? words.select.loaded : words.select.all(total === null ? null : formats.number(total))}
          </button>
        </p>
      )}
    </section>
  )
}

/** How many a view holds, where its number is known; null: nobody has counted it. */
function totalOf(search: InboxSearch, counts: TaskCounts | undefined): number | null {
  const { saved, channel, tag, assignee, unread, q, view = FIRST_VIEW } = search
  if ([saved, channel, tag, assignee, unread, q].some((value) => value !== undefined)) return null
  return view === 'done' ? null : (counts?.[view] ?? null)
}
