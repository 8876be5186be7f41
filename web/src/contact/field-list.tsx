import { Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { FieldEditor } from './field-editor.tsx'
import { FieldRow } from './field-row.tsx'
import { contactWords } from './words.ts'

interface FieldListProps {
  fields: Record<string, unknown>
  /** Fields that the task template has: shown though nobody has filled them in. */
  expected?: Record<string, unknown>
  /** What the last change was refused with. */
  error: string | null
  /** @param change null takes a field away */
  onChange: (change: Record<string, unknown>) => void
}

/** Fields with names that people chose, each changed where it stands. */
export function FieldList({ fields, expected = {}, error, onChange }: FieldListProps) {
  const { app } = useWords()
  const words = useRoomWords(contactWords)
  /** name of the one that is edited; empty: a new one */
  const [editing, setEditing] = useState<string | null>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const names = [...new Set([...Object.keys(expected), ...Object.keys(fields)])]

  const remove = (name: string) => {
    const value = fields[name]
    onChange({ [name]: null })
    const putBack = () => onChange({ [name]: value })
    showToast(words.fields.removed(name), { action: { label: app.undo, run: putBack } })
  }
  const end = () => {
    setEditing(null)
    requestAnimationFrame(() => opener.current?.focus())
  }
  const save = (name: string, value: unknown) => {
    onChange({ [name]: value })
    end()
  }
  return (
    <>
      {names.length === 0 && editing === null && <p className="text-soft">{words.fields.none}</p>}
      <dl>
        {names.map((name) =>
          editing === name ? (
            <div key={name}>
              <dt className="sr-only">{name}</dt>
              <dd>
                <FieldEditor
                  name={name}
                  value={fields[name] ?? expected[name]}
                  taken={names}
                  onSave={save}
                  onCancel={end}
                />
              </dd>
            </div>
          ) : (
            <FieldRow
              key={name}
              name={name}
              value={fields[name]}
              onEdit={() => setEditing(name)}
              onToggle={(value) => onChange({ [name]: value })}
              onRemove={Object.hasOwn(fields, name) ? () => remove(name) : null}
            />
          ),
        )}
      </dl>
      {editing === '' && <FieldEditor name={null} value={undefined} taken={names} onSave={save} onCancel={end} />}
      {editing === null && (
        <Button ref={opener} small look="quiet" className="-ml-2 pointer-coarse:h-11" onClick={() => setEditing('')}>
          <Plus size={14} aria-hidden="true" />
          {words.fields.add}
        </Button>
      )}
      {error !== null && (
        <Notice look="danger" urgent className="mt-1">
          {error}
        </Notice>
      )}
    </>
  )
}
