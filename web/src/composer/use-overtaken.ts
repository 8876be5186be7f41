import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { feedQuery } from '../api/comments.ts'
import { meQuery } from '../api/session.ts'
import type { Comment } from '../api/types.ts'

/**
 * A colleague's message to the client that went out while I was writing mine.
 * @param writing is a message to the client being written?
 */
export function useOvertaken(taskId: string, writing: boolean) {
  const me = useQuery(meQuery).data?.id ?? null
  // Only looked at: the feed itself asks for it.
  const comments = useQuery({ ...feedQuery(taskId), enabled: false }).data?.comments
  const [since, setSince] = useState<string | null>(null)
  const [asked, setAsked] = useState(false)
  /** The newest that the writer has been told of. */
  const [known, setKnown] = useState<string | null>(null)

  useEffect(() => {
    setSince((before) => (writing ? (before ?? new Date().toISOString()) : null))
    if (!writing) setAsked(false)
  }, [writing])

  const faster = since === null ? undefined : comments?.findLast((comment) => overtakes(comment, me, since))
  const current = faster && faster.id !== known ? faster : null
  return {
    by: current,
    /** the writer wanted to send, and has to choose */
    asked: asked && current !== null,
    /** @returns true: there is something to choose first */
    ask(): boolean {
      if (current === null) return false
      setAsked(true)
      return true
    },
    accept() {
      setKnown(faster?.id ?? null)
      setSince(null)
      setAsked(false)
    },
  }
}

/** Did somebody else write to the client since? What a scenario says is no answer. */
export function overtakes(comment: Comment, me: string | null, since: string): boolean {
  if (comment.at <= since || comment.bulk || comment.deletedAt !== null) return false
  if (comment.author.kind === 'phone_app') return true
  return (
    comment.author.kind === 'employee' &&
    comment.author.id !== me &&
    comment.notified.some(({ kind }) => kind === 'contact')
  )
}
