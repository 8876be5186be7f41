import { Link, useLocation } from '@tanstack/react-router'
import { Ellipsis, Smartphone } from 'lucide-react'
import type { Me } from '../api/types.ts'
import { AccountPanel } from '../sign-in/account-menu.tsx'
import { Popover } from '../ui/popover.tsx'
import { useWords } from '../words/language.tsx'
import type { sectionsFor } from './sections.ts'

interface MoreMenuProps {
  me: Me
  sections: ReturnType<typeof sectionsFor>
  phone: boolean
}

const ITEM =
  'flex min-h-11 items-center gap-3 rounded-md px-3 text-soft hover:bg-hover hover:text-ink aria-[current=page]:text-accent'

/** What has no place of its own in the bar of a phone. */
export function MoreMenu({ me, sections, phone }: MoreMenuProps) {
  const words = useWords()
  const { pathname } = useLocation()
  return (
    <Popover
      // It closes when it has led somewhere.
      key={pathname}
      label={words.app.more}
      button={<Ellipsis size={19} aria-hidden="true" />}
      buttonClass="inline-flex size-10 items-center justify-center rounded-lg text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
      place="right-0 bottom-full mb-2 max-h-[80dvh] w-72 overflow-y-auto"
    >
      <div className="border-b border-line pb-1">
        {sections.map(({ to, name, icon: Icon }) => (
          <Link key={to} to={to} className={ITEM}>
            <Icon size={18} aria-hidden="true" />
            {words.app[name]}
          </Link>
        ))}
        {phone && (
          <a href="/simulator/phone" target="_blank" rel="noopener noreferrer" className={ITEM}>
            <Smartphone size={18} aria-hidden="true" />
            {words.app.phone}
          </a>
        )}
      </div>
      <AccountPanel me={me} />
    </Popover>
  )
}
