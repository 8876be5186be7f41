import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Hourglass } from 'lucide-react'
import { useRef } from 'react'
import { sendNow, undoDelivery } from '../api/comments.ts'
import { newKey } from '../api/request.ts'
import type { Comment, Delivery } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { taskWords } from './words.ts'

interface HoldLineProps {
  comment: Comment
  delivery: Delivery
  until: string
  onUndone: (comment: Comment) => void
}

/** A message that can still be taken back: how long, and the ways to go. */
export function HoldLine({ comment, delivery, until, onUndone }: HoldLineProps) {
  const { formats } = useLanguage()
  const { hold, errors } = useRoomWords(taskWords)
  const errorText = useErrorText(errors)
  const client = useQueryClient()
  const now = useNow(500)
  const keys = useRef({ undo: newKey(), now: newKey() })
  const decide = useMutation({
    mutationFn: (what: 'undo' | 'now') =>
      what === 'undo' ? undoDelivery(delivery.id, keys.current.undo) : sendNow(delivery.id, keys.current.now),
    onSuccess: (_, what) => {
      if (what === 'undo') onUndone(comment)
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['feed', comment.taskId] }),
  })
  const left = Math.ceil((Date.parse(until) - now.getTime()) / 1000)
  return (
    <div className="mt-1 flex max-w-full flex-wrap items-center justify-end gap-x-2 gap-y-1 px-1 text-xs text-soft">
      <span role="timer" title={hold.until(formats.moment(new Date(until)))} className="flex items-center gap-1.5">
        <Hourglass size={13} aria-hidden="true" />
        <span className="tabular-nums">{left > 0 ? hold.leavesIn(left) : hold.leaves}</span>
      </span>
      {left > 0 && (
        <>
          <Button
            small
            disabled={decide.isPending}
            onClick={() => decide.mutate('undo')}
            className="pointer-coarse:h-11"
          >
            {hold.undo}
          </Button>
          <Button
            small
            look="quiet"
            disabled={decide.isPending}
            onClick={() => decide.mutate('now')}
            className="pointer-coarse:h-11"
          >
            {hold.sendNow}
          </Button>
        </>
      )}
      {decide.error && (
        <p role="alert" className="w-full text-right text-danger">
          {errorText(decide.error)}
        </p>
      )}
    </div>
  )
}
