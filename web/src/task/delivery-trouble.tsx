import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { retryDelivery, settleDelivery } from '../api/comments.ts'
import { newKey } from '../api/request.ts'
import { meQuery } from '../api/session.ts'
import type { Comment, Delivery } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { taskWords } from './words.ts'

type Decision = 'retry' | 'sent' | 'failed'

/** What a person must know of, or decide about, a message that did not simply go out. */
export function DeliveryTrouble({ comment, delivery }: { comment: Comment; delivery: Delivery }) {
  const words = useWords()
  const room = useRoomWords(taskWords)
  const errorText = useErrorText()
  const client = useQueryClient()
  const me = useQuery(meQuery).data
  // One key for each decision on this attempt, so that a double click is one decision.
  const keys = useRef(new Map<string, string>())
  const decide = useMutation({
    mutationFn: (decision: Decision) => {
      const name = `${delivery.id} ${delivery.providerMessageId} ${decision}`
      const key = keys.current.get(name) ?? newKey()
      keys.current.set(name, key)
      return decision === 'retry' ? retryDelivery(delivery.id, key) : settleDelivery(delivery.id, decision, key)
    },
    onSuccess: () => keys.current.clear(),
    onSettled: () => client.invalidateQueries({ queryKey: ['feed', comment.taskId] }),
  })
  const part = comment.deliveries.findIndex(({ id }) => id === delivery.id)
  const where = comment.deliveries.length > 1 ? ` (${words.delivery.part(part + 1, comment.deliveries.length)})` : ''

  if (delivery.state === 'unknown') {
    const maySettle = me?.permissions.includes('work.repair') ?? false
    return (
      <div className="mt-2 mb-2 max-w-md rounded-lg bg-warning-ground px-3 py-2 text-[0.8125rem] text-warning">
        <p className="font-medium">
          {words.delivery.states.unknown}
          {where}
        </p>
        <p>{words.delivery.unknownHint}</p>
        {!maySettle && <p>{room.trouble.onlyRepair}</p>}
        {maySettle && (
          <div className="mt-2 flex flex-wrap gap-2">
            <Button small disabled={decide.isPending} onClick={() => decide.mutate('sent')}>
              {words.delivery.settleSent}
            </Button>
            <Button small disabled={decide.isPending} onClick={() => decide.mutate('failed')}>
              {words.delivery.settleFailed}
            </Button>
          </div>
        )}
        {decide.error && <p role="alert">{errorText(decide.error)}</p>}
      </div>
    )
  }
  if (delivery.state !== 'failed') return null
  return (
    <div className="mt-2 mb-2 max-w-md rounded-lg bg-danger-ground px-3 py-2 text-[0.8125rem] text-danger">
      <p className="font-medium">
        {words.delivery.states.failed}
        {where}
      </p>
      {delivery.error && <p title={delivery.error.detail ?? undefined}>{delivery.error.message}</p>}
      <Button small className="mt-2" disabled={decide.isPending} onClick={() => decide.mutate('retry')}>
        {words.delivery.retry}
      </Button>
      {decide.error && (
        <p role="alert" className="mt-1">
          {errorText(decide.error)}
        </p>
      )}
    </div>
  )
}
