import { CopyCheck, Undo2 } from 'lucide-react'
import type { Comment, Delivery } from '../api/types.ts'
import { useRoomWords } from '../words/room-words.ts'
import { DeliveryTrouble } from './delivery-trouble.tsx'
import { HoldLine } from './hold-line.tsx'
import { taskWords } from './words.ts'

interface DeliveryLineProps {
  comment: Comment
  delivery: Delivery
  onUndone: (comment: Comment) => void
}

/** What is to be known, or done, below a message that has not simply gone out. */
export function DeliveryLine({ comment, delivery, onUndone }: DeliveryLineProps) {
  const { hold, parked, trouble } = useRoomWords(taskWords)
  if (delivery.state === 'failed' && delivery.error?.code === 'undone') {
    return (
      <p className="mt-1 flex items-center gap-1.5 px-1 text-xs text-soft">
        <Undo2 size={13} aria-hidden="true" />
        {hold.undone}
      </p>
    )
  }
  return (
    <>
      {delivery.state === 'queued' && delivery.holdUntil !== null && (
        <HoldLine comment={comment} delivery={delivery} until={delivery.holdUntil} onUndone={onUndone} />
      )}
      {delivery.state === 'queued' && delivery.parked !== null && (
        <p className="mt-1 max-w-md rounded-lg bg-warning-ground px-3 py-1.5 text-[0.8125rem] text-warning">
          {delivery.parked === 'channel_paused' ? parked.channel_paused : parked.other(delivery.parked)}
        </p>
      )}
      {comment.deliveries.some(({ maybeTwice }) => maybeTwice) && (
        <p className="mt-1 flex max-w-md items-start gap-1.5 px-1 text-xs text-warning">
          <CopyCheck size={13} aria-hidden="true" className="mt-0.5 shrink-0" />
          {trouble.twice}
        </p>
      )}
      {(delivery.state === 'unknown' || delivery.state === 'failed') && (
        <DeliveryTrouble comment={comment} delivery={delivery} />
      )}
    </>
  )
}
