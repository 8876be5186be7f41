import { Link } from '@tanstack/react-router'
import { ChevronLeft, PanelRight } from 'lucide-react'
import type { OpenedTask } from '../api/types.ts'
import { StatusDot } from '../inbox/status-dot.tsx'
import { useWords } from '../words/language.tsx'

const ICON =
  'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11'

export function TaskHeader({ task }: { task: OpenedTask }) {
  const words = useWords()
  return (
    <header className="flex min-h-13 items-center gap-2 border-b border-line px-2 sm:px-4">
      <Link to="/inbox" search={(search) => search} aria-label={words.app.back} className={`${ICON} md:hidden`}>
        <ChevronLeft size={20} aria-hidden="true" />
      </Link>
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-[0.9375rem] font-semibold tracking-tight">
          <bdi>{task.requester.name}</bdi>
        </h2>
        <p className="flex items-center gap-1.5 text-xs text-soft">
          <StatusDot status={task.status} />
          <span className="truncate">
            #{task.number} · <bdi>{task.title === task.requester.name ? task.requester.phone : task.title}</bdi>
          </span>
        </p>
      </div>
      <Link
        to="/inbox/$taskId"
        params={{ taskId: task.id }}
        search={(search) => ({ ...search, details: true })}
        aria-label={words.task.showDetails}
        title={words.task.showDetails}
        className={`${ICON} lg:hidden`}
      >
        <PanelRight size={18} aria-hidden="true" />
      </Link>
    </header>
  )
}
