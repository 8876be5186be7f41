import { CircleDashed } from 'lucide-react'
import type { Comment } from '../api/types.ts'
import { useRoomWords } from '../words/room-words.ts'
import { FormAnswers } from './form-answers.tsx'
import { OrderItems } from './order-items.tsx'
import { rareWords } from './rare-words.ts'
import { SharedCards, SharedPlace } from './shared-things.tsx'

/** What clients send now and then: loaded with the first of its kind. */
export function RareBody({ comment }: { comment: Comment }) {
  switch (comment.kind) {
    case 'location':
      return <SharedPlace comment={comment} />
    case 'contacts':
      return <SharedCards comment={comment} />
    case 'order':
      return <OrderItems comment={comment} />
    case 'unsupported':
      return <Unsupported comment={comment} />
    default:
      return <FormAnswers comment={comment} />
  }
}

function Unsupported({ comment }: { comment: Comment }) {
  const { unsupported } = useRoomWords(rareWords)
  const { subtype } = comment.data
  const kind =
    typeof subtype === 'string' && Object.hasOwn(unsupported.kinds, subtype) ? unsupported.kinds[subtype] : null
  // What the adapter says of it is more exact than a general word of ours.
  const said = typeof subtype === 'string' || comment.text === null ? null : comment.text
  return (
    <p className="flex items-start gap-1.5 text-soft italic">
      <CircleDashed size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
      {kind ? unsupported.kind(kind) : (said ?? unsupported.text)}
    </p>
  )
}
