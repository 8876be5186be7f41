import { useQuery } from '@tanstack/react-query'
import { ChevronsUpDown } from 'lucide-react'
import { taskCountsQuery } from '../api/tasks.ts'
import { Popover } from '../ui/popover.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { FIRST_VIEW, type InboxSearch } from './inbox-search.ts'
import { ViewList } from './view-list.tsx'
import { inboxWords } from './words.ts'

/** The name of the view that is shown; where the views are not at the side, it opens them. */
export function ViewPicker({ name, search }: { name: string; search: InboxSearch }) {
  const words = useRoomWords(inboxWords)
  const counts = useQuery(taskCountsQuery).data
  const view = search.saved === undefined && search.channel === undefined ? (search.view ?? FIRST_VIEW) : 'done'
  const count = view === 'done' ? undefined : counts?.[view]
  const title = (
    <>
      <bdi className="min-w-0 truncate text-[0.9375rem] font-semibold tracking-tight text-ink">{name}</bdi>
      {/* Between two words there is a space, also for those who only hear them. */}{' '}
      {count !== undefined && count > 0 && <span className="text-[0.8125rem] text-soft tabular-nums">{count}</span>}
    </>
  )
  return (
    <>
      <h2 className="hidden h-8 items-center gap-2 px-1.5 2xl:flex">{title}</h2>
      <div className="2xl:hidden">
        <Popover
          // Whoever has chosen is done with it.
          key={JSON.stringify([search.view, search.saved, search.channel])}
          // With the number: the name of a button holds what stands on it.
          label={words.view.choose(count ? `${name} ${count}` : name)}
          button={
            <>
              {title}
              <ChevronsUpDown size={14} aria-hidden="true" className="ml-auto shrink-0 text-soft" />
            </>
          }
          buttonClass="flex h-8 w-full min-w-0 items-center gap-2 rounded-md px-1.5 hover:bg-hover pointer-coarse:h-11"
          place="inset-x-0 top-full mt-1 max-h-[70dvh] overflow-y-auto p-1.5"
        >
          <ViewList search={search} />
        </Popover>
      </div>
    </>
  )
}
