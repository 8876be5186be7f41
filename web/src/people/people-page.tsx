import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { meQuery } from '../api/session.ts'
import type { User } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/field.tsx'
import { LongList } from '../ui/long-list.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { userPagesQuery } from './api.ts'
import { PersonDeed, type PersonDeedName } from './person-deed.tsx'
import { PersonDialog } from './person-dialog.tsx'
import { PersonRow } from './person-row.tsx'
import { SignInLinkDialog } from './sign-in-link-dialog.tsx'
import { peopleWords } from './words.ts'

type Open =
  | { what: 'create' }
  | { what: 'edit'; user: User }
  | { what: 'link'; user: User; at: 'once' | 'ask' }
  | { what: PersonDeedName; user: User }

/** Everybody who works here, what they may do, and how they get in. */
export function PeoplePage() {
  const { app } = useWords()
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const me = useQuery(meQuery).data
  const query = useInfiniteQuery(userPagesQuery)
  const [open, setOpen] = useState<Open | null>(null)
  const [inactive, setInactive] = useState(false)
  const users = query.data?.pages.flatMap(({ items }) => items)
  const gone = users?.filter(({ active }) => !active).length ?? 0
  const close = () => setOpen(null)
  if (!me) return null
  const create = (
    <Button look="primary" onClick={() => setOpen({ what: 'create' })}>
      <UserPlus size={15} aria-hidden="true" />
      {words.people.create}
    </Button>
  )
  return (
    <Page title={words.people.title} intro={words.people.intro} actions={create}>
      {query.error && !users && <Notice look="danger">{errorText(query.error)}</Notice>}
      {users && (
        <LongList label={words.people.list} className="divide-y divide-line rounded-xl border border-line bg-panel">
          {users
            .filter(({ active }) => active || inactive)
            .map((user) => (
              <PersonRow
                key={user.id}
                user={user}
                me={me}
                onEdit={() => setOpen({ what: 'edit', user })}
                onLink={() => setOpen({ what: 'link', user, at: 'ask' })}
                onDeed={(what) => setOpen({ what, user })}
              />
            ))}
        </LongList>
      )}
      {query.hasNextPage && (
        <p className="mt-3 text-center">
          <Button look="quiet" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {app.loadMore}
          </Button>
        </p>
      )}
      {gone > 0 && (
        <Checkbox
          className="mt-4"
          label={words.people.showInactive}
          checked={inactive}
          onChange={({ target }) => setInactive(target.checked)}
        />
      )}
      {open?.what === 'create' && (
        <PersonDialog
          me={me}
          user={null}
          onSaved={(user) => setOpen({ what: 'link', user, at: 'once' })}
          onClose={close}
        />
      )}
      {open?.what === 'edit' && <PersonDialog me={me} user={open.user} onSaved={close} onClose={close} />}
      {open?.what === 'link' && <SignInLinkDialog user={open.user} atOnce={open.at === 'once'} onClose={close} />}
      {(open?.what === 'deactivate' || open?.what === 'activate' || open?.what === 'signOut') && (
        <PersonDeed deed={open.what} user={open.user} onClose={close} />
      )}
    </Page>
  )
}
