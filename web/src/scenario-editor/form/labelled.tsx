import { type ReactNode, useId } from 'react'
import { cx } from '../../ui/class-names.ts'

export const BOX =
  'w-full rounded-md border border-line-strong bg-raised text-ink placeholder:text-soft disabled:opacity-60 aria-invalid:border-danger'

export interface LabelProps {
  label: string
  /** Only for those who cannot see: the place says it already. */
  hideLabel?: boolean
  hint?: ReactNode
  /** What is wrong with it. */
  error?: string | null
  className?: string
}

interface LabelledProps extends LabelProps {
  children: (id: string, described: { 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode
}

/** A label, a field, and below it what it is for and what is wrong with it. */
export function Labelled({ label, hideLabel = false, hint, error, className, children }: LabelledProps) {
  const id = useId()
  const ids = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className={cx('min-w-0', className)}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'mb-1 block text-[0.8125rem] text-soft'}>
        {label}
      </label>
      {children(id, {
        ...(ids ? { 'aria-describedby': ids } : {}),
        ...(error ? { 'aria-invalid': true as const } : {}),
      })}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-soft wrap-anywhere">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="mt-1 text-xs text-danger wrap-anywhere">
          {error}
        </p>
      )}
    </div>
  )
}

/** Fields that belong together, with their name above. */
export function FieldGroup({
  label,
  hint,
  error,
  actions,
  children,
}: {
  label: string
  hint?: ReactNode
  error?: string | null
  actions?: ReactNode
  children: ReactNode
}) {
  const id = useId()
  return (
    <fieldset className="min-w-0" aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="sr-only">{label}</legend>
      <div className="mb-1 flex items-center justify-between gap-2">
        <span aria-hidden="true" className="text-[0.8125rem] text-soft">
          {label}
        </span>
        {actions}
      </div>
      {children}
      {hint && <p className="mt-1 text-xs text-soft">{hint}</p>}
      {error && (
        <p id={`${id}-error`} className="mt-1 text-xs text-danger wrap-anywhere">
          {error}
        </p>
      )}
    </fieldset>
  )
}

/** Two fields beside each other where there is room. */
export const Row = ({ children, className }: { children: ReactNode; className?: string }) => (
  <div className={cx('grid gap-3 @md:grid-cols-2', className)}>{children}</div>
)
