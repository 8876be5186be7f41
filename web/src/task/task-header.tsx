import { Link } from '@tanstack/react-router'
import { CalendarSearch, ChevronLeft, ListFilter, PanelRight } from 'lucide-react'
import { FEED_PARTS, type FeedPart } from '../api/comments.ts'
import type { OpenedTask } from '../api/types.ts'
import { StatusDot } from '../inbox/status-dot.tsx'
import { cx } from '../ui/class-names.ts'
import { Popover } from '../ui/popover.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { showDay } from './wanted-entry.ts'
import { taskWords } from './words.ts'

const ICON =
  'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11'

interface TaskHeaderProps {
  task: OpenedTask
  show: FeedPart
  onShow: (show: FeedPart) => void
}

export function TaskHeader({ task, show, onShow }: TaskHeaderProps) {
  const words = useWords()
  const { shown } = useRoomWords(taskWords)
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
      <Popover
        label={shown.label}
        place="top-full right-0 mt-1 w-64"
        buttonClass={cx(ICON, show !== 'all' && 'bg-selected text-accent')}
        button={<ListFilter size={17} aria-hidden="true" />}
      >
        <fieldset>
          <legend className="sr-only">{shown.label}</legend>
          {FEED_PARTS.map((part) => (
            <label
              key={part}
              className="flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2.5 hover:bg-hover pointer-coarse:min-h-11"
            >
              <input
                type="radio"
                name="feed-part"
                checked={part === show}
                onChange={() => onShow(part)}
                className="accent-accent-fill"
              />
              {shown.parts[part]}
            </label>
          ))}
        </fieldset>
        <label className="mt-1 flex min-h-8 items-center gap-2 border-t border-line px-2.5 pt-2 pb-1">
          <CalendarSearch size={15} aria-hidden="true" className="shrink-0 text-soft" />
          <span className="min-w-0 flex-1 text-[0.8125rem]">{shown.day}</span>
          <input
            type="date"
            min={task.createdAt.slice(0, 10)}
            max={new Date().toISOString().slice(0, 10)}
            onChange={({ target }) => {
              // Half typed, it is a day of the first centuries.
              if (target.value > '2000') showDay(task.id, new Date(`${target.value}T00:00`))
            }}
            className="h-8 w-32 rounded-md border border-line bg-ground px-1.5 text-[0.8125rem] pointer-coarse:h-11"
          />
        </label>
      </Popover>
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
