import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { channelsQuery } from '../api/people.ts'
import type { OpenedTask } from '../api/types.ts'
import { StatusDot } from '../inbox/status-dot.tsx'
import { useLiveEvents } from '../live/live-listeners.ts'
import { refetchSoon } from '../live/refetch-soon.ts'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { contactTasksQuery } from './contact-api.ts'
import { Section } from './section.tsx'
import { contactWords } from './words.ts'

const PAGE = 10
const MINUTE = 60_000

/** What else there is with this contact, over every channel. */
export function OtherTasks({ task }: { task: OpenedTask }) {
  const { formats } = useLanguage()
  const words = useRoomWords(contactWords).others
  const client = useQueryClient()
  const now = useNow(MINUTE)
  const channels = useQuery(channelsQuery).data ?? []
  const contactId = task.requester.id
  const tasks = useInfiniteQuery(contactTasksQuery(contactId, PAGE))
  useLiveEvents((event) => {
    if (event.name === 'task' && event.contactId === contactId && event.taskId !== task.id)
      refetchSoon(client, { queryKey: ['contact-tasks', contactId] })
  })
  const others = tasks.data?.pages.flatMap(({ items }) => items).filter(({ id }) => id !== task.id)
  return (
    <Section name="others" title={words.title} count={others?.length}>
      {others?.length === 0 && <p className="text-soft">{words.none}</p>}
      <ul>
        {others?.map((other) => {
          const updated = new Date(other.updatedAt)
          const channel = other.channelId === task.channelId ? null : channels.find(({ id }) => id === other.channelId)
          return (
            <li key={other.id}>
              <Link
                to="/inbox/$taskId"
                params={{ taskId: other.id }}
                search={({ details: _, ...search }) => search}
                className="-mx-2 block rounded-md px-2 py-1 hover:bg-hover pointer-coarse:py-2.5"
              >
                <span className="flex items-center gap-2">
                  <StatusDot status={other.status} />
                  <span className="text-soft tabular-nums">#{other.number}</span>
                  <bdi className="min-w-0 flex-1 truncate">{other.title}</bdi>
                  <time dateTime={other.updatedAt} title={formats.moment(updated)} className="text-xs text-soft">
                    {formats.short(updated, now)}
                  </time>
                </span>
                {channel && <bdi className="block truncate pl-4 text-xs text-soft">{channel.name}</bdi>}
              </Link>
            </li>
          )
        })}
      </ul>
      {tasks.hasNextPage && (
        <Button
          small
          look="quiet"
          className="-ml-2 pointer-coarse:h-11"
          disabled={tasks.isFetchingNextPage}
          onClick={() => void tasks.fetchNextPage()}
        >
          {words.more}
        </Button>
      )}
    </Section>
  )
}
