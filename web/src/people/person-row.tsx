import { Ellipsis } from 'lucide-react'
import type { Me, User } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Badge } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { PersonDeedName } from './person-deed.tsx'
import { mayChange } from './rights.ts'
import { RightsLine } from './rights-line.tsx'
import { peopleWords } from './words.ts'

interface PersonRowProps {
  user: User
  me: Me
  onEdit: () => void
  onLink: () => void
  onDeed: (deed: PersonDeedName) => void
}

export function PersonRow({ user, me, onEdit, onLink, onDeed }: PersonRowProps) {
  const words = useRoomWords(peopleWords)
  const self = user.id === me.id
  const may = mayChange(me, user)
  return (
    <li className={cx('flex items-center gap-3 p-3', !user.active && 'text-soft')}>
      <Avatar name={user.name} id={user.id} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <bdi className="min-w-0 truncate font-medium">{user.name}</bdi>
          {self && <span className="text-xs text-soft">({words.people.you})</span>}
          {!user.active && <Badge>{words.people.inactive}</Badge>}
        </p>
        <p className="truncate text-xs text-soft">{user.email}</p>
        <p className="mt-1 flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <RightsLine role={user.role} channelIds={user.channelIds} />
        </p>
        {!may && <p className="mt-1 text-xs text-soft">{words.rights.above}</p>}
      </div>
      {may && (
        <Menu
          label={words.people.menu(user.name)}
          buttonClass="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
          button={<Ellipsis size={17} aria-hidden="true" />}
        >
          <MenuItem onSelect={onEdit}>{words.people.edit}</MenuItem>
          {user.active && <MenuItem onSelect={onLink}>{words.people.link}</MenuItem>}
          {user.active && <MenuItem onSelect={() => onDeed('signOut')}>{words.people.signOut}</MenuItem>}
          <MenuLine />
          {user.active ? (
            <MenuItem
              danger
              disabled={self}
              {...(self ? { hint: words.people.deactivateSelf } : {})}
              onSelect={() => onDeed('deactivate')}
            >
              {self ? words.people.deactivateSelf : words.people.deactivate}
            </MenuItem>
          ) : (
            <MenuItem onSelect={() => onDeed('activate')}>{words.people.activate}</MenuItem>
          )}
        </Menu>
      )}
    </li>
  )
}
