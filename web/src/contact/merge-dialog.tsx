import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowUpDown } from 'lucide-react'
import { useDeferredValue, useRef, useState } from 'react'
import { newKey } from '../api/request.ts'
import type { Contact } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { contactSearchQuery, contactTasksQuery, mergeContacts } from './contact-api.ts'
import { contactWords } from './words.ts'

interface MergeDialogProps {
  contact: Contact
  onClose: () => void
}

/** Finds the other contact, shows both side by side, and says what a merge does and what it does not. */
function MergeDialog({ contact, onClose }: MergeDialogProps) {
  const { app } = useWords()
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const [other, setOther] = useState<Contact | null>(null)
  const [swapped, setSwapped] = useState(false)
  const key = useRef(newKey())
  const kept = swapped && other ? other : contact
  const gone = swapped ? contact : other
  const merge = useMutation({
    mutationFn: ({ into, from }: { into: string; from: string }) => mergeContacts(into, from, key.current),
    onSuccess: () => {
      for (const name of ['contact', 'contacts', 'contact-tasks', 'tasks', 'task'])
        void client.invalidateQueries({ queryKey: [name] })
      if (gone) showToast(words.merge.done(gone.name, kept.name))
      onClose()
    },
    onError: () => {
      key.current = newKey()
    },
  })
  return (
    <Dialog title={words.merge.title} onClose={onClose} size="medium">
      <p className="mb-3 text-soft">{words.merge.intro}</p>
      {gone === null ? (
        <FindContact not={contact.id} onChoose={setOther} />
      ) : (
        <>
          <ContactCard label={words.merge.stays} contact={kept} />
          <div className="my-1 flex justify-center">
            <Button small look="quiet" className="pointer-coarse:h-11" onClick={() => setSwapped(!swapped)}>
              <ArrowUpDown size={14} aria-hidden="true" />
              {words.merge.swap}
            </Button>
          </div>
          <ContactCard label={words.merge.goesIn} contact={gone} />
          <ul className="mt-4 list-disc space-y-1 pl-5 text-[0.8125rem]">
            <li>{words.merge.what(kept.name, gone.name)}</li>
            <li>{words.merge.neverReroutes}</li>
            <li>{words.merge.stricter}</li>
            <li>{words.merge.reversible}</li>
          </ul>
          {merge.error && (
            <Notice look="danger" urgent className="mt-3">
              {errorText(merge.error)}
            </Notice>
          )}
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <Button look="quiet" className="mr-auto" onClick={() => setOther(null)}>
              {words.merge.other}
            </Button>
            <Button onClick={onClose}>{app.cancel}</Button>
            <Button
              look="primary"
              disabled={merge.isPending}
              onClick={() => merge.mutate({ into: kept.id, from: gone.id })}
            >
              {words.merge.action}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}

export default MergeDialog

function FindContact({ not, onChoose }: { not: string; onChoose: (contact: Contact) => void }) {
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const [typed, setTyped] = useState('')
  const q = useDeferredValue(typed.trim())
  const found = useQuery({ ...contactSearchQuery(q), enabled: q !== '', placeholderData: keepPreviousData })
  const contacts = q === '' ? [] : (found.data ?? []).filter(({ id }) => id !== not)
  return (
    <>
      <Field
        data-autofocus
        type="search"
        label={words.merge.find}
        placeholder={words.merge.findHint}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        error={found.error ? errorText(found.error) : null}
      />
      <div aria-live="polite" className="mt-2 min-h-40">
        {q !== '' && found.data && contacts.length === 0 && <p className="p-2 text-soft">{words.merge.nothing}</p>}
        <ul className="max-h-80 overflow-y-auto">
          {contacts.map((contact) => (
            <li key={contact.id}>
              <button
                type="button"
                onClick={() => onChoose(contact)}
                className="flex min-h-11 w-full items-center gap-3 rounded-lg px-2 py-1.5 text-left hover:bg-hover"
              >
                <Avatar name={contact.name} id={contact.id} />
                <span className="min-w-0">
                  <bdi className="block truncate font-medium">{contact.name}</bdi>
                  <span className="block truncate text-xs text-soft">{numbersOf(contact)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}

const PAGE = 50

function ContactCard({ label, contact }: { label: string; contact: Contact }) {
  const words = useRoomWords(contactWords).merge
  const [page] = useInfiniteQuery(contactTasksQuery(contact.id, PAGE)).data?.pages ?? []
  return (
    <section aria-label={label} className="rounded-xl border border-line bg-panel p-3">
      <h3 className="mb-2 text-xs text-soft">{label}</h3>
      <div className="flex items-center gap-3">
        <Avatar name={contact.name} id={contact.id} />
        <div className="min-w-0">
          <p className="truncate font-medium">
            <bdi>{contact.name}</bdi>
          </p>
          <p className="truncate text-xs text-soft">{numbersOf(contact)}</p>
        </div>
        {page && (
          <span className="ml-auto shrink-0 text-xs text-soft">
            {page.next === null ? words.tasks(page.items.length) : words.moreTasks(page.items.length)}
          </span>
        )}
      </div>
    </section>
  )
}

/** The number, or what they are known by where they have none. */
const numbersOf = ({ phone, identities, tags }: Contact): string =>
  [phone ?? identities[0]?.value, ...tags].filter(Boolean).join(' · ')
