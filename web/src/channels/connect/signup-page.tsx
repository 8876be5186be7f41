import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { channelListQuery, takeSignup } from '../api.ts'
import { channelWords } from '../words.ts'
import { type BegunSignup, begunSignup, forgetSignup } from './begun-signup.ts'
import { connectWords } from './words.ts'

interface Returned {
  code: string | null
  begun: BegunSignup | null
}

/** Where Meta's dialogue sends the browser back to: the code is taken at once, for it lives half a minute. */
export function SignupPage() {
  const words = useRoomWords(connectWords)
  const errorText = useErrorText(useRoomWords(channelWords).errors)
  const client = useQueryClient()
  const navigate = useNavigate()
  const [{ code, begun }] = useState(readReturned)
  const { mutate, error } = useMutation({
    mutationFn: ({ code, begun }: { code: string; begun: BegunSignup }) =>
      takeSignup(
        { code, name: begun.name, redirected: true, ...(begun.onPhoneApp && { coexistence: true }) },
        begun.state,
      ),
    onSuccess: ({ id }) => {
      forgetSignup()
      void client.invalidateQueries({ queryKey: channelListQuery.queryKey })
      void navigate({ to: '/channels/$channelId', params: { channelId: id }, replace: true })
    },
  })
  useEffect(() => {
    // The code shall not stay in the address, where it would be copied with it.
    window.history.replaceState(window.history.state, '', window.location.pathname)
    if (code !== null && begun) mutate({ code, begun })
  }, [code, begun, mutate])
  const trouble = error
    ? errorText(error)
    : !begun
      ? words.signup.unknown
      : code === null
        ? words.signup.turnedBack
        : null
  return (
    <Page title={words.signup.title}>
      {trouble === null ? (
        <p role="status">{words.connecting}</p>
      ) : (
        <Notice look="danger">
          <p>{trouble}</p>
          <Link
            to="/channels/new"
            search={{ way: begun?.onPhoneApp ? 'coexistence' : 'new_number' }}
            className="underline"
          >
            {words.signup.again}
          </Link>
        </Notice>
      )}
    </Page>
  )
}

function readReturned(): Returned {
  const search = new URLSearchParams(window.location.search)
  return { code: search.get('code'), begun: begunSignup(search.get('state')) }
}
