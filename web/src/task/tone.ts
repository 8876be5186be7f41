import type { Comment } from '../api/types.ts'

/** What an entry of a feed is to its reader: who speaks, and whether the client hears it. */
export type Tone = 'client' | 'toClient' | 'internal' | 'scenario' | 'phone' | 'system'

export function toneOf(comment: Pick<Comment, 'author' | 'kind' | 'notified'>): Tone {
  if (comment.author.kind === 'contact') return 'client'
  if (comment.author.kind === 'phone_app') return 'phone'
  if (comment.author.kind === 'system' || comment.kind === 'system') return 'system'
  if (!comment.notified.some(({ kind }) => kind === 'contact')) return 'internal'
  return comment.author.kind === 'scenario' ? 'scenario' : 'toClient'
}
