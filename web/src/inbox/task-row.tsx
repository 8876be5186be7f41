import { type MouseEvent, memo } from 'react'
import type { Task } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { cx } from '../ui/class-names.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { PreviewLine } from './preview-line.tsx'
import { PresenceDot, Snoozed, Waits, Woken } from './row-facts.tsx'
import { StatusDot } from './status-dot.tsx'
import { inboxWords } from './words.ts'

/** Every row is as high as the others, so that ten thousand of them scroll without being measured. */
export const ROW_HEIGHT = 74
const SHOWN_TAGS = 1

/** What a row can ask for; the same functions for every row and for ever, so that rows stay as they are. */
export interface RowEvents {
  open: (id: string) => void
  /** @param range with all between it and the one that was selected before */
  select: (id: string, range: boolean) => void
  /** Somebody points at it and may open it. */
  consider: (id: string | null) => void
  focus: (id: string) => void
}

interface TaskRowProps {
  task: Task
  href: string
  now: Date
  me: string | null
  /** where several channels are: its name */
  channel: string | undefined
  chosen: boolean
  selected: boolean
  /** something is selected: every row shows its box */
  selecting: boolean
  /** The one row that Tab comes to. */
  tabStop: boolean
  woken: boolean
  on: RowEvents
}

export const TaskRow = memo(function TaskRow({
  task,
  href,
  chosen,
  selected,
  selecting,
  tabStop,
  on,
  ...rest
}: TaskRowProps) {
  const words = useRoomWords(inboxWords)
  const { requester } = task
  const onClick = (event: MouseEvent) => {
    // A new tab or window is the browser's affair.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.altKey) return
    event.preventDefault()
    if (event.shiftKey) on.select(task.id, true)
    else on.open(task.id)
  }
  const box = (
    <input
      type="checkbox"
      aria-label={words.row.select(task.number, requester.name)}
      checked={selected}
      tabIndex={tabStop ? 0 : -1}
      onChange={() => undefined}
      onFocus={() => on.focus(task.id)}
      onClick={(event) => on.select(task.id, event.shiftKey)}
      className={cx(
        'absolute top-1/2 size-4 -translate-y-1/2 accent-accent-fill transition-opacity before:absolute before:-inset-3',
        'left-4.5 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:before:-inset-4',
        selecting ? 'opacity-100' : 'opacity-0',
      )}
    />
  )
  return (
    <div
      data-task={task.id}
      className={cx('group relative rounded-lg hover:bg-hover', chosen && 'bg-selected hover:bg-selected')}
    >
      <a
        href={href}
        onClick={onClick}
        onPointerEnter={() => on.consider(task.id)}
        onPointerLeave={() => on.consider(null)}
        onFocus={() => on.focus(task.id)}
        aria-current={chosen ? 'true' : undefined}
        tabIndex={tabStop ? 0 : -1}
        draggable={false}
        className={cx(
          'flex h-18.5 items-center gap-2.5 rounded-lg px-2.5 outline-offset-[-2px]',
          selected && 'bg-accent-fill/10',
        )}
      >
        <span className={cx('relative transition-opacity group-hover:opacity-0', selecting && 'opacity-0')}>
          <Avatar name={requester.name} id={requester.id} />
          <PresenceDot taskId={task.id} me={rest.me} />
        </span>
        <Facts task={task} {...rest} />
      </a>
      {box}
    </div>
  )
})

type FactsProps = Pick<TaskRowProps, 'task' | 'now' | 'me' | 'channel' | 'woken'>

/** Name and time; what was said last; how the task stands. */
function Facts({ task, now, me, channel, woken }: FactsProps) {
  const { words: app, formats } = useLanguage()
  const words = useRoomWords(inboxWords)
  const { requester, tags, assignees } = task
  const unread = task.unread > 0
  const at = new Date(task.lastMessageAt ?? task.updatedAt)
  return (
    <span className="min-w-0 flex-1">
      <span className="flex items-baseline gap-2">
        <bdi className={cx('min-w-0 flex-1 truncate', unread ? 'font-semibold' : 'font-medium')}>{requester.name}</bdi>
        <time
          dateTime={at.toISOString()}
          title={formats.moment(at)}
          className="shrink-0 text-xs text-soft tabular-nums"
        >
          {formats.short(at, now)}
        </time>
      </span>
      <span className={cx('flex h-5 items-center gap-1 text-[0.8125rem]', unread ? 'text-ink' : 'text-soft')}>
        {task.preview ? (
          <PreviewLine preview={task.preview} me={me} />
        ) : (
          <bdi className="truncate">{task.title === requester.name ? requester.phone : task.title}</bdi>
        )}
        {unread && (
          <span className="ml-auto min-w-4.5 shrink-0 rounded-full bg-accent-fill px-1 text-center text-[0.6875rem] leading-4.5 font-semibold text-white tabular-nums">
            <span aria-hidden="true">{task.unread > 99 ? '99+' : task.unread}</span>
            <span className="sr-only">{words.row.unread(task.unread)}</span>
          </span>
        )}
      </span>
      <span className="flex h-4.5 items-center gap-1.5 text-xs text-soft">
        <StatusDot status={task.status} />
        <span className="sr-only">{app.task.number(task.number)}</span>
        <span aria-hidden="true" className="shrink-0 tabular-nums">
          #{task.number}
        </span>
        {woken && <Woken />}
        {task.snoozed && <Snoozed snoozed={task.snoozed} now={now} />}
        {task.awaitingSince !== null && task.status.active && <Waits since={task.awaitingSince} now={now} />}
        <span className="flex min-w-0 flex-1 items-center gap-1 overflow-hidden">
          {tags.slice(0, SHOWN_TAGS).map((tag) => (
            <bdi key={tag} className="min-w-0 truncate rounded-full border border-line px-1.5 leading-4">
              {tag}
            </bdi>
          ))}
          {tags.length > SHOWN_TAGS && (
            <span title={tags.slice(SHOWN_TAGS).join(', ')} className="shrink-0">
              {words.row.moreTags(tags.length - SHOWN_TAGS)}
            </span>
          )}
        </span>
        {channel && <bdi className="max-w-20 shrink-0 truncate">{channel}</bdi>}
        {assignees.length > 0 && <Assignees people={assignees} />}
      </span>
    </span>
  )
}

function Assignees({ people }: { people: Task['assignees'] }) {
  const words = useRoomWords(inboxWords)
  const names = words.row.assignees(people.map(({ name }) => name).join(', '))
  return (
    <span title={names} className="flex shrink-0 items-center -space-x-1">
      <span className="sr-only">{names}</span>
      {people.slice(0, 2).map(({ id, name }) => (
        <Avatar key={id} name={name} id={id} small />
      ))}
    </span>
  )
}
