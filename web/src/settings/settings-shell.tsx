import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { meQuery } from '../api/session.ts'
import { cx } from '../ui/class-names.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { settingsFor } from './settings-list.ts'
import { settingsWords } from './words.ts'

/** The list of the settings beside the page of one of them; on a narrow screen one or the other. */
export function SettingsShell() {
  const { app } = useWords()
  const atHome = useLocation({ select: ({ pathname }) => /^\/settings\/?$/.test(pathname) })
  return (
    <div className="flex h-full">
      <SettingsNav wholePage={atHome} />
      <div className={cx('min-w-0 flex-1 flex-col', atHome ? 'hidden md:flex' : 'flex')}>
        <Link
          to="/settings"
          className="flex h-11 shrink-0 items-center gap-1 border-b border-line bg-ground px-3 text-[0.8125rem] font-medium text-soft hover:text-ink md:hidden"
        >
          <ChevronLeft size={16} aria-hidden="true" />
          {app.settings}
        </Link>
        <div className="min-h-0 flex-1">
          <Outlet />
        </div>
      </div>
    </div>
  )
}

function SettingsNav({ wholePage }: { wholePage: boolean }) {
  const { app } = useWords()
  const words = useRoomWords(settingsWords)
  const permissions = useQuery(meQuery).data?.permissions ?? []
  // Beside a page that has a title of its own it is none.
  const Title = wholePage ? 'h1' : 'p'
  return (
    <nav
      aria-label={words.sections}
      className={cx(
        'shrink-0 overflow-y-auto border-line bg-ground p-4 md:block md:w-56 md:border-r md:p-3',
        wholePage ? 'w-full' : 'hidden',
      )}
    >
      <Title className="px-2 text-lg font-semibold tracking-tight md:pt-1 md:text-base">{app.settings}</Title>
      {settingsFor(permissions).map((group) => (
        <section key={group.name} aria-label={words.groups[group.name]} className="mt-4">
          <p aria-hidden="true" className="px-2 pb-1 text-xs text-soft">
            {words.groups[group.name]}
          </p>
          <ul className="overflow-hidden rounded-xl border border-line bg-panel md:space-y-px md:rounded-none md:border-0 md:bg-transparent">
            {group.entries.map((entry) => (
              <li key={entry.to} className="border-line not-last:border-b md:border-b-0!">
                <Link
                  to={entry.to}
                  className="flex min-h-11 items-center justify-between gap-2 px-3 hover:bg-hover aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-accent md:min-h-8 md:rounded-md md:px-2 md:text-[0.8125rem] pointer-coarse:min-h-11"
                >
                  {words.pages[entry.name]}
                  <ChevronRight size={16} aria-hidden="true" className="shrink-0 text-soft md:hidden" />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}
