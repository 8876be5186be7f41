import { useQuery } from '@tanstack/react-query'
import { Navigate, Outlet } from '@tanstack/react-router'
import { meQuery } from './api/session.ts'
import type { Me } from './api/types.ts'
import { AppDialogs } from './commands/dialogs.tsx'
import { useKeys } from './commands/use-keys.ts'
import { ConnectionBanner } from './live/connection-banner.tsx'
import { useLive } from './live/use-live.ts'
import { NewConversationHost } from './new-conversation/new-conversation-host.tsx'
import { Nav } from './shell/nav.tsx'
import { useAlerts } from './shell/use-alerts.ts'
import { useGoCommands } from './shell/use-go-commands.ts'
import { Button } from './ui/button.tsx'
import { Empty } from './ui/notice.tsx'
import { Toasts } from './ui/toast.tsx'
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
  useKeys()
  useAlerts()
  useGoCommands(me)
  const words = useWords()
  return (
    <div className="flex h-full flex-col">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
        {words.app.skipToContent}
      </a>
      <ConnectionBanner />
      <div className="flex min-h-0 flex-1 flex-col-reverse md:flex-row">
        <Nav me={me} />
        <main id="content" className="min-h-0 min-w-0 flex-1">
          <Outlet />
        </main>
      </div>
      <Toasts />
      <AppDialogs />
      <NewConversationHost />
    </div>
  )
}
