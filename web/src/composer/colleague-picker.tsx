import { useQuery } from '@tanstack/react-query'
import { AtSign } from 'lucide-react'
import { usersQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import { Popover } from '../ui/popover.tsx'
import { useWords } from '../words/language.tsx'

interface ColleaguePickerProps {
  chosen: readonly string[]
  /** Only who may see the task's channel can be notified. */
  channelId: string
  onChange: (ids: string[]) => void
}

export function ColleaguePicker({ chosen, channelId, onChange }: ColleaguePickerProps) {
  const words = useWords()
  const me = useQuery(meQuery).data
  const users = useQuery(usersQuery).data ?? []
  const colleagues = users.filter(
    ({ id, channelIds }) => id !== me?.id && (channelIds === null || channelIds.includes(channelId)),
  )
  const names = colleagues.filter(({ id }) => chosen.includes(id)).map(({ name }) => name)
  return (
    <Popover
      label={words.composer.notify}
      place="bottom-full left-0 mb-2 max-h-64 w-64 overflow-y-auto"
      buttonClass="inline-flex h-8 min-w-0 items-center gap-1.5 rounded-md px-2 text-[0.8125rem] text-comment-ink hover:bg-ink/10 pointer-coarse:h-11"
      button={
        <>
          <AtSign size={16} aria-hidden="true" className="shrink-0" />
          <bdi className="max-w-32 truncate">{names.join(', ')}</bdi>
        </>
      }
    >
      {colleagues.length === 0 && <p className="px-3 py-2 text-[0.8125rem] text-soft">{words.composer.notifyNobody}</p>}
      {colleagues.map(({ id, name }) => (
        <label key={id} className="flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 hover:bg-hover">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={({ target }) => onChange(target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
            className="size-4 accent-accent-fill"
          />
          <bdi className="truncate">{name}</bdi>
        </label>
      ))}
    </Popover>
  )
}
