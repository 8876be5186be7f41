import type { TaskStatus } from '../api/types.ts'
import { cx } from '../ui/class-names.ts'
import { useWords } from '../words/language.tsx'
import { statusName } from './status-name.ts'

const COLOURS: Record<string, string> = {
  new: 'bg-[#4f7df0]',
  in_progress: 'bg-[#e0a21a]',
  waiting: 'bg-[#a07be8]',
  done: 'bg-[#2f9e6b]',
  cancelled: 'bg-line-strong',
}

export function StatusDot({ status }: { status: TaskStatus }) {
  const words = useWords()
  const name = statusName(status, words)
  return (
    <span
      role="img"
      aria-label={name}
      title={name}
      className={cx(
        'inline-block size-2 shrink-0 rounded-full',
        COLOURS[status.key] ?? (status.active ? 'bg-[#4f7df0]' : 'bg-line-strong'),
      )}
    />
  )
}
