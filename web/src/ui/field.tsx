import { type InputHTMLAttributes, type SelectHTMLAttributes, useId } from 'react'
import { cx } from './class-names.ts'

const BOX = 'h-9 w-full rounded-md border border-line-strong bg-raised px-2.5 text-ink pointer-coarse:h-11'

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string
}

export function Field({ label, className, ...rest }: FieldProps) {
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] text-soft">
        {label}
      </label>
      <input id={id} className={BOX} {...rest} />
    </div>
  )
}

interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  label: string
  options: readonly { value: string; label: string }[]
}

export function Select({ label, options, className, ...rest }: SelectProps) {
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] text-soft">
        {label}
      </label>
      <select id={id} className={cx(BOX, 'pr-1')} {...rest}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}
