import { X } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import type { OpenedTask } from '../api/types.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Field } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { dueSuggestions, fromLocalTyped, isOverdue, toLocalTyped } from './due.ts'
import { Row } from './section.tsx'
import { useChangeTask } from './use-change-task.ts'
import { contactWords } from './words.ts'

const MINUTE = 60_000

/** By when the task is to be done; set, moved and taken away where it stands. */
export function DueDate({ task }: { task: OpenedTask }) {
  const { words: common, formats } = useLanguage()
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const change = useChangeTask(task.id)
  const [editing, setEditing] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const now = useNow(task.dueAt === null ? null : MINUTE)
  const late = isOverdue(task.dueAt, task.status.active, now)

  const set = (dueAt: string | null) => change.mutate({ change: { dueAt }, expected: { dueAt } })
  const setAndSay = (dueAt: string | null) => {
    const before = task.dueAt
    set(dueAt)
    showToast(
      dueAt === null ? words.task.changed.dueCleared : words.task.changed.due(formats.moment(new Date(dueAt))),
      {
        action: { label: common.app.undo, run: () => set(before) },
      },
    )
    end()
  }
  const end = () => {
    setEditing(false)
    requestAnimationFrame(() => opener.current?.focus())
  }
  return (
    <Row label={words.task.due}>
      {editing ? (
        <DueForm dueAt={task.dueAt} onSet={setAndSay} onCancel={end} />
      ) : (
        <div className="flex items-start gap-1">
          <button
            ref={opener}
            type="button"
            title={task.dueAt === null ? words.task.dueSet : words.task.dueChange}
            onClick={() => setEditing(true)}
            className={cx(
              '-my-1 -ml-2 flex min-h-8 min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-0.5 rounded-md px-2 py-1 text-left hover:bg-hover pointer-coarse:min-h-11',
              late ? 'font-medium text-danger' : task.dueAt === null ? 'text-soft' : 'text-ink',
            )}
          >
            <span className="sr-only">{task.dueAt === null ? words.task.dueSet : words.task.dueChange}: </span>
            {task.dueAt === null ? words.task.dueNone : formats.moment(new Date(task.dueAt))}
            {late && <span className="rounded-full bg-danger-ground px-2 text-xs">{words.task.overdue}</span>}
          </button>
          {task.dueAt !== null && (
            <IconButton label={words.task.dueClear} onClick={() => setAndSay(null)} className="-my-1">
              <X size={14} aria-hidden="true" />
            </IconButton>
          )}
        </div>
      )}
      {change.error && (
        <Notice look="danger" urgent className="mt-1">
          {errorText(change.error)}
        </Notice>
      )}
    </Row>
  )
}

interface DueFormProps {
  dueAt: string | null
  onSet: (dueAt: string) => void
  onCancel: () => void
}

function DueForm({ dueAt, onSet, onCancel }: DueFormProps) {
  const { words: common } = useLanguage()
  const words = useRoomWords(contactWords).task
  const [typed, setTyped] = useState(dueAt === null ? '' : toLocalTyped(dueAt))
  const [tried, setTried] = useState(false)
  const at = fromLocalTyped(typed)
  const save = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (at !== null) onSet(at)
  }
  return (
    <form
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        onCancel()
      }}
      className="space-y-2 rounded-lg border border-line bg-panel p-2.5"
    >
      <div className="flex flex-wrap gap-1">
        {dueSuggestions(new Date()).map((one) => (
          <Button key={one.name} small className="pointer-coarse:h-11" onClick={() => onSet(one.at.toISOString())}>
            {words.suggestions[one.name]}
          </Button>
        ))}
      </div>
      <Field
        autoFocus
        type="datetime-local"
        label={words.dueField}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        error={tried && at === null ? words.dueInvalid : null}
      />
      <div className="flex justify-end gap-2">
        <Button small className="pointer-coarse:h-11" onClick={onCancel}>
          {common.app.cancel}
        </Button>
        <Button small look="primary" type="submit" className="pointer-coarse:h-11">
          {common.app.save}
        </Button>
      </div>
    </form>
  )
}
