import { useQuery } from '@tanstack/react-query'
import { UserPen } from 'lucide-react'
import { useState } from 'react'
import { usersQuery } from '../api/people.ts'
import type { Person } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { cx } from '../ui/class-names.ts'
import { Popover } from '../ui/popover.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { contactWords } from './words.ts'

interface PeoplePickerProps {
  label: string
  hint?: string
  /** Only who may see the task's channel can work on it. */
  channelId: string
  chosen: readonly Person[]
  onChange: (people: Person[]) => void
}

/** So many can be looked over without a search. */
const SEARCH_FROM = 8

export function PeoplePicker({ label, hint, channelId, chosen, onChange }: PeoplePickerProps) {
  const words = useRoomWords(contactWords).task
  const users = useQuery(usersQuery).data ?? []
  const [typed, setTyped] = useState('')
  // Whoever left is still listed, so that they can be taken out.
  const gone = chosen.filter(({ id }) => !users.some((user) => user.id === id))
  const people = [...gone.map((person) => ({ ...person, channelIds: null })), ...users]
  const shown = people.filter(({ name }) => name.toLowerCase().includes(typed.trim().toLowerCase()))
  return (
    <Popover
      label={label}
      place="top-full right-0 mt-1 w-64 max-h-80 overflow-y-auto"
      buttonClass="-my-1 inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
      button={<UserPen size={15} aria-hidden="true" />}
    >
      {hint && <p className="px-2.5 py-1.5 text-xs text-soft">{hint}</p>}
      {people.length > SEARCH_FROM && (
        <input
          type="search"
          aria-label={words.findPerson}
          placeholder={words.findPerson}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          className="mb-1 h-8 w-full rounded-md border border-line bg-ground px-2 placeholder:text-soft pointer-coarse:h-11"
        />
      )}
      {shown.length === 0 && <p className="px-2.5 py-1.5 text-soft">{words.nobodyFound}</p>}
      {shown.map(({ id, name, channelIds }) => {
        const isChosen = chosen.some((one) => one.id === id)
        const may = channelIds === null || channelIds.includes(channelId)
        return (
          <label
            key={id}
            className={cx(
              'flex min-h-8 items-center gap-2.5 rounded-md px-2.5 pointer-coarse:min-h-11',
              may || isChosen ? 'cursor-pointer hover:bg-hover' : 'cursor-not-allowed opacity-60',
            )}
          >
            <input
              type="checkbox"
              checked={isChosen}
              disabled={!may && !isChosen}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, { id, name }] : chosen.filter((one) => one.id !== id))
              }
              className="size-4 accent-accent-fill"
            />
            <Avatar name={name} id={id} small />
            <span className="min-w-0">
              <bdi className="block truncate">{name}</bdi>
              {!may && <span className="block text-xs text-soft">{words.noAccess}</span>}
            </span>
          </label>
        )
      })}
    </Popover>
  )
}
