import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Smartphone } from 'lucide-react'
import { phoneQuery } from '../api/people.ts'
import { taskCountsQuery } from '../api/tasks.ts'
import type { Me } from '../api/types.ts'
import { useAttentionCount } from '../attention/attention-count.ts'
import { Keys } from '../commands/keys.tsx'
import type { Shortcut } from '../commands/shortcut.ts'
import { commandWords } from '../commands/words.ts'
import { inboxWords } from '../inbox/words.ts'
import { AccountMenu } from '../sign-in/account-menu.tsx'
import { cx } from '../ui/class-names.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { MoreMenu } from './more-menu.tsx'
import { sectionsFor } from './sections.ts'

/** With "More" no more than five, so that a thumb finds them. */
const ON_A_PHONE = 4

/** The way to every section: at the left, or at the bottom of a phone. */
export function Nav({ me }: { me: Me }) {
  const words = useWords()
  const { taskId } = useParams({ strict: false })
  const phone = useQuery(phoneQuery).data ?? false
  const waiting = useAttentionCount()
  const sections = sectionsFor(me.permissions)
  const first = sections.slice(0, ON_A_PHONE)
  return (
    <nav
      aria-label={words.app.navigation}
      className={cx(
        'flex shrink-0 items-center justify-around gap-1 border-t border-line bg-ground px-2 py-1 pb-[max(0.25rem,env(safe-area-inset-bottom))] md:w-14 md:flex-col md:justify-start md:border-t-0 md:border-r md:py-3',
        // A conversation needs the room; its own "Back" leads out.
        taskId !== undefined && 'max-md:hidden',
      )}
    >
      {sections.map((section) => (
        <NavLink
          key={section.to}
          section={section}
          onPhone={first.includes(section)}
          waiting={section.name === 'attention' ? waiting : 0}
        />
      ))}
      {phone && (
        <a
          href="/simulator/phone"
          target="_blank"
          rel="noopener noreferrer"
          aria-label={words.app.phoneHint}
          className={cx(NAV_ITEM, 'max-md:hidden')}
        >
          <Smartphone size={19} aria-hidden="true" />
          <Tip text={words.app.phoneHint} />
        </a>
      )}
      <div className="max-md:hidden md:mt-auto">
        <AccountMenu me={me} />
      </div>
      <div className="md:hidden">
        <MoreMenu me={me} sections={sections.slice(ON_A_PHONE)} phone={phone} />
      </div>
    </nav>
  )
}

const NAV_ITEM =
  'group relative inline-flex size-10 items-center justify-center rounded-lg text-soft transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:text-accent pointer-coarse:size-11'

interface NavLinkProps {
  section: ReturnType<typeof sectionsFor>[number]
  onPhone: boolean
  /** so much of it needs a person */
  waiting: number
}

function NavLink({ section, onPhone, waiting }: NavLinkProps) {
  const words = useWords()
  const inbox = useRoomWords(inboxWords)
  const { to, name, icon: Icon, code } = section
  const unread = useQuery({ ...taskCountsQuery, enabled: name === 'inbox' }).data?.unread ?? 0
  const label = words.app[name]
  const count = name === 'inbox' ? unread : waiting
  const counted = name === 'inbox' ? inbox.view.unread(count) : words.app.needPerson(count)
  return (
    <Link
      to={to}
      aria-label={count > 0 ? `${label}, ${counted}` : label}
      className={cx(NAV_ITEM, !onPhone && 'max-md:hidden')}
    >
      <Icon size={19} aria-hidden="true" />
      {count > 0 && (
        <span
          aria-hidden="true"
          className={cx(
            'absolute -top-0.5 -right-0.5 min-w-4.5 rounded-full px-1 text-center text-[0.6875rem] leading-4.5 font-semibold text-white tabular-nums ring-2 ring-ground',
            name === 'inbox' ? 'bg-accent-fill' : 'bg-[#b42332]',
          )}
        >
          {count > 99 ? '99+' : count}
        </span>
      )}
      <Tip text={label} shortcut={{ code, after: 'KeyG' }} />
    </Link>
  )
}

/** Appears beside what is pointed at; what it says is the name of the thing already. */
function Tip({ text, shortcut }: { text: string; shortcut?: Shortcut }) {
  const { nextKey } = useRoomWords(commandWords)
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none invisible absolute top-1/2 left-full z-50 ml-2 flex -translate-y-1/2 items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-xs whitespace-nowrap text-ink opacity-0 shadow-lg transition-opacity delay-300 group-hover:visible group-hover:opacity-100 group-focus-visible:visible group-focus-visible:opacity-100 max-md:hidden pointer-coarse:hidden"
    >
      {text}
      {shortcut && <Keys shortcut={shortcut} then={nextKey} />}
    </span>
  )
}
