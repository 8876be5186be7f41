import { useQuery } from '@tanstack/react-query'
import { UserSearch, X } from 'lucide-react'
import { useState } from 'react'
import { contactQuery } from '../api/people.ts'
import { taskQuery } from '../api/tasks.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { RunSearch } from './run-filter.ts'
import { runWords } from './run-words.ts'
import { TaskSearch } from './task-search.tsx'

/** Only runs about one task, or about every task of one client. */
export function AboutFilter({
  search,
  onChange,
}: {
  search: RunSearch
  onChange: (part: { task: string | undefined; contact: string | undefined }) => void
}) {
  const words = useRoomWords(runWords).filter
  const [isOpen, setOpen] = useState(false)
  const task = useQuery({ ...taskQuery(search.task ?? ''), enabled: search.task !== undefined })
  const contact = useQuery({ ...contactQuery(search.contact ?? ''), enabled: search.contact !== undefined })
  if (search.task !== undefined || search.contact !== undefined) {
    const name =
      search.task === undefined
        ? words.onlyContact(contact.data?.name ?? '…')
        : words.onlyTask(String(task.data?.number ?? '…'))
    return (
      <div className="flex h-9 items-center justify-between gap-1 rounded-md bg-selected pl-2.5 text-accent pointer-coarse:h-11">
        <span className="truncate">{name}</span>
        <IconButton label={words.remove} onClick={() => onChange({ task: undefined, contact: undefined })}>
          <X size={14} aria-hidden="true" />
        </IconButton>
      </div>
    )
  }
  return (
    <>
      <Button className="h-9 justify-start" onClick={() => setOpen(true)}>
        <UserSearch size={15} aria-hidden="true" className="shrink-0" />
        <span className="truncate">{words.choose}</span>
      </Button>
      {isOpen && (
        <Dialog title={words.search} size="medium" onClose={() => setOpen(false)}>
          <TaskSearch>
            {(one) => (
              <>
                <Button small onClick={() => choose({ task: one.id, contact: undefined })}>
                  {words.byTask}
                </Button>
                <Button small onClick={() => choose({ task: undefined, contact: one.requester.id })}>
                  {words.byContact}
                </Button>
              </>
            )}
          </TaskSearch>
        </Dialog>
      )}
    </>
  )

  function choose(part: { task: string | undefined; contact: string | undefined }) {
    setOpen(false)
    onChange(part)
  }
}
