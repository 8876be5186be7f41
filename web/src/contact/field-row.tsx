import { Pencil, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { kindOf, typedOf } from './field-value.ts'
import { contactWords } from './words.ts'

interface FieldRowProps {
  name: string
  value: unknown
  onEdit: () => void
  onToggle: (value: boolean) => void
  /** null: it is not there */
  onRemove: (() => void) | null
}

const ON_HOVER = 'opacity-0 group-hover/field:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100'

export function FieldRow({ name, value, onEdit, onToggle, onRemove }: FieldRowProps) {
  const words = useRoomWords(contactWords).fields
  const kind = kindOf(value)
  return (
    <div className="group/field -mx-2 flex min-h-8 items-center gap-2 rounded-md px-2 hover:bg-hover pointer-coarse:min-h-11">
      <dt className="w-2/5 shrink-0 truncate text-soft" title={name}>
        <bdi>{name}</bdi>
      </dt>
      <dd className="flex min-w-0 flex-1 items-center gap-1">
        {kind === 'boolean' ? (
          <Toggle name={name} value={value === true} onToggle={onToggle} />
        ) : (
          <span className="min-w-0 truncate" title={kind === 'other' ? words.byPrograms : typedOf(value)}>
            <FieldValue value={value} />
          </span>
        )}
        <span className="ml-auto flex shrink-0">
          {kind !== 'boolean' && kind !== 'other' && (
            <IconButton label={words.edit(name)} onClick={onEdit} className={ON_HOVER}>
              <Pencil size={13} aria-hidden="true" />
            </IconButton>
          )}
          {onRemove && (
            <IconButton label={words.remove(name)} onClick={onRemove} className={ON_HOVER}>
              <Trash2 size={13} aria-hidden="true" />
            </IconButton>
          )}
        </span>
      </dd>
    </div>
  )
}

/** It shows what was pressed at once: the value follows a moment later, and until then it would turn back. */
function Toggle({ name, value, onToggle }: { name: string; value: boolean; onToggle: (value: boolean) => void }) {
  const [pressed, setPressed] = useState(value)
  useEffect(() => setPressed(value), [value])
  return (
    <input
      type="checkbox"
      aria-label={name}
      checked={pressed}
      onChange={({ target }) => {
        setPressed(target.checked)
        onToggle(target.checked)
      }}
      className="size-4 accent-accent-fill"
    />
  )
}

/** A value as people read it. */
function FieldValue({ value }: { value: unknown }) {
  const { locale } = useLanguage()
  const words = useRoomWords(contactWords).fields
  switch (kindOf(value)) {
    case 'number':
      return (
        <span className="tabular-nums">
          {new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }).format(value as number)}
        </span>
      )
    case 'date':
      return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
        new Date(`${value as string}T00:00:00Z`),
      )
    case 'other':
      return <code className="text-xs text-soft">{typedOf(value)}</code>
    default: {
      const text = typedOf(value)
      return text === '' ? <span className="text-soft">{words.empty}</span> : <bdi>{text}</bdi>
    }
  }
}
