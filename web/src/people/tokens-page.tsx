import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { usersQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Checkbox } from '../ui/field.tsx'
import { LongList } from '../ui/long-list.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { revokeToken, type Token, tokenPagesQuery } from './api.ts'
import { TokenDialog } from './token-dialog.tsx'
import { TokenRow } from './token-row.tsx'
import { stateOf } from './token-state.ts'
import { peopleWords } from './words.ts'

/** Keys for scripts and other systems. */
export function TokensPage() {
  const { app } = useWords()
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const me = useQuery(meQuery).data
  const people = useQuery(usersQuery).data ?? []
  const query = useInfiniteQuery(tokenPagesQuery)
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const [old, setOld] = useState(false)
  const now = new Date()
  const tokens = query.data?.pages.flatMap(({ items }) => items)
  const working = tokens?.filter((token) => stateOf(token, now) === 'active')
  const shown = old ? tokens : working
  if (!me) return null
  const create = (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus size={15} aria-hidden="true" />
      {words.tokens.create}
    </Button>
  )
  return (
    <Page title={words.tokens.title} intro={words.tokens.intro} actions={create}>
      {query.error && !tokens && <Notice look="danger">{errorText(query.error)}</Notice>}
      {shown?.length === 0 && (
        <div className="rounded-xl border border-dashed border-line-strong px-4 py-12 text-center">
          <p className="font-medium">{words.tokens.empty}</p>
          <p className="mt-1 text-[0.8125rem] text-soft">{words.tokens.emptyHint}</p>
        </div>
      )}
      {shown && shown.length > 0 && (
        <LongList label={words.tokens.list} className="divide-y divide-line rounded-xl border border-line bg-panel">
          {shown.map((token) => (
            <TokenRow
              key={token.id}
              token={token}
              me={me}
              now={now}
              maker={people.find(({ id }) => id === token.createdBy)?.name ?? null}
              onRevoke={() => setRevoking(token)}
            />
          ))}
        </LongList>
      )}
      {query.hasNextPage && (
        <p className="mt-3 text-center">
          <Button look="quiet" onClick={() => void query.fetchNextPage()}>
            {app.loadMore}
          </Button>
        </p>
      )}
      {tokens && working && tokens.length > working.length && (
        <Checkbox
          className="mt-4"
          label={words.tokens.showOld}
          checked={old}
          onChange={({ target }) => setOld(target.checked)}
        />
      )}
      {creating && <TokenDialog me={me} onClose={() => setCreating(false)} />}
      {revoking && <RevokeToken token={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  )
}

function RevokeToken({ token, onClose }: { token: Token; onClose: () => void }) {
  const words = useRoomWords(peopleWords).tokens
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['tokens'] })
      showToast(words.revokedToast(token.name))
      onClose()
    },
  })
  return (
    <Confirm
      title={words.revokeTitle(token.name)}
      action={words.revokeAction}
      look="danger"
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <p>{words.revokeText}</p>
    </Confirm>
  )
}
