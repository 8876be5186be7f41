import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { channelsQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import { breakable } from '../ui/breakable.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import type { Trouble, TroubledDelivery } from './api.ts'
import { Attempts } from './attempts.tsx'
import { DecideButtons } from './decide-buttons.tsx'
import { useDecide } from './use-decide.ts'
import { attentionWords } from './words.ts'

interface DeliveryRowProps {
  delivery: TroubledDelivery
  state: Trouble
  selectable: boolean
  selected: boolean
  onSelect: (on: boolean) => void
}

/** One message: whom it was for, what happened, what was tried, and what may be done. */
export function DeliveryRow({ delivery, state, selectable, selected, onSelect }: DeliveryRowProps) {
  const { formats } = useLanguage()
  const words = useRoomWords(attentionWords)
  const errorText = useErrorText(words.errors)
  const me = useQuery(meQuery).data
  const channels = useQuery(channelsQuery).data
  const decide = useDecide()
  const { contact, message, taskId, taskNumber } = delivery
  const channel = channels?.find(({ id }) => id === delivery.channelId)?.name ?? ''
  const excerpt = message.text?.trim() || words.kinds[message.kind]
  return (
    <article aria-label={words.row.to(contact.name, channel)} className="flex gap-3 p-4">
      {selectable && (
        <span className="-m-2 inline-flex size-8 shrink-0 items-center justify-center pointer-coarse:size-11">
          <input
            type="checkbox"
            checked={selected}
            aria-label={words.row.select(contact.name, excerpt.slice(0, 80))}
            onChange={({ target }) => onSelect(target.checked)}
            className="size-4 accent-accent-fill"
          />
        </span>
      )}
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <h3 className="font-medium">
            <bdi>{contact.name}</bdi>
          </h3>
          <p className="text-xs text-soft">
            {channel && <bdi>{channel} · </bdi>}
            {words.row.queued(formats.moment(new Date(delivery.queuedAt)))} · {words.row.by(message.by.name)}
          </p>
        </div>
        <p dir="auto" className="mt-1 line-clamp-3 max-w-prose wrap-anywhere whitespace-pre-line">
          {breakable(excerpt)}
        </p>
        {delivery.error && (
          <p className={state === 'failed' ? 'mt-1 text-[0.8125rem] text-danger' : 'mt-1 text-[0.8125rem] text-soft'}>
            {delivery.error.message}
          </p>
        )}
        {delivery.maybeTwice && <p className="mt-1 text-[0.8125rem] text-warning">{words.row.maybeTwice}</p>}
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <DecideButtons
            state={state}
            who={{ client: contact.name, channel }}
            maySettle={me?.permissions.includes('work.repair') ?? false}
            busy={decide.isPending}
            onDecide={(decision) => decide.mutate({ which: [delivery], decision })}
          />
          {taskId !== null && taskNumber !== null ? (
            <Link
              to="/inbox/$taskId"
              params={{ taskId }}
              aria-label={words.row.openTaskOf(taskNumber, contact.name)}
              className="inline-flex min-h-7 items-center px-1 text-xs text-accent hover:underline pointer-coarse:min-h-11"
            >
              {words.row.task(taskNumber)}
            </Link>
          ) : (
            <span className="text-xs text-soft">{words.row.noTask}</span>
          )}
        </div>
        {decide.error && (
          <Notice look="danger" urgent className="mt-2">
            {errorText(decide.error)}
          </Notice>
        )}
        <Attempts delivery={delivery} />
      </div>
    </article>
  )
}
