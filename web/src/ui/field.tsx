import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { cx } from './class-names.ts'

const BOX =
  'w-full rounded-md border border-line-strong bg-raised px-2.5 text-ink placeholder:text-soft disabled:opacity-60 aria-invalid:border-danger'
const ONE_LINE = `${BOX} h-9 pointer-coarse:h-11`

interface Labelled {
  label: string
  /** Only for those who cannot see: the place says it already. */
  hideLabel?: boolean
  hint?: ReactNode
  /** What is wrong with what was entered. */
  error?: string | null
}

interface FieldProps extends InputHTMLAttributes<HTMLInputElement>, Labelled {
  ref?: Ref<HTMLInputElement>
}

export function Field({ label, hideLabel, hint, error, className, ...rest }: FieldProps) {
  const id = useId()
  return (
    <Labels {...{ id, label, hideLabel, hint, error, className }}>
      <input id={id} className={ONE_LINE} {...describedBy(id, hint, error)} {...rest} />
    </Labels>
  )
}

interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement>, Labelled {}

export function TextArea({ label, hideLabel, hint, error, className, ...rest }: TextAreaProps) {
  const id = useId()
  return (
    <Labels {...{ id, label, hideLabel, hint, error, className }}>
      <textarea
        id={id}
        dir="auto"
        className={`${BOX} field-sizing-content max-h-96 min-h-20 py-2`}
        {...describedBy(id, hint, error)}
        {...rest}
      />
    </Labels>
  )
}

interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement>, Labelled {
  options: readonly { value: string; label: string; disabled?: boolean }[]
}

export function Select({ label, hideLabel, hint, error, options, className, ...rest }: SelectProps) {
  const id = useId()
  return (
    <Labels {...{ id, label, hideLabel, hint, error, className }}>
      <select id={id} className={cx(ONE_LINE, 'pr-1')} {...describedBy(id, hint, error)} {...rest}>
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </Labels>
  )
}

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'>, Pick<Labelled, 'hint'> {
  label: ReactNode
  /** Looks like a switch: it takes effect at once. */
  asSwitch?: boolean
}

export function Checkbox({ label, hint, asSwitch = false, className, ...rest }: CheckboxProps) {
  const id = useId()
  return (
    <div className={cx('flex items-start gap-2.5', className)}>
      <input
        id={id}
        type="checkbox"
        role={asSwitch ? 'switch' : undefined}
        className={
          asSwitch
            ? 'relative mt-0.5 h-5 w-9 shrink-0 cursor-pointer appearance-none rounded-full bg-line-strong transition-colors before:absolute before:top-0.5 before:left-0.5 before:size-4 before:rounded-full before:bg-white before:transition-transform checked:bg-accent-fill checked:before:translate-x-4 disabled:opacity-60 forced-colors:appearance-auto'
            : 'mt-0.5 size-4 shrink-0 accent-accent-fill'
        }
        {...describedBy(id, hint, null)}
        {...rest}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="block cursor-pointer">
          {label}
        </label>
        <Hint id={id} hint={hint} />
      </div>
    </div>
  )
}

interface LabelsProps extends Labelled {
  id: string
  className: string | undefined
  children: ReactNode
}

function Labels({
  id,
  label,
  hideLabel,
  hint,
  error,
  className,
  children,
}: { [Key in keyof LabelsProps]: LabelsProps[Key] | undefined }) {
  return (
    <div className={className}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'mb-1 block text-[0.8125rem] text-soft'}>
        {label}
      </label>
      {children}
      <Hint id={id ?? ''} hint={hint} />
      {error && (
        <p id={`${id}-error`} className="mt-1 text-xs text-danger">
          {error}
        </p>
      )}
    </div>
  )
}

const Hint = ({ id, hint }: { id: string; hint: ReactNode }) =>
  hint ? (
    <p id={`${id}-hint`} className="mt-1 text-xs text-soft">
      {hint}
    </p>
  ) : null

function describedBy(id: string, hint: ReactNode, error: string | null | undefined) {
  const ids = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return { ...(ids ? { 'aria-describedby': ids } : {}), ...(error ? { 'aria-invalid': true } : {}) }
}
