import type { ComponentProps } from 'react'
import { cx } from './class-names.ts'

const LOOKS = {
  primary: 'bg-accent-fill text-white hover:brightness-110',
  plain: 'border border-line bg-raised text-ink hover:bg-hover',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
  comment: 'bg-comment-fill text-[#3d2f00] hover:brightness-105',
  message: 'bg-message-fill text-white hover:brightness-110',
  danger: 'border border-line bg-raised text-danger hover:bg-danger-ground',
}

interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof LOOKS
  small?: boolean
}

export function Button({ look = 'plain', small = false, className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={cx(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium disabled:opacity-50 disabled:hover:brightness-100',
        small ? 'h-7 px-2.5 text-xs' : 'h-8 px-3 text-[0.8125rem] pointer-coarse:h-11',
        LOOKS[look],
        className,
      )}
      {...rest}
    />
  )
}

interface IconButtonProps extends ComponentProps<'button'> {
  /** What the button does, for those who cannot see its picture; also its tooltip. */
  label: string
}

export function IconButton({ label, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={cx(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink disabled:opacity-50 pointer-coarse:size-11',
        className,
      )}
      {...rest}
    />
  )
}
