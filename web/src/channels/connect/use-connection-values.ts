import { useState } from 'react'
import { type ConnectionValues, newVerifyToken, type Provider, type ProviderField } from '../api.ts'

/** The fields of a connection as they are filled in. Kept nowhere else: some of them are secrets. */
export function useConnectionValues({ fields }: Provider) {
  const [values, setValues] = useState<ConnectionValues>(() =>
    Object.fromEntries(fields.map((field) => [field.key, firstValue(field)])),
  )
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const set = (key: string, value: string) => setValues((before) => ({ ...before, [key]: value }))
  return {
    values,
    set,
    fill: (more: ConnectionValues) => setValues((before) => ({ ...before, ...more })),
    /** An entry is judged once it has been left, or is long enough to be wrong for certain. */
    leave: (key: string) => setLeft((before) => new Set(before).add(key)),
    problemOf: (field: ProviderField) =>
      left.has(field.key) && !fits(field, values[field.key] ?? '') && values[field.key]?.trim() ? field.form : null,
    missing: fields.filter((field) => !fits(field, values[field.key] ?? '')),
  }
}

const firstValue = ({ made, choices, required }: ProviderField): string =>
  made ? newVerifyToken() : required ? (choices?.[0]?.value ?? '') : ''

/** Does the value have the form that the provider wants? What need not be given may be absent. */
export function fits({ pattern, required }: Pick<ProviderField, 'pattern' | 'required'>, value: string): boolean {
  const text = value.trim()
  return text === '' ? !required : new RegExp(`^(?:${pattern})$`, 'u').test(text)
}
