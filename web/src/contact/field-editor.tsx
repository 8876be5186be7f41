import { type FormEvent, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Checkbox, Field, Select } from '../ui/field.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { FIELD_KINDS, type FieldKind, kindOf, readField, typedOf } from './field-value.ts'
import { contactWords } from './words.ts'

const MOST_NAME = 100

interface FieldEditorProps {
  /** null: a new field, which gets its name here */
  name: string | null
  value: unknown
  taken: readonly string[]
  onSave: (name: string, value: string | number | boolean) => void
  onCancel: () => void
}

/** A field as it is written: its kind decides how. */
export function FieldEditor({ name, value, taken, onSave, onCancel }: FieldEditorProps) {
  const { app } = useWords()
  const words = useRoomWords(contactWords).fields
  const known = kindOf(value)
  const [newName, setNewName] = useState('')
  const [kind, setKind] = useState<FieldKind>(known === 'other' ? 'text' : known)
  const [typed, setTyped] = useState(typedOf(value))
  const [tried, setTried] = useState(false)
  const chosenName = name ?? newName.trim()
  const nameProblem = name === null ? problemOf(chosenName, taken) : null
  const read = readField(kind, typed)

  const save = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (nameProblem === null && read.ok) onSave(chosenName, read.value)
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
      className="my-1 space-y-2 rounded-lg border border-line bg-panel p-2.5"
    >
      {name === null ? (
        <Field
          autoFocus
          label={words.name}
          value={newName}
          maxLength={MOST_NAME}
          onChange={({ target }) => setNewName(target.value)}
          error={tried && nameProblem ? words.problems[nameProblem] : null}
        />
      ) : (
        <p className="truncate text-xs text-soft">
          <bdi>{name}</bdi>
        </p>
      )}
      {(name === null || value === undefined) && (
        <Select
          label={words.kind}
          value={kind}
          options={FIELD_KINDS.map((one) => ({ value: one, label: words.kinds[one] }))}
          onChange={({ target }) => {
            setKind(target.value as FieldKind)
            setTyped('')
          }}
        />
      )}
      {kind === 'boolean' ? (
        <Checkbox
          label={words.value}
          checked={typed === 'true'}
          onChange={({ target }) => setTyped(String(target.checked))}
        />
      ) : (
        <Field
          autoFocus={name !== null}
          label={words.value}
          hideLabel={name !== null}
          type={kind === 'date' ? 'date' : 'text'}
          inputMode={kind === 'number' ? 'decimal' : undefined}
          dir="auto"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          error={tried && !read.ok ? words.problems[read.problem] : null}
        />
      )}
      <div className="flex justify-end gap-2">
        <Button small className="pointer-coarse:h-11" onClick={onCancel}>
          {app.cancel}
        </Button>
        <Button small look="primary" type="submit" className="pointer-coarse:h-11">
          {app.save}
        </Button>
      </div>
    </form>
  )
}

function problemOf(name: string, taken: readonly string[]): 'nameMissing' | 'nameTaken' | null {
  if (name === '') return 'nameMissing'
  return taken.includes(name) ? 'nameTaken' : null
}
