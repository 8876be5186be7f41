import { useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { contactQuery } from '../api/people.ts'
import type { Contact } from '../api/types.ts'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { TagInput } from './tag-input.tsx'
import { useChangeContact } from './use-change-contact.ts'
import { contactWords } from './words.ts'

export function TagList({ contact }: { contact: Contact }) {
  const { app } = useWords()
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const change = useChangeContact(contact.id)
  const [adding, setAdding] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const { tags } = contact

  // Of what is there now: whatever else happened to the tags meanwhile stays.
  const tagsNow = () => client.getQueryData(contactQuery(contact.id).queryKey)?.tags ?? tags
  const add = (tag: string) => {
    const now = tagsNow()
    if (!now.includes(tag)) change.mutate({ tags: [...now, tag] })
  }
  const remove = (tag: string) => {
    change.mutate({ tags: tagsNow().filter((one) => one !== tag) })
    showToast(words.tags.removed(tag), { action: { label: app.undo, run: () => add(tag) } })
  }
  const end = () => {
    setAdding(false)
    requestAnimationFrame(() => opener.current?.focus())
  }
  return (
    <div className="mt-3">
      <h3 className="sr-only">{words.tags.title}</h3>
      <ul className="flex flex-wrap items-center gap-1" aria-label={words.tags.title}>
        {tags.map((tag) => (
          <li
            key={tag}
            className="inline-flex max-w-full items-center rounded-full border border-line bg-raised pl-2 text-xs leading-5"
          >
            <bdi className="truncate">{tag}</bdi>
            <button
              type="button"
              aria-label={words.tags.remove(tag)}
              title={words.tags.remove(tag)}
              onClick={() => remove(tag)}
              className="inline-flex size-5 shrink-0 items-center justify-center rounded-full text-soft hover:bg-hover hover:text-ink pointer-coarse:size-9"
            >
              <X size={11} aria-hidden="true" />
            </button>
          </li>
        ))}
        {!adding && (
          <li>
            <button
              ref={opener}
              type="button"
              onClick={() => setAdding(true)}
              className="inline-flex h-5.5 items-center gap-1 rounded-full border border-dashed border-line-strong px-2 text-xs text-soft hover:bg-hover hover:text-ink pointer-coarse:h-11"
            >
              <Plus size={12} aria-hidden="true" />
              {words.tags.add}
            </button>
          </li>
        )}
      </ul>
      {adding && <TagInput taken={tags} onAdd={add} onEnd={end} />}
      {change.error && (
        <Notice look="danger" urgent className="mt-2">
          {errorText(change.error)}
        </Notice>
      )}
    </div>
  )
}
