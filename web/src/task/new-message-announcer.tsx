import { useEffect, useRef, useState } from 'react'
import type { Comment } from '../api/types.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { isNewer } from './newer-message.ts'
import { summaryOf } from './quote.tsx'
import { taskWords } from './words.ts'

interface NewMessageAnnouncerProps {
  comments: readonly Comment[]
  /** Is the end of the feed among them? Elsewhere nothing is new. */
  atEnd: boolean
}

/** Reads out a client's new message, and that a message of ours failed. Says nothing of what was there already. */
export function NewMessageAnnouncer({ comments, atEnd }: NewMessageAnnouncerProps) {
  const words = useWords()
  const { announce } = useRoomWords(taskWords)
  const [text, setText] = useState('')
  const last = comments.findLast(({ author }) => author.kind === 'contact')
  const failed = comments.findLast(
    ({ delivery }) => delivery?.state === 'failed' && delivery.error !== null && delivery.error.code !== 'undone',
  )
  const known = useRef<{ last: Comment | null; failed: string | undefined } | null>(null)
  useEffect(() => {
    if (comments.length === 0 || !atEnd) return
    const before = known.current
    known.current = { last: last ?? null, failed: failed?.id }
    if (before === null) return
    if (last && isNewer(last, before.last)) setText(words.task.newMessage(last.author.name, summaryOf(last, words)))
    else if (failed && failed.id !== before.failed) {
      setText(announce.failed(summaryOf(failed, words), failed.delivery?.error?.message ?? ''))
    }
  }, [comments.length, atEnd, last, failed, words, announce])
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  )
}
