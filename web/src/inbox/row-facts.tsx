import { useQuery } from '@tanstack/react-query'
import { Clock, Hourglass, Undo2 } from 'lucide-react'
import { usersQuery } from '../api/people.ts'
import type { Task } from '../api/types.ts'
import { type Present, usePresent } from '../live/presence.ts'
import { cx } from '../ui/class-names.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { isLongWait, spanSince } from './span.ts'
import { inboxWords } from './words.ts'

/** How long the client waits; it warns when that is long. */
export function Waits({ since, now }: { since: string; now: Date }) {
  const words = useRoomWords(inboxWords)
  const at = new Date(since)
  const span = spanSince(at, now, words.span)
  return (
    <span
      title={words.row.waits(span)}
      className={cx(
        'inline-flex shrink-0 items-center gap-0.5 tabular-nums',
        isLongWait(at, now) ? 'font-medium text-warning' : 'text-soft',
      )}
    >
      <Hourglass size={11} aria-hidden="true" />
      <span className="sr-only">{words.row.waits(span)}</span>
      <span aria-hidden="true">{span}</span>
    </span>
  )
}

export function Snoozed({ snoozed, now }: { snoozed: NonNullable<Task['snoozed']>; now: Date }) {
  const { formats } = useLanguage()
  const words = useRoomWords(inboxWords)
  const until = snoozed.until === null ? null : new Date(snoozed.until)
  const text = until === null ? words.row.snoozedUntilReply : words.row.snoozedUntil(formats.moment(until))
  return (
    <span title={text} className="inline-flex shrink-0 items-center gap-0.5 text-accent">
      <Clock size={11} aria-hidden="true" />
      <span className="sr-only">{text}</span>
      <span aria-hidden="true">{until === null ? words.row.untilReply : formats.soon(until, now)}</span>
    </span>
  )
}

/** Its time has come, and nobody has looked at it since. */
export function Woken() {
  const words = useRoomWords(inboxWords)
  return (
    <span
      title={words.row.woken}
      className="inline-flex shrink-0 items-center gap-0.5 rounded-full bg-selected px-1.5 font-medium text-accent"
    >
      <Undo2 size={11} aria-hidden="true" />
      <span className="sr-only">{words.row.woken}</span>
      <span aria-hidden="true">{words.row.wokenShort}</span>
    </span>
  )
}

/** A dot on the client's picture while a colleague is there; it beats while they write. */
export function PresenceDot({ taskId, me }: { taskId: string; me: string | null }) {
  const present = usePresent(taskId)
  return [...present.keys()].some((id) => id !== me) ? <Dot present={present} me={me} /> : null
}

function Dot({ present, me }: { present: Present; me: string | null }) {
  const words = useRoomWords(inboxWords)
  const users = useQuery(usersQuery).data ?? []
  const others = [...present].filter(([id]) => id !== me)
  const typing = others.find(([, state]) => state === 'typing')
  const [id] = typing ?? others[0] ?? ['']
  const name = users.find((user) => user.id === id)?.name ?? words.row.colleague
  const text = typing ? words.row.typing(name) : words.row.viewing(name)
  return (
    <span
      role="img"
      aria-label={text}
      title={text}
      className={cx(
        'absolute right-0 bottom-0 size-2.5 rounded-full ring-2 ring-panel',
        typing ? 'animate-pulse bg-[#e0a21a] motion-reduce:animate-none' : 'bg-[#2f9e6b]',
      )}
    />
  )
}
