import { useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useMemo, useState } from 'react'
import { usersQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import type { User } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { cx } from '../ui/class-names.ts'
import { useRoomWords } from '../words/room-words.ts'
import type { TokenKeys } from './composer-field.tsx'
import { composerWords } from './words.ts'

interface MentionListProps {
  channelId: string
  query: string
  id: string
  keys: RefObject<TokenKeys | null>
  onActive: (id: string | null) => void
  onChoose: (user: User) => void
  onClose: () => void
}

const MOST = 6

/** Colleagues whose name begins with what was typed behind an @. Only who may see the task's channel can be told. */
export function MentionList({ channelId, query, id, keys, onActive, onChoose, onClose }: MentionListProps) {
  const { mention } = useRoomWords(composerWords)
  const me = useQuery(meQuery).data?.id
  const users = useQuery(usersQuery).data
  const [active, setActive] = useState(0)
  const shown = useMemo(() => {
    const wanted = query.toLowerCase()
    return (users ?? [])
      .filter((user) => user.id !== me && (user.channelIds === null || user.channelIds.includes(channelId)))
      .filter(({ name }) => {
        const lower = name.toLowerCase()
        return lower.startsWith(wanted) || lower.split(/\s+/).some((word) => word.startsWith(wanted))
      })
      .slice(0, MOST)
  }, [users, me, channelId, query])
  const current = shown[Math.min(active, shown.length - 1)]
  // biome-ignore lint/correctness/useExhaustiveDependencies: other letters begin at the first
  useEffect(() => setActive(0), [query])
  useEffect(() => {
    onActive(current ? `${id}-${current.id}` : null)
    return () => onActive(null)
  }, [current, id, onActive])
  useEffect(() => {
    keys.current = (event) => {
      if (event.key === 'Escape') {
        onClose()
        return true
      }
      if (!current || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const step = event.key === 'ArrowDown' ? 1 : -1
        setActive((before) => (Math.min(before, shown.length - 1) + step + shown.length) % shown.length)
        return true
      }
      if (event.key !== 'Enter' && event.key !== 'Tab') return false
      onChoose(current)
      return true
    }
    return () => {
      keys.current = null
    }
  }, [keys, current, shown.length, onChoose, onClose])
  // Behind an @ may stand anything: an address, a handle. Then there is no list.
  if (shown.length === 0) return null
  return (
    <div
      id={id}
      role="listbox"
      tabIndex={-1}
      aria-label={mention.list}
      className="mb-2 w-64 max-w-full rounded-lg border border-line bg-raised p-1 shadow-xl shadow-black/15"
    >
      {shown.map((user) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the text field
        <div
          key={user.id}
          id={`${id}-${user.id}`}
          role="option"
          tabIndex={-1}
          aria-selected={user === current}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(user)}
          className={cx(
            'flex cursor-pointer items-center gap-2 rounded-md px-2 py-1 pointer-coarse:min-h-11',
            user === current && 'bg-selected',
          )}
        >
          <span aria-hidden="true" className="flex">
            <Avatar name={user.name} id={user.id} />
          </span>
          <bdi className="min-w-0 truncate">{user.name}</bdi>
        </div>
      ))}
    </div>
  )
}
