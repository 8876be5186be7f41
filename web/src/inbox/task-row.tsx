import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { channelsQuery } from '../api/people.ts'
import type { Task } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { StatusDot } from './status-dot.tsx'

const MINUTE = 60_000

export const TaskRow = memo(function TaskRow({ task, chosen }: { task: Task; chosen: boolean }) {
  const { words, formats } = useLanguage()
  const now = useNow(MINUTE)
  const channels = useQuery(channelsQuery).data ?? []
  const channel = channels.length > 1 ? channels.find(({ id }) => id === task.channelId) : undefined
  const { requester } = task
  const updated = new Date(task.updatedAt)
  return (
    <Link
      to="/inbox/$taskId"
      params={{ taskId: task.id }}
      search={({ view, q }) => ({ ...(view ? { view } : {}), ...(q ? { q } : {}) })}
      aria-current={chosen ? 'true' : undefined}
      className="flex h-16 items-center gap-2.5 rounded-lg px-2.5 hover:bg-hover [&[aria-current]]:bg-selected"
    >
      <Avatar name={requester.name} id={requester.id} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <bdi className="min-w-0 flex-1 truncate font-medium">{requester.name}</bdi>
          <time dateTime={task.updatedAt} title={formats.moment(updated)} className="shrink-0 text-xs text-soft">
            {formats.short(updated, now)}
          </time>
        </div>
        <div className="flex items-center gap-1.5 text-[0.8125rem] text-soft">
          <StatusDot status={task.status} />
          <span className="sr-only">{words.task.number(task.number)}</span>
          <span className="min-w-0 flex-1 truncate">
            <span aria-hidden="true">#{task.number} </span>
            <bdi>{task.title === requester.name ? requester.phone : task.title}</bdi>
          </span>
          {channel && <span className="max-w-24 shrink-0 truncate text-xs">{channel.name}</span>}
        </div>
      </div>
    </Link>
  )
})
