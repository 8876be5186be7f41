import { useQuery } from '@tanstack/react-query'
import { Link, Navigate, Outlet } from '@tanstack/react-router'
import { Inbox, type LucideIcon, RadioTower, Smartphone } from 'lucide-react'
import { phoneQuery } from './api/people.ts'
import { meQuery } from './api/session.ts'
import type { Me } from './api/types.ts'
import { ConnectionBanner } from './live/connection-banner.tsx'
import { useLive } from './live/use-live.ts'
import { AccountMenu } from './sign-in/account-menu.tsx'
import { Button } from './ui/button.tsx'
import { Empty } from './ui/notice.tsx'
import { useWords } from './words/language.tsx'
import { useErrorText } from './words/use-error-text.ts'

/** What stands around every page of somebody who is signed in; the others are sent to sign in. */
export function AppShell() {
  const me = useQuery(meQuery)
  const words = useWords()
  const errorText = useErrorText()
  if (me.data) return <SignedIn me={me.data} />
  if (me.data === null) return <Navigate to="/sign-in" replace />
  if (!me.error) return null
  return (
    <Empty title={errorText(me.error)}>
      <Button onClick={() => void me.refetch()}>{words.app.tryAgain}</Button>
    </Empty>
  )
}

function SignedIn({ me }: { me: Me }) {
  useLive(me.id)
  const words = useWords()
  const phone = useQuery(phoneQuery)
  return (
    <div className="flex h-full flex-col">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
        {words.app.skipToContent}
      </a>
      <ConnectionBanner />
      <div className="flex min-h-0 flex-1 flex-col-reverse md:flex-row">
        <nav
          aria-label={words.app.navigation}
          className="flex shrink-0 items-center justify-around gap-1 border-t border-line bg-ground px-2 py-1 md:w-14 md:flex-col md:justify-start md:border-t-0 md:border-r md:py-3"
        >
          <NavLink to="/inbox" label={words.app.inbox} icon={Inbox} />
          <NavLink to="/channels" label={words.app.channels} icon={RadioTower} />
          {phone.data && (
            <a
              href="/simulator/phone"
              target="_blank"
              rel="noopener noreferrer"
              aria-label={words.app.phoneHint}
              title={words.app.phoneHint}
              className={NAV_ITEM}
            >
              <Smartphone size={19} aria-hidden="true" />
            </a>
          )}
          <div className="md:mt-auto">
            <AccountMenu me={me} />
          </div>
        </nav>
        <main id="content" className="min-h-0 min-w-0 flex-1">
          <Outlet />
        </main>
      </div>
    </div>
  )
}

const NAV_ITEM =
  'inline-flex size-10 items-center justify-center rounded-lg text-soft transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:text-accent pointer-coarse:size-11'

function NavLink({ to, label, icon: Icon }: { to: '/inbox' | '/channels'; label: string; icon: LucideIcon }) {
  return (
    <Link to={to} aria-label={label} title={label} className={NAV_ITEM}>
      <Icon size={19} aria-hidden="true" />
    </Link>
  )
}
