import { useLocation } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { Me } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Popover } from '../ui/popover.tsx'
import { useWords } from '../words/language.tsx'

const Panel = lazy(async () => {
  const { AccountPanel } = await import('./account-panel.tsx')
  return { default: AccountPanel }
})

export const AccountPanel = ({ me }: { me: Me }) => (
  <Suspense fallback={null}>
    <Panel me={me} />
  </Suspense>
)

/** Who one is, how the app looks, and the way out. */
export function AccountMenu({ me }: { me: Me }) {
  const words = useWords()
  const { pathname } = useLocation()
  return (
    <Popover
      // It closes when it has led somewhere.
      key={pathname}
      label={words.account.menu(me.name)}
      button={<Avatar name={me.name} id={me.id ?? me.name} />}
      buttonClass="inline-flex size-10 items-center justify-center rounded-lg hover:bg-hover pointer-coarse:size-11"
      place="bottom-0 left-full ml-2 max-h-[90dvh] w-64 overflow-y-auto"
    >
      <AccountPanel me={me} />
    </Popover>
  )
}
