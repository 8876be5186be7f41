import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { type DraftField, FIELD_TYPES, type FieldType, nextRow } from './template-draft.ts'
import { taskTemplateWords } from './words.ts'

interface FieldsEditorProps {
  fields: DraftField[]
  /** names of those that cannot be edited here */
  others: string[]
  onChange: (fields: DraftField[]) => void
}

const FIRST_VALUES: Record<FieldType, string> = { text: '', number: '0', yes_no: 'false' }

/** What a new task knows from the start. */
export function FieldsEditor({ fields, others, onChange }: FieldsEditorProps) {
  const words = useRoomWords(taskTemplateWords)
  const { app } = useWords()
  const change = (row: number, changes: Partial<DraftField>) =>
    onChange(fields.map((field) => (field.row === row ? { ...field, ...changes } : field)))
  return (
    <Card title={words.fields} intro={words.fieldsHint}>
      <ul className="space-y-2">
        {fields.map((field) => (
          <li key={field.row} className="flex flex-wrap items-end gap-2 rounded-md bg-ground p-2">
            <Field
              className="min-w-32 flex-1"
              label={words.fieldName}
              value={field.name}
              maxLength={100}
              onChange={(event) => change(field.row, { name: event.target.value })}
            />
            <Select
              className="w-32"
              label={words.fieldType}
              value={field.type}
              options={FIELD_TYPES.map((type) => ({ value: type, label: words.types[type] }))}
              onChange={(event) => {
                const type = FIELD_TYPES.find((known) => known === event.target.value) ?? 'text'
                change(field.row, { type, value: FIRST_VALUES[type] })
              }}
            />
            {field.type === 'yes_no' ? (
              <Select
                className="min-w-32 flex-1"
                label={words.fieldValue}
                value={field.value}
                options={[
                  { value: 'true', label: app.yes },
                  { value: 'false', label: app.no },
                ]}
                onChange={(event) => change(field.row, { value: event.target.value })}
              />
            ) : (
              <Field
                className="min-w-32 flex-1"
                label={words.fieldValue}
                inputMode={field.type === 'number' ? 'decimal' : undefined}
                value={field.value}
                onChange={(event) => change(field.row, { value: event.target.value })}
              />
            )}
            <IconButton
              label={words.removeField(field.name)}
              onClick={() => onChange(fields.filter(({ row }) => row !== field.row))}
            >
              <X size={16} aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      {others.length > 0 && <p className="mt-2 text-xs text-soft">{words.otherFields(others.join(', '))}</p>}
      <Button
        className="mt-3"
        onClick={() => onChange([...fields, { row: nextRow(), name: '', type: 'text', value: '' }])}
      >
        <Plus size={15} aria-hidden="true" />
        {words.addField}
      </Button>
    </Card>
  )
}
