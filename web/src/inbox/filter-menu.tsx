import { ListFilter } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { cx } from '../ui/class-names.ts'
import { Popover } from '../ui/popover.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type InboxSearch, narrowings } from './inbox-search.ts'
import { inboxWords } from './words.ts'

const FilterFields = lazy(async () => {
  const { FilterFields } = await import('./filter-fields.tsx')
  return { default: FilterFields }
})

export interface FilterMenuProps {
  search: InboxSearch
  onChange: (
    search: Partial<Record<'channel' | 'tag' | 'assignee', string | undefined>> & { unread?: true | undefined },
  ) => void
  onSave: () => void
}

/** Narrows a view: by channel, assignee, tag, and to what is unread. */
export function FilterMenu({ search, onChange, onSave }: FilterMenuProps) {
  const words = useRoomWords(inboxWords)
  const count = narrowings(search)
  return (
    <Popover
      label={count === 0 ? words.filter.open : words.filter.opened(count)}
      button={<ListFilter size={16} aria-hidden="true" />}
      buttonClass={cx(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md border border-line hover:bg-hover pointer-coarse:size-11',
        count > 0 ? 'bg-selected text-accent' : 'bg-ground text-soft',
      )}
      place="right-0 top-full mt-1 w-64 p-3"
    >
      <Suspense fallback={<div className="h-48" />}>
        <FilterFields search={search} onChange={onChange} onSave={onSave} />
      </Suspense>
    </Popover>
  )
}
