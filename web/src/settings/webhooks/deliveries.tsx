import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { newKey } from '../../api/request.ts'
import { Badge, type BadgeLook } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { LongList } from '../../ui/long-list.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { deliveriesQuery, retryDelivery, type WebhookDelivery } from './api.ts'
import { JsonBody } from './json-body.tsx'
import { webhookWords } from './words.ts'

const LOOKS: Record<WebhookDelivery['state'], BadgeLook> = { queued: 'plain', delivered: 'success', failed: 'danger' }
/** No live update tells of deliveries: while one is under way the list is read again. */
const AGAIN_MS = 2_000

/** What was sent to one address, the newest first. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const words = useRoomWords(webhookWords)
  const deliveries = useInfiniteQuery({
    ...deliveriesQuery(webhookId),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((item) => item.state === 'queued')) ? AGAIN_MS : false,
  })
  const items = deliveries.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section aria-label={words.out.deliveries} className="mt-3 border-t border-line pt-3">
      {deliveries.data && items.length === 0 && <p className="text-[0.8125rem] text-soft">{words.out.noDeliveries}</p>}
      <LongList className="divide-y divide-line">
        {items.map((delivery) => (
          <DeliveryRow key={delivery.id} webhookId={webhookId} delivery={delivery} />
        ))}
      </LongList>
      {deliveries.hasNextPage && (
        <Button className="mt-2" onClick={() => void deliveries.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </section>
  )
}

function DeliveryRow({ webhookId, delivery }: { webhookId: string; delivery: WebhookDelivery }) {
  const words = useRoomWords(webhookWords)
  const { formats } = useLanguage()
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const retry = useMutation({
    mutationFn: () => retryDelivery(delivery.id, newKey()),
    onSuccess: () => client.invalidateQueries({ queryKey: deliveriesQuery(webhookId).queryKey }),
  })
  const last = delivery.attempts.at(-1)
  const outcome = last?.error ?? (last?.status ? `HTTP ${last.status}` : null)
  return (
    <li className="py-2 text-[0.8125rem]">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <span className="flex flex-wrap items-center gap-2">
          <Badge look={LOOKS[delivery.state]}>{words.out.deliveryStates[delivery.state]}</Badge>
          <code className="text-xs">{delivery.event}</code>
          <span className="text-xs text-soft">
            {words.out.attempts(delivery.attempts.length)}
            {outcome && ` · ${outcome}`}
            {delivery.nextAttemptAt && ` · ${words.out.nextAttempt(formats.time(new Date(delivery.nextAttemptAt)))}`}
          </span>
        </span>
        <span className="flex items-center gap-2 text-xs text-soft">
          {formats.moment(new Date(delivery.createdAt))}
          {delivery.state !== 'queued' && (
            <Button small disabled={retry.isPending} onClick={() => retry.mutate()}>
              {words.out.retry}
            </Button>
          )}
        </span>
      </div>
      {retry.error && <Notice look="danger">{errorText(retry.error)}</Notice>}
      <JsonBody body={delivery.body} />
    </li>
  )
}
