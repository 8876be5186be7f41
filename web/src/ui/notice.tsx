import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

const LOOKS = {
  danger: 'bg-danger-ground text-danger',
  warning: 'bg-warning-ground text-warning',
  plain: 'bg-hover text-soft',
  success: 'bg-message-bubble text-success',
}

interface NoticeProps {
  look: keyof typeof LOOKS
  /** Read out at once, for what somebody must not miss. */
  urgent?: boolean
  className?: string
  children: ReactNode
}

export function Notice({ look, urgent = false, className, children }: NoticeProps) {
  return (
    <div
      role={urgent ? 'alert' : 'status'}
      className={cx('rounded-md px-3 py-2 text-[0.8125rem]', LOOKS[look], className)}
    >
      {children}
    </div>
  )
}

/** A calm page or pane with nothing in it. */
export function Empty({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 p-8 text-center">
      <p className="font-medium">{title}</p>
      {hint && <p className="max-w-72 text-[0.8125rem] text-soft">{hint}</p>}
      {children && <div className="mt-3">{children}</div>}
    </div>
  )
}
