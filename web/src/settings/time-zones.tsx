import { useId } from 'react'
import { Field } from '../ui/field.tsx'

interface TimeZoneFieldProps {
  label: string
  hint: string
  wrong: string
  value: string
  onChange: (value: string) => void
}

/** A zone of the IANA database; the browser knows their names. */
export function TimeZoneField({ label, hint, wrong, value, onChange }: TimeZoneFieldProps) {
  const list = useId()
  return (
    <>
      <Field
        label={label}
        hint={hint}
        error={isTimeZone(value) ? null : wrong}
        list={list}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}

export function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text.trim() })
    return text.trim() !== ''
  } catch {
    return false
  }
}

export const ownTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone
