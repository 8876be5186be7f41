import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { meQuery } from '../api/session.ts'
import { useWords } from '../words/language.tsx'
import { filterOf, type InboxSearch } from './inbox-search.ts'
import { SearchBox } from './search-box.tsx'
import { TaskList } from './task-list.tsx'
import { ViewTabs } from './view-tabs.tsx'

/** The left pane: which tasks to show, and they. @param chosen id of the task that is open */
export function TaskListPane({ chosen }: { chosen: string | null }) {
  const words = useWords()
  const search = useSearch({ from: '/app/inbox' })
  const navigate = useNavigate()
  const me = useQuery(meQuery).data
  const change = (next: InboxSearch) =>
    void navigate({
      to: chosen === null ? '/inbox' : '/inbox/$taskId',
      params: { taskId: chosen ?? '' },
      search: { ...search, ...next },
      replace: true,
    })
  const view = search.view ?? 'active'
  return (
    <section aria-label={words.inbox.list} className="flex h-full flex-col">
      <header className="space-y-2.5 border-b border-line px-3 pt-3 pb-2.5">
        <h1 className="px-1 text-[0.9375rem] font-semibold tracking-tight">{words.inbox.title}</h1>
        <SearchBox value={search.q ?? ''} onChange={(q) => change({ q })} />
        <ViewTabs value={view} onChange={(next) => change({ view: next })} />
      </header>
      <div className="min-h-0 flex-1">
        <TaskList filter={filterOf(search, me?.id ?? null)} view={view} chosen={chosen} />
      </div>
    </section>
  )
}
