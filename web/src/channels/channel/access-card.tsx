import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { usersQuery } from '../../api/people.ts'
import { meQuery } from '../../api/session.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { LINK_BUTTON_PLAIN } from '../../ui/link-button.ts'
import { Card } from '../../ui/page.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { channelWords } from '../words.ts'

/** Who may see the channel's conversations and answer there, and where else it matters. */
export function AccessCard({ channelId }: { channelId: string }) {
  const words = useRoomWords(channelWords)
  const { account } = useWords()
  const users = useQuery(usersQuery)
  const me = useQuery(meQuery).data
  const allowed = users.data?.filter(({ channelIds }) => channelIds?.includes(channelId) ?? true) ?? []
  return (
    <Card
      title={words.access.title}
      actions={
        me?.permissions.includes('users.manage') && (
          <Link to="/settings/people" className={LINK_BUTTON_PLAIN}>
            {words.access.manage}
          </Link>
        )
      }
    >
      {users.data && allowed.length === 0 && <p className="text-soft">{words.access.nobody}</p>}
      <ul className="grid gap-2 sm:grid-cols-2">
        {allowed.map((user) => (
          <li key={user.id} className="flex min-w-0 items-center gap-2.5">
            <Avatar name={user.name} id={user.id} />
            <span className="min-w-0 text-[0.8125rem]">
              <span className="block truncate font-medium">{user.name}</span>
              <span className="block truncate text-xs text-soft">
                {account.roles[user.role]} ·{' '}
                {user.channelIds === null ? words.access.everyChannel : words.access.thisChannel}
              </span>
            </span>
          </li>
        ))}
      </ul>
      <nav aria-label={words.links.title} className="mt-4 flex flex-wrap gap-2 border-t border-line pt-3">
        <Link to="/templates" className={LINK_BUTTON_PLAIN}>
          {words.links.templates}
        </Link>
        <Link to="/mailings" className={LINK_BUTTON_PLAIN}>
          {words.links.mailings}
        </Link>
      </nav>
    </Card>
  )
}
