import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

const LOOKS = {
  plain: 'bg-hover text-soft',
  accent: 'bg-selected text-accent',
  success: 'bg-message-bubble text-success',
  warning: 'bg-warning-ground text-warning',
  danger: 'bg-danger-ground text-danger',
}
export type BadgeLook = keyof typeof LOOKS

/** A word or a number in a coloured pill. */
export const Badge = ({
  look = 'plain',
  className,
  children,
}: {
  look?: BadgeLook
  className?: string
  children: ReactNode
}) => (
  <span
    className={cx(
      'inline-flex shrink-0 items-center gap-1 rounded-full px-2 text-xs leading-5 font-medium whitespace-nowrap',
      LOOKS[look],
      className,
    )}
  >
    {children}
  </span>
)
