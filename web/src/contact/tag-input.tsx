import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useId, useState } from 'react'
import { cx } from '../ui/class-names.ts'
import { useRoomWords } from '../words/room-words.ts'
import { tagsQuery } from './contact-api.ts'
import { contactWords } from './words.ts'

const MOST_SHOWN = 6
const MOST_LETTERS = 60

interface TagInputProps {
  taken: readonly string[]
  onAdd: (tag: string) => void
  onEnd: () => void
}

/** Writes a tag, with those in use below: arrows choose, Enter or a comma adds, Escape ends. */
export function TagInput({ taken, onAdd, onEnd }: TagInputProps) {
  const words = useRoomWords(contactWords)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const text = typed.trim()
  const known = useQuery({ ...tagsQuery(text), placeholderData: keepPreviousData }).data ?? []
  const free = known.map(({ name }) => name).filter((name) => !taken.includes(name))
  const isNew = text !== '' && !taken.includes(text) && !free.includes(text)
  const offers = [...(isNew ? [text] : []), ...free.slice(0, MOST_SHOWN)]
  const chosen = offers[Math.min(at, offers.length - 1)]

  const add = (tag: string | undefined) => {
    if (tag === undefined) return
    onAdd(tag)
    setTyped('')
    setAt(0)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setAt(
        (Math.min(at, offers.length - 1) + (event.key === 'ArrowDown' ? 1 : offers.length - 1)) %
          Math.max(1, offers.length),
      )
    } else if (event.key === 'Enter' || event.key === ',')
      add(text === '' && at === 0 && event.key === ',' ? undefined : chosen)
    else if (event.key === 'Escape') {
      event.stopPropagation()
      onEnd()
    } else return
    event.preventDefault()
  }
  return (
    <div className="relative mt-1.5">
      <input
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here
        autoFocus
        role="combobox"
        aria-expanded={offers.length > 0}
        aria-controls={id}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${offers.indexOf(chosen)}`}
        aria-autocomplete="list"
        aria-label={words.tags.add}
        dir="auto"
        value={typed}
        maxLength={MOST_LETTERS}
        onChange={({ target }) => {
          setTyped(target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        onBlur={onEnd}
        className="h-8 w-full rounded-md border border-line-strong bg-raised px-2 pointer-coarse:h-11"
      />
      <div
        id={id}
        role="listbox"
        tabIndex={-1}
        aria-label={words.tags.title}
        className={cx(
          'absolute inset-x-0 top-full z-20 mt-1 max-h-64 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-xl shadow-black/15',
          offers.length === 0 && 'hidden',
        )}
      >
        {offers.map((tag, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the input, which keeps the focus
          <div
            key={tag}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={tag === chosen}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => add(tag)}
            className="flex min-h-8 cursor-pointer items-center truncate rounded-md px-2 hover:bg-hover aria-selected:bg-hover pointer-coarse:min-h-11"
          >
            <bdi className="truncate">{isNew && index === 0 ? words.tags.create(tag) : tag}</bdi>
          </div>
        ))}
      </div>
    </div>
  )
}
