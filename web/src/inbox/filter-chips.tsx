import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { channelsQuery, usersQuery } from '../api/people.ts'
import { useRoomWords } from '../words/room-words.ts'
import type { InboxSearch } from './inbox-search.ts'
import { inboxWords } from './words.ts'

interface FilterChipsProps {
  search: InboxSearch
  onRemove: (name: 'channel' | 'tag' | 'assignee' | 'unread') => void
}

/** What narrows the view, each with the way to take it away. */
export function FilterChips({ search, onRemove }: FilterChipsProps) {
  const words = useRoomWords(inboxWords)
  const channels = useQuery(channelsQuery).data
  const users = useQuery(usersQuery).data
  const { channel, tag, assignee, unread } = search
  const chips = [
    ...(channel ? [{ name: 'channel' as const, text: channels?.find(({ id }) => id === channel)?.name ?? '…' }] : []),
    ...(assignee ? [{ name: 'assignee' as const, text: assigneeName(assignee) }] : []),
    ...(tag ? [{ name: 'tag' as const, text: tag }] : []),
    ...(unread ? [{ name: 'unread' as const, text: words.filter.unread }] : []),
  ]
  function assigneeName(id: string): string {
    if (id === 'me') return words.filter.me
    return id === 'none' ? words.filter.nobody : (users?.find((user) => user.id === id)?.name ?? '…')
  }
  if (chips.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-1">
      {chips.map(({ name, text }) => (
        <li key={name}>
          <button
            type="button"
            aria-label={words.filter.remove(text)}
            onClick={() => onRemove(name)}
            className="inline-flex h-6 max-w-44 items-center gap-1 rounded-full bg-selected pr-1.5 pl-2 text-xs text-accent hover:brightness-95 pointer-coarse:h-11 pointer-coarse:px-3"
          >
            <bdi className="truncate">{text}</bdi>
            <X size={12} aria-hidden="true" className="shrink-0" />
          </button>
        </li>
      ))}
    </ul>
  )
}
