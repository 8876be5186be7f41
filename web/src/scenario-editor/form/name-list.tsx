import { X } from 'lucide-react'
import { useState } from 'react'
import { ChoiceField } from '../pick/choice-field.tsx'
import { useEditorWords, useField } from '../state/editor-context.tsx'
import { type Source, useSuggestions } from '../suggestions.ts'
import { isList } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { FieldGroup } from './labelled.tsx'

interface NameListProps {
  path: Path
  label: string
  hint?: string
  source: Source
}

/** Several names, each as a chip. Without any the key goes. */
export function NameList({ path, label, hint, source }: NameListProps) {
  const words = useEditorWords()
  const { value, set, clear, problem, readOnly } = useField(path)
  const options = useSuggestions(source)
  const [typed, setTyped] = useState('')
  const names = isList(value) ? value.map(String) : []
  const add = (name: string) => {
    setTyped('')
    if (name !== '' && !names.includes(name)) set([...names, name])
  }
  const labelOf = (name: string) => options?.find((one) => one.value === name)?.label ?? name
  return (
    <FieldGroup label={label} hint={hint} error={problem}>
      <div className="flex flex-wrap gap-1.5">
        {names.map((name, at) => (
          <Chip
            key={name}
            label={labelOf(name)}
            onRemove={
              readOnly
                ? undefined
                : () => (names.length === 1 ? clear() : set(names.filter((_, index) => index !== at)))
            }
          />
        ))}
      </div>
      {!readOnly && (
        <form
          className="mt-1.5"
          onSubmit={(event) => {
            event.preventDefault()
            add(typed.trim())
          }}
        >
          <ChoiceField
            label={`${words.form.add}: ${label}`}
            hideLabel
            value={typed}
            options={options?.filter((one) => !names.includes(one.value))}
            onChange={(next) => (options?.some((one) => one.value === next) ? add(next) : setTyped(next))}
          />
        </form>
      )}
    </FieldGroup>
  )
}

export function Chip({ label, onRemove }: { label: string; onRemove: (() => void) | undefined }) {
  const words = useEditorWords()
  return (
    <span className="inline-flex min-h-7 items-center gap-0.5 rounded-full bg-hover pr-1 pl-2.5 text-[0.8125rem] pointer-coarse:min-h-11">
      <span className="wrap-anywhere">{label}</span>
      {onRemove && (
        <button
          type="button"
          aria-label={words.form.remove(label)}
          title={words.form.remove(label)}
          onClick={onRemove}
          className="inline-flex size-6 items-center justify-center rounded-full text-soft hover:bg-selected hover:text-ink pointer-coarse:size-10"
        >
          <X size={12} aria-hidden="true" />
        </button>
      )}
    </span>
  )
}
