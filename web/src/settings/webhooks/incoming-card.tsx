import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { newKey } from '../../api/request.ts'
import { CopyText } from '../../channels/copy-text.tsx'
import { Badge, type BadgeLook } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { LongList } from '../../ui/long-list.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import {
  deleteIncoming,
  type IncomingEvent,
  type IncomingWebhook,
  incomingEventsQuery,
  incomingQuery,
  rotateIncoming,
} from './api.ts'
import { JsonBody } from './json-body.tsx'
import { webhookWords } from './words.ts'

interface IncomingCardProps {
  hook: IncomingWebhook
  onSecret: (secret: string) => void
}

/** One address that another system calls, with what came to it. */
export function IncomingCard({ hook, onSecret }: IncomingCardProps) {
  const words = useRoomWords(webhookWords)
  const { words: common, formats } = useLanguage()
  const client = useQueryClient()
  const [open, setOpen] = useState<'rotate' | 'remove' | null>(null)
  const [showsEvents, setShowsEvents] = useState(false)
  const key = useRef(newKey())
  const { id, name, url, verify, header, oldSecretUntil, lastReceivedAt } = hook
  const at = (time: string) => formats.moment(new Date(time))
  const close = () => setOpen(null)
  const refresh = () => void client.invalidateQueries({ queryKey: incomingQuery.queryKey })
  const rotate = useMutation({
    mutationFn: () => rotateIncoming(id, key.current),
    onSuccess: ({ secret }) => {
      key.current = newKey()
      close()
      refresh()
      onSecret(secret)
    },
  })
  const remove = useMutation({
    mutationFn: () => deleteIncoming(id),
    onSuccess: () => {
      close()
      refresh()
      showToast(words.removed(name))
    },
  })
  return (
    <section aria-label={name} className="rounded-xl border border-line bg-panel p-4">
      <h2 className="font-medium wrap-anywhere">{name}</h2>
      <p className="mb-3 text-[0.8125rem] text-soft">
        {words.in.method} · {words.in.verifications[verify]}
        {header && ` (${header})`} · {words.in.lastReceived}: {lastReceivedAt ? at(lastReceivedAt) : words.in.never}
        {oldSecretUntil && ` · ${words.out.oldSecret(at(oldSecretUntil))}`}
      </p>
      <CopyText text={url} label={words.copyAddress(name)} />
      <div className="mt-3 flex flex-wrap gap-2">
        <Button aria-expanded={showsEvents} onClick={() => setShowsEvents(!showsEvents)}>
          {words.in.events}
        </Button>
        <Button onClick={() => setOpen('rotate')}>{words.rotate}</Button>
        <Button look="danger" onClick={() => setOpen('remove')}>
          {words.remove}
        </Button>
      </div>
      {showsEvents && <Events hookId={id} />}
      {open === 'rotate' && (
        <Confirm
          title={words.rotateTitle}
          action={words.rotateAction}
          busy={rotate.isPending}
          error={rotate.error}
          onConfirm={() => rotate.mutate()}
          onClose={close}
        >
          <p>{words.rotateText}</p>
        </Confirm>
      )}
      {open === 'remove' && (
        <Confirm
          title={words.removeTitle(name)}
          action={common.app.delete}
          look="danger"
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={close}
        >
          <p>{words.in.removeText}</p>
        </Confirm>
      )}
    </section>
  )
}

const LOOKS: Record<IncomingEvent['state'], BadgeLook> = { done: 'success', ignored: 'plain', undeliverable: 'danger' }

function Events({ hookId }: { hookId: string }) {
  const words = useRoomWords(webhookWords)
  const { formats } = useLanguage()
  const events = useInfiniteQuery(incomingEventsQuery(hookId))
  const items = events.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section aria-label={words.in.events} className="mt-3 border-t border-line pt-3">
      {events.data && items.length === 0 && <p className="text-[0.8125rem] text-soft">{words.in.noEvents}</p>}
      <LongList className="divide-y divide-line">
        {items.map((event) => (
          <li key={event.id} className="py-2 text-[0.8125rem]">
            <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
              <Badge look={LOOKS[event.state]}>{words.in.eventStates[event.state]}</Badge>
              <span className="text-xs text-soft">{formats.moment(new Date(event.receivedAt))}</span>
            </div>
            {event.outcomes.map((outcome) => (
              <p key={`${outcome.scenarios.join()} ${outcome.conversationId}`} className="mt-1 text-soft">
                {outcome.scenarios.length > 0 && words.in.led(outcome.scenarios.join(', '))}
                {outcome.problem && ` ${outcome.problem.message}`}
              </p>
            ))}
            <JsonBody body={event.body} />
          </li>
        ))}
      </LongList>
      {events.hasNextPage && (
        <Button className="mt-2" onClick={() => void events.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </section>
  )
}
