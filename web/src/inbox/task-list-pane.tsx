import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { SquarePen } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef } from 'react'
import { meQuery } from '../api/session.ts'
import { viewsQuery } from '../api/views.ts'
import { openNewConversation } from '../new-conversation/open-new-conversation.ts'
import { prepareTaskPage } from '../task/load-task-page.ts'
import { IconButton } from '../ui/button.tsx'
import { Empty } from '../ui/notice.tsx'
import { usePageTitle } from '../ui/page-title.ts'
import { useStore } from '../ui/store.ts'
import { useNow } from '../ui/use-now.ts'
import { whenIdle } from '../ui/when-idle.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useAimedOrder } from './aimed-order.ts'
import { FilterChips } from './filter-chips.tsx'
import { FilterMenu } from './filter-menu.tsx'
import { FIRST_VIEW, filterOf, type InboxSearch, listOf, readFilter } from './inbox-search.ts'
import { ListStates } from './list-states.tsx'
import { picker } from './picker.ts'
import { SearchBox } from './search-box.tsx'
import { clearSelection, selection } from './selection.ts'
import { TaskList, type TaskListHandle } from './task-list.tsx'
import { useListCommands } from './use-list-commands.ts'
import { MOST_LISTED, useTaskList } from './use-task-list.ts'
import { ViewPicker } from './view-picker.tsx'
import { inboxWords } from './words.ts'

const SelectionBar = lazy(async () => {
  const { SelectionBar } = await import('./selection-bar.tsx')
  return { default: SelectionBar }
})

const MINUTE = 60_000

/** The left pane: which tasks to show, and they. @param chosen id of the task that is open */
export function TaskListPane({ chosen }: { chosen: string | null }) {
  const { words: app, formats } = useLanguage()
  const words = useRoomWords(inboxWords)
  const search = useSearch({ from: '/app/inbox' })
  const navigate = useNavigate()
  const me = useQuery(meQuery).data?.id ?? null
  const views = useQuery(viewsQuery)
  const now = useNow(MINUTE)
  const handle = useRef<TaskListHandle>(null)
  const picked = useStore(selection)

  const saved = search.saved === undefined ? null : (views.data?.find(({ id }) => id === search.saved) ?? null)
  const awaited = search.saved !== undefined && saved === null
  const name = search.saved === undefined ? words.views[search.view ?? FIRST_VIEW] : (saved?.name ?? '…')
  const key = JSON.stringify(filterOf(search, saved && readFilter(saved.filter)))
  const filter = useMemo((): ReturnType<typeof filterOf> => JSON.parse(key), [key])
  const link = useMemo(() => listOf(search), [search])
  const state = useTaskList(filter, me)
  const { full } = state
  const { tasks, pointer } = useAimedOrder(state.tasks, key)
  usePageTitle(chosen === null ? name : (tasks.find(({ id }) => id === chosen)?.requester.name ?? name))

  const isLoaded = state.query.data !== undefined
  useEffect(() => (isLoaded ? whenIdle(prepareTaskPage) : undefined), [isLoaded])

  // What was picked out belongs to the list that was on the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another list
  useEffect(() => clearSelection, [key])

  const open = useCallback(
    (id: string) => void navigate({ to: '/inbox/$taskId', params: { taskId: id }, search: link }),
    [navigate, link],
  )
  const change = (next: { [Key in keyof InboxSearch]?: InboxSearch[Key] | undefined }) =>
    void navigate({
      to: chosen === null ? '/inbox' : '/inbox/$taskId',
      params: { taskId: chosen ?? '' },
      search: present({ ...link, ...next }),
      replace: true,
    })
  const save = () => picker.set({ pick: 'view', id: null, filter })
  useListCommands({ tasks, chosen, link, handle, save })
  const anyFilter = Boolean(search.q || search.channel || search.tag || search.assignee || search.unread)
  return (
    <section aria-label={words.list} className="relative flex h-full flex-col">
      <header className="space-y-2 border-b border-line px-2.5 pt-2.5 pb-2">
        <h1 className="sr-only">{app.app.inbox}</h1>
        <ViewPicker name={name} search={search} />
        <div className="flex gap-1.5">
          <div className="min-w-0 flex-1">
            <SearchBox value={search.q ?? ''} onChange={(q) => change({ q: q === '' ? undefined : q })} />
          </div>
          <FilterMenu search={search} onChange={change} onSave={save} />
          <IconButton label={app.app.newConversation} onClick={() => openNewConversation()}>
            <SquarePen size={17} aria-hidden="true" />
          </IconButton>
        </div>
        <FilterChips search={search} onRemove={(one) => change({ [one]: undefined })} />
      </header>
      <div className="min-h-0 flex-1" {...pointer}>
        {awaited ? (
          <Empty title={views.isPending ? words.view.loading : words.view.missing} />
        ) : (
          <ListStates query={state.query} isEmpty={tasks.length === 0} filtered={anyFilter} search={search}>
            <TaskList
              key={key}
              ref={handle}
              state={state}
              tasks={tasks}
              filter={filter}
              search={link}
              label={words.list}
              me={me}
              now={now}
              chosen={chosen}
              onOpen={open}
            />
          </ListStates>
        )}
      </div>
      {full && (
        <p className="border-t border-line px-3 py-2 text-xs text-soft">{words.most(formats.number(MOST_LISTED))}</p>
      )}
      {(picked.allMatching || picked.ids.size > 0) && (
        <Suspense>
          <SelectionBar tasks={tasks} filter={filter} search={search} complete={!state.query.hasNextPage} />
        </Suspense>
      )}
    </section>
  )
}

/** Without what is not there: an address says no more than it has to. */
const present = (search: { [Key in keyof InboxSearch]?: InboxSearch[Key] | undefined }): InboxSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined))
