import { useState } from 'react'
import { Checkbox } from '../../ui/field.tsx'
import { ChoiceField } from '../pick/choice-field.tsx'
import { useField } from '../state/editor-context.tsx'
import { type Source, useSuggestions } from '../suggestions.ts'
import type { Path } from '../text/path.ts'
import { BOX, Labelled, type LabelProps } from './labelled.tsx'

interface Bound extends Omit<LabelProps, 'error'> {
  path: Path
  /** An empty field takes the key away. */
  optional?: boolean
  placeholder?: string
}

const ONE_LINE = `${BOX} h-9 px-2.5 pointer-coarse:h-11`

/** A text of one line. */
export function TextInput({ path, optional = false, placeholder, ...labels }: Bound) {
  const { value, set, clear, problem, readOnly } = useField(path)
  return (
    <Labelled {...labels} error={problem}>
      {(id, described) => (
        <input
          id={id}
          className={ONE_LINE}
          placeholder={placeholder}
          disabled={readOnly}
          value={typeof value === 'string' || typeof value === 'number' ? String(value) : ''}
          onChange={(event) => (optional && event.target.value === '' ? clear() : set(event.target.value))}
          {...described}
        />
      )}
    </Labelled>
  )
}

/** A number; what is being typed and is none yet stays in the field alone. */
export function NumberInput({
  path,
  optional = false,
  placeholder,
  min,
  max,
  whole = true,
  ...labels
}: Bound & { min?: number; max?: number; whole?: boolean }) {
  const { value, set, clear, problem, readOnly } = useField(path)
  const [draft, setDraft] = useState<string | null>(null)
  return (
    <Labelled {...labels} error={problem}>
      {(id, described) => (
        <input
          id={id}
          className={ONE_LINE}
          inputMode={whole ? 'numeric' : 'decimal'}
          placeholder={placeholder}
          disabled={readOnly}
          min={min}
          max={max}
          value={draft ?? (value === undefined || value === null ? '' : String(value))}
          onChange={({ target }) => {
            setDraft(target.value)
            const number = Number(target.value.replace(',', '.'))
            if (target.value.trim() === '') {
              if (optional) clear()
            } else if (Number.isFinite(number) && (!whole || Number.isInteger(number))) set(number)
          }}
          onBlur={() => setDraft(null)}
          {...described}
        />
      )}
    </Labelled>
  )
}

interface SelectInputProps<Value extends string> extends Omit<Bound, 'placeholder'> {
  options: Record<Value, string>
  /** What it is where nothing is written. */
  fallback?: Value
}

/** One of a few words of the format. */
export function SelectInput<Value extends string>({
  path,
  options,
  fallback,
  optional = false,
  ...labels
}: SelectInputProps<Value>) {
  const { value, set, clear, problem, readOnly } = useField(path)
  const shown = typeof value === 'string' ? value : (fallback ?? '')
  const isKnown = shown in options
  return (
    <Labelled {...labels} error={problem}>
      {(id, described) => (
        <select
          id={id}
          className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
          disabled={readOnly}
          value={shown}
          onChange={({ target }) => (optional && target.value === fallback ? clear() : set(target.value))}
          {...described}
        >
          {!isKnown && <option value={shown}>{shown}</option>}
          {Object.entries<string>(options).map(([key, label]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}

/** Yes or no; what is the same as left out is left out. */
export function SwitchInput({
  path,
  label,
  hint,
  fallback = false,
}: {
  path: Path
  label: string
  hint?: string
  fallback?: boolean
}) {
  const { value, set, clear, readOnly } = useField(path)
  const isOn = typeof value === 'boolean' ? value : fallback
  return (
    <Checkbox
      label={label}
      hint={hint}
      asSwitch
      disabled={readOnly}
      checked={isOn}
      onChange={({ target }) => (target.checked === fallback ? clear() : set(target.checked))}
    />
  )
}

interface NameInputProps extends Bound {
  source: Source
}

/** The name of something of this installation. */
export function NameInput({ path, source, optional = false, ...rest }: NameInputProps) {
  const { value, set, clear, problem, readOnly } = useField(path)
  const options = useSuggestions(source)
  return (
    <ChoiceField
      {...rest}
      value={typeof value === 'string' || typeof value === 'number' ? String(value) : ''}
      options={options}
      known={source !== 'tags'}
      error={problem}
      disabled={readOnly}
      onChange={(next) => (optional && next === '' ? clear() : set(next))}
    />
  )
}
