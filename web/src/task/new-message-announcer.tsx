import { useEffect, useRef, useState } from 'react'
import type { Comment } from '../api/types.ts'
import { useWords } from '../words/language.tsx'
import { summaryOf } from './quote.tsx'

/** Reads a client's new message out. Says nothing of what was there already. */
export function NewMessageAnnouncer({ comments }: { comments: readonly Comment[] }) {
  const words = useWords()
  const [text, setText] = useState('')
  const last = comments.findLast(({ author }) => author.kind === 'contact')
  const known = useRef<string | null>(null)
  useEffect(() => {
    if (comments.length === 0) return
    const before = known.current
    known.current = last?.id ?? ''
    if (before === null || before === known.current || !last) return
    setText(words.task.newMessage(last.author.name, summaryOf(last, words)))
  }, [comments.length, last, words])
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  )
}
