import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { useEditorWords, useField } from '../state/editor-context.tsx'
import type { Json } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { shapeOf } from '../tree/condition.ts'
import { ConditionNode } from './condition-node.tsx'
import { FieldGroup } from './labelled.tsx'
import { useFields } from './use-fields.ts'

interface ConditionEditorProps {
  path: Path
  label: string
  hint?: ReactNode
  /** It may be left out. */
  optional?: boolean
  /** The events that may have happened where it is looked at. */
  events?: readonly string[]
}

/** A condition as rows, put together in groups. */
export function ConditionEditor({ path, label, hint, optional = false, events }: ConditionEditorProps) {
  const words = useEditorWords()
  const { value, set, clear, problem, readOnly } = useField(path)
  const { fields } = useFields(events)
  const first = (): Json => {
    const [field] = fields
    return field?.kind === 'boolean'
      ? { field: field.path, is: true }
      : { field: field?.path ?? 'event.text', contains: '' }
  }
  const isGroup = shapeOf(value).is === 'group'
  return (
    <FieldGroup label={label} hint={hint} error={value === undefined ? problem : null}>
      {value !== undefined && (
        <ConditionNode
          path={path}
          number={1}
          events={events}
          newRow={first}
          onRemove={optional ? clear : null}
          isOnly={!isGroup}
        />
      )}
      {!readOnly && !isGroup && (
        <Button
          small
          look="quiet"
          className="mt-1 -ml-2"
          onClick={() => set(value === undefined ? first() : { all: [value, first()] })}
        >
          <Plus size={14} aria-hidden="true" />
          {words.form.condition.add}
        </Button>
      )}
    </FieldGroup>
  )
}
