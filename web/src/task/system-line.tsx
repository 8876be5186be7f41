import { Ellipsis } from 'lucide-react'
import type { Comment } from '../api/types.ts'
import { statusName } from '../inbox/status-name.ts'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import type { Words } from '../words/en.ts'
import type { Formats } from '../words/formats.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { taskWords } from './words.ts'

interface SystemLineProps {
  comment: Comment
  lit: boolean
  onMenu: (comment: Comment, anchor: HTMLElement) => void
}

/** A quiet line: what happened to the task. */
export function SystemLine({ comment, lit, onMenu }: SystemLineProps) {
  const { words, formats } = useLanguage()
  const room = useRoomWords(taskWords)
  const at = new Date(comment.at)
  return (
    <article
      id={`entry-${comment.id}`}
      tabIndex={-1}
      aria-label={words.task.tones.system}
      className={cx('group flex items-center justify-center gap-1 px-5 py-2 focus:outline-none', lit && 'bg-selected')}
    >
      <span className="size-6 shrink-0" />
      <p className="min-w-0 rounded-2xl bg-hover px-3 py-0.5 text-center text-xs text-soft">
        <bdi>{wordsOf(comment, words, room.changes, formats)}</bdi>
        <time dateTime={comment.at} title={formats.moment(at)} className="ml-2 tabular-nums">
          {formats.time(at)}
        </time>
      </p>
      <IconButton
        label={room.entry.menu(words.task.tones.system)}
        aria-haspopup="menu"
        onClick={(event) => onMenu(comment, event.currentTarget)}
        className="size-6 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-70"
      >
        <Ellipsis size={14} aria-hidden="true" />
      </IconButton>
    </article>
  )
}

/** `data` says it for every language; what it does not say is shown as it was written. */
function wordsOf({ data, author, text }: Comment, words: Words, changes: Changes, formats: Formats): string {
  if (data.change === 'status' && typeof data.from === 'string' && typeof data.to === 'string') {
    const [from = data.from, to = data.to] = namesIn(text)
    return words.task.statusChange(
      author.name,
      statusName({ key: data.from, name: from }, words),
      statusName({ key: data.to, name: to }, words),
    )
  }
  const names = /^Assignees: (.*)$/.exec(text ?? '')?.[1]
  if (data.change === 'assignees' && names !== undefined) {
    return words.task.assigneeChange(author.name, names === NOBODY ? words.task.nobody : names)
  }
  if (data.change === 'optedOut') return data.to === true ? changes.optedOut : changes.optedIn
  if (data.change === 'number') {
    if (typeof data.otherConversationId === 'string') return changes.otherConversation
    if (typeof data.from === 'string' && typeof data.to === 'string') return changes.number(data.from, data.to)
  }
  const values = readChanges(data)
  if (values.length > 0) {
    const shown = values.map(({ field, from, to }) => {
      const value = (one: string | null) =>
        one === null ? changes.none : field === 'dueAt' ? formats.moment(new Date(one)) : one
      return changes.value(changes.fields[field] ?? field.replace(/^fields\./, ''), value(from), value(to))
    })
    return changes.changed(author.name, shown.join('; '))
  }
  return text ?? words.kinds.system
}

function readChanges({
  change,
  changes,
}: Comment['data']): { field: string; from: string | null; to: string | null }[] {
  if (change !== 'fields' || !Array.isArray(changes)) return []
  return changes.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return []
    const { field, from, to } = one as Record<string, unknown>
    if (typeof field !== 'string') return []
    return [{ field, from: typeof from === 'string' ? from : null, to: typeof to === 'string' ? to : null }]
  })
}

/** As the feed keeps it, whatever the reader's language. */
const NOBODY = 'nobody'

type Changes = (typeof taskWords)['en']['changes']

/** A custom status set has names of its own, which stand in the line's text. */
const namesIn = (text: string | null): string[] => /^Status: (.*) → (.*)$/.exec(text ?? '')?.slice(1) ?? []
