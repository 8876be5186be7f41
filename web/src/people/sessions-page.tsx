import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Monitor, Smartphone } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { LongList } from '../ui/long-list.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { endSession, type Session, sessionsQuery } from './api.ts'
import { deviceName } from './device-name.ts'
import { peopleWords } from './words.ts'

/** One's own sessions, each of which can be ended. */
export function SessionsPage() {
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const query = useQuery(sessionsQuery)
  const [asking, setAsking] = useState(false)
  const others = query.data?.filter(({ current }) => !current) ?? []
  const refresh = () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey })
  const endOthers = useMutation({
    mutationFn: async () => {
      for (const { id } of others) await endSession(id)
    },
    onSuccess: () => {
      showToast(words.sessions.othersDone(others.length))
      setAsking(false)
    },
    onSettled: refresh,
  })
  const actions = others.length > 0 && <Button onClick={() => setAsking(true)}>{words.sessions.others}</Button>
  return (
    <Page title={words.sessions.title} intro={words.sessions.intro} actions={actions}>
      {query.error && !query.data && <Notice look="danger">{errorText(query.error)}</Notice>}
      {query.data && (
        <LongList label={words.sessions.list} className="divide-y divide-line rounded-xl border border-line bg-panel">
          {query.data.map((session) => (
            <SessionRow key={session.id} session={session} onEnded={refresh} />
          ))}
        </LongList>
      )}
      {query.data && others.length === 0 && (
        <p className="mt-3 text-[0.8125rem] text-soft">{words.sessions.onlyHere}</p>
      )}
      {asking && (
        <Confirm
          title={words.sessions.othersTitle}
          action={words.sessions.others}
          look="danger"
          busy={endOthers.isPending}
          error={endOthers.error}
          onConfirm={() => endOthers.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{words.sessions.othersText}</p>
        </Confirm>
      )}
    </Page>
  )
}

function SessionRow({ session, onEnded }: { session: Session; onEnded: () => void }) {
  const { formats } = useLanguage()
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const device = deviceName(session.userAgent) ?? words.sessions.unknownDevice
  const Icon = /iPhone|iPad|Android/.test(device) ? Smartphone : Monitor
  const end = useMutation({
    mutationFn: () => endSession(session.id),
    onSuccess: () => showToast(words.sessions.ended(device)),
    onSettled: onEnded,
  })
  return (
    <li className="flex flex-wrap items-center gap-3 p-3">
      <Icon size={18} aria-hidden="true" className="shrink-0 text-soft" />
      <div className="min-w-0 flex-1" title={session.userAgent ?? undefined}>
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {device}
          {session.current && <Badge look="success">{words.sessions.here}</Badge>}
        </p>
        <p className="text-xs text-soft">
          {words.sessions.used(formats.moment(new Date(session.seenAt)))}
          {' · '}
          {words.sessions.since(formats.moment(new Date(session.createdAt)))}
        </p>
      </div>
      {!session.current && (
        <Button
          small
          className="pointer-coarse:h-11"
          aria-label={words.sessions.endOf(device)}
          disabled={end.isPending}
          onClick={() => end.mutate()}
        >
          {words.sessions.end}
        </Button>
      )}
      {end.error && (
        <Notice look="danger" urgent className="w-full">
          {errorText(end.error)}
        </Notice>
      )}
    </li>
  )
}
