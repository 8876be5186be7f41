import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CheckCheck, Clock, Hourglass, Inbox, type LucideIcon, RadioTower, User, Users, UserX } from 'lucide-react'
import type { ReactNode } from 'react'
import { channelsQuery } from '../api/people.ts'
import { type TaskCounts, taskCountsQuery } from '../api/tasks.ts'
import { viewsQuery } from '../api/views.ts'
import { cx } from '../ui/class-names.ts'
import { useRoomWords } from '../words/room-words.ts'
import { FIRST_VIEW, type InboxSearch, type InboxView, VIEWS } from './inbox-search.ts'
import { SavedViewMenu } from './saved-view-menu.tsx'
import { inboxWords } from './words.ts'

const ICONS: Record<InboxView, LucideIcon> = {
  mine: User,
  unassigned: UserX,
  awaiting: Hourglass,
  all: Inbox,
  done: CheckCheck,
  snoozed: Clock,
}

/** Every view with how much is in it: at the side where there is room, else in the menu of the list. */
export function ViewList({ search }: { search: InboxSearch }) {
  const words = useRoomWords(inboxWords)
  const counts = useQuery(taskCountsQuery).data
  const views = useQuery(viewsQuery).data ?? []
  const channels = useQuery(channelsQuery).data ?? []
  const plain = search.saved === undefined && search.channel === undefined
  return (
    <nav aria-label={words.view.list} className="space-y-4 text-[0.8125rem]">
      <ul>
        {VIEWS.map((view) => (
          <li key={view}>
            <ViewLink
              icon={ICONS[view]}
              name={words.views[view]}
              to={{ view }}
              current={plain && (search.view ?? FIRST_VIEW) === view}
              count={countOf(counts, view)}
            />
          </li>
        ))}
      </ul>
      {channels.length > 1 && (
        <Section title={words.view.byChannel}>
          {channels.map(({ id, name }) => {
            const count = counts?.byChannel.find(({ channelId }) => channelId === id)
            return (
              <li key={id}>
                <ViewLink
                  icon={RadioTower}
                  name={name}
                  to={{ view: 'all', channel: id }}
                  current={search.saved === undefined && search.channel === id}
                  count={count?.active}
                  unread={count?.unread}
                />
              </li>
            )
          })}
        </Section>
      )}
      {views.length > 0 && (
        <Section title={words.view.saved}>
          {views.map((view, index) => (
            <li key={view.id} className="group flex items-center">
              <ViewLink
                icon={view.shared ? Users : User}
                iconLabel={view.shared ? words.view.shared : undefined}
                name={view.name}
                to={{ saved: view.id }}
                current={search.saved === view.id}
              />
              <SavedViewMenu view={view} before={views[index - 1]} after={views[index + 1]} search={search} />
            </li>
          ))}
        </Section>
      )}
    </nav>
  )
}

const countOf = (counts: TaskCounts | undefined, view: InboxView): number | undefined =>
  view === 'done' ? undefined : counts?.[view]

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="px-2 pb-1 text-xs font-medium text-soft">{title}</h2>
      <ul>{children}</ul>
    </section>
  )
}

interface ViewLinkProps {
  icon: LucideIcon
  iconLabel?: string | undefined
  name: string
  to: InboxSearch
  current: boolean
  count?: number | undefined
  unread?: number | undefined
}

function ViewLink({ icon: Icon, iconLabel, name, to, current, count, unread = 0 }: ViewLinkProps) {
  const words = useRoomWords(inboxWords)
  return (
    <Link
      to="/inbox"
      search={to}
      // The router would call a link with fewer conditions the current one, too.
      activeProps={{}}
      aria-current={current ? 'page' : undefined}
      className={cx(
        'flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md px-2 pointer-coarse:h-11',
        current ? 'bg-selected font-medium text-ink' : 'text-soft hover:bg-hover hover:text-ink',
      )}
    >
      <Icon
        size={15}
        className={cx('shrink-0', current && 'text-accent')}
        {...(iconLabel ? { role: 'img', 'aria-label': iconLabel } : { 'aria-hidden': true })}
      />
      <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
      {unread > 0 && (
        <span className="rounded-full bg-accent-fill px-1.5 text-[0.6875rem] leading-4 font-semibold text-white tabular-nums">
          <span aria-hidden="true">{unread}</span>
          <span className="sr-only">{words.view.unread(unread)}</span>
        </span>
      )}
      {count !== undefined && count > 0 && (
        <span className="text-xs text-soft tabular-nums">
          <span aria-hidden="true">{count}</span>
          <span className="sr-only">{words.view.tasks(count)}</span>
        </span>
      )}
    </Link>
  )
}
