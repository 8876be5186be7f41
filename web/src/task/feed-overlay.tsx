import { ArrowDown, ArrowUp } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Comment } from '../api/types.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { taskWords } from './words.ts'

interface FeedOverlayProps {
  comments: readonly Comment[]
  busy: 'older' | 'newer' | 'jump' | null
  atEnd: boolean
  /** The feed goes on below what is loaded. */
  detached: boolean
  /** The client's messages that I have not read. */
  unread: number
  /** The first unread entry, where it lies before what is loaded. */
  unreadBefore: string | null
  onJump: (id: string) => void
  onEnd: () => void
}

/** What floats above the feed: the ways to what was not read, and to the end. */
export function FeedOverlay(props: FeedOverlayProps) {
  const { comments, busy, atEnd, detached, unread, unreadBefore, onJump, onEnd } = props
  const words = useWords()
  const room = useRoomWords(taskWords)
  const [gone, setGone] = useState<string | null>(null)
  const below = useNewBelow(comments, atEnd, detached, unread)
  return (
    <>
      {busy !== null && (
        <p role="status" className="pointer-events-none absolute inset-x-0 top-1 text-center text-xs text-soft">
          {busy === 'older' ? words.task.older : words.app.loading}
        </p>
      )}
      {unreadBefore !== null && unreadBefore !== gone && (
        <div className="pointer-events-none absolute inset-x-0 top-2 flex justify-center">
          <Button
            small
            className="pointer-events-auto rounded-full shadow-md pointer-coarse:h-11"
            onClick={() => {
              setGone(unreadBefore)
              onJump(unreadBefore)
            }}
          >
            <ArrowUp size={13} aria-hidden="true" />
            {room.unread.jump(unread)}
          </Button>
        </div>
      )}
      {!atEnd && (
        <div className="pointer-events-none absolute inset-x-4 bottom-3 flex items-center justify-end gap-2">
          {below > 0 ? (
            <Button
              look="primary"
              small
              className="pointer-events-auto h-8 rounded-full shadow-md pointer-coarse:h-11"
              onClick={onEnd}
            >
              <ArrowDown size={14} aria-hidden="true" />
              {room.unread.pill(below)}
            </Button>
          ) : (
            <IconButton
              label={words.task.toNewest}
              onClick={onEnd}
              className="pointer-events-auto border border-line bg-raised shadow-md"
            >
              <ArrowDown size={17} aria-hidden="true" />
            </IconButton>
          )}
        </div>
      )}
    </>
  )
}

/** How many messages of the client have come since the reader was at the end. */
function useNewBelow(comments: readonly Comment[], atEnd: boolean, detached: boolean, unread: number): number {
  const last = comments.at(-1)?.id
  const [seen, setSeen] = useState<string | undefined>(undefined)
  useEffect(() => {
    if ((atEnd || seen === undefined) && !detached) setSeen(last)
  }, [atEnd, detached, last, seen])
  // Of what lies below a part of the feed only its number is known.
  const [before, setBefore] = useState(unread)
  useEffect(() => {
    if (!detached) setBefore(unread)
    else setBefore((known) => Math.min(known, unread))
  }, [detached, unread])
  if (atEnd) return 0
  if (detached) return unread - Math.min(before, unread)
  const from = comments.findIndex(({ id }) => id === seen)
  return from < 0 ? 0 : comments.slice(from + 1).filter(({ author }) => author.kind === 'contact').length
}
