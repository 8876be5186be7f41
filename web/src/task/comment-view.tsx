import { Ellipsis, Lock, Reply, Smartphone, Workflow } from 'lucide-react'
import type { Comment, Person } from '../api/types.ts'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import type { Words } from '../words/en.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { CommentBody } from './comment-body.tsx'
import { DeliveryLine } from './delivery-line.tsx'
import { Quote } from './quote.tsx'
import { SystemLine } from './system-line.tsx'
import { Ticks } from './ticks.tsx'
import { type Tone, toneOf } from './tone.ts'
import { taskWords } from './words.ts'

const BUBBLES: Record<Tone, string> = {
  client: 'bg-client-bubble rounded-bl-sm',
  toClient: 'bg-message-bubble rounded-br-sm',
  internal: 'bg-comment-bubble ring-1 ring-comment-line rounded-br-sm',
  scenario: 'bg-scenario-bubble rounded-br-sm',
  phone: 'bg-phone-bubble rounded-br-sm',
  system: '',
}

interface CommentViewProps {
  comment: Comment
  /** The first of a group shows who speaks. */
  first: boolean
  /** What it answers: null where that is not loaded, undefined where it answers nothing. */
  quoted: Comment | null | undefined
  colleagues: readonly Person[]
  /** The reader was just taken here. */
  lit: boolean
  onReply: (comment: Comment) => void
  onShow: (id: string) => void
  onMenu: (comment: Comment, anchor: HTMLElement) => void
  onUndone: (comment: Comment) => void
}

export function CommentView(props: CommentViewProps) {
  const { comment, first, quoted, colleagues, lit, onReply, onShow, onMenu, onUndone } = props
  const { words, formats } = useLanguage()
  const room = useRoomWords(taskWords)
  const tone = toneOf(comment)
  if (tone === 'system') return <SystemLine comment={comment} lit={lit} onMenu={onMenu} />

  const ours = tone !== 'client'
  const at = new Date(comment.at)
  const author = authorName(comment, words)
  const { delivery } = comment
  const notified = peopleOf(comment, colleagues)
  return (
    <article
      id={`entry-${comment.id}`}
      tabIndex={-1}
      aria-label={`${words.task.tones[tone]}, ${author}, ${formats.time(at)}`}
      className={cx(
        'group flex flex-col px-3 transition-colors duration-700 focus:outline-none focus-visible:outline-none sm:px-5',
        ours ? 'items-end' : 'items-start',
        first ? 'pt-3' : 'pt-0.5',
        lit && 'bg-selected',
      )}
    >
      {first && (
        <p className="mb-1 flex max-w-full items-center gap-1.5 px-1 text-xs text-soft">
          <ToneMark tone={tone} />
          <bdi className="truncate font-medium text-ink">{author}</bdi>
          {tone !== 'client' && <span className="truncate">· {words.task.tones[tone]}</span>}
        </p>
      )}
      <div className={cx('flex max-w-full items-end gap-1 sm:max-w-[85%]', ours && 'flex-row-reverse')}>
        <div className={cx('min-w-0 rounded-2xl px-3 py-2', BUBBLES[tone])}>
          {quoted !== undefined && <Quote comment={quoted} id={comment.replyTo} onShow={onShow} />}
          <CommentBody comment={comment} mentioned={notified} onShow={onShow} />
          {notified.length > 0 && (
            <p className="mt-1 text-xs text-comment-ink">
              {words.task.notifies(notified.map(({ name }) => name).join(', '))}
            </p>
          )}
          <p className="mt-0.5 flex items-center justify-end gap-1 text-[0.6875rem] text-soft tabular-nums">
            {comment.bulk && <span>{words.task.bulk} ·</span>}
            {comment.editedAt && !comment.deletedAt && (
              <span title={formats.moment(new Date(comment.editedAt))}>{words.task.edited}</span>
            )}
            <time dateTime={comment.at} title={formats.moment(at)}>
              {formats.time(at)}
            </time>
            {delivery && <Ticks delivery={delivery} />}
          </p>
        </div>
        <div className="flex shrink-0 opacity-0 group-hover:opacity-100 focus-within:opacity-100 pointer-coarse:opacity-70">
          {!comment.deletedAt && (
            <IconButton
              label={words.task.replyTo(author)}
              onClick={() => onReply(comment)}
              className="size-7 pointer-coarse:hidden"
            >
              <Reply size={15} aria-hidden="true" />
            </IconButton>
          )}
          <IconButton
            label={room.entry.menu(author)}
            aria-haspopup="menu"
            onClick={(event) => onMenu(comment, event.currentTarget)}
            className="size-7"
          >
            <Ellipsis size={15} aria-hidden="true" />
          </IconButton>
        </div>
      </div>
      {comment.reactions.length > 0 && (
        <p className="-mt-1 flex gap-1 px-2">
          {comment.reactions.map(({ emoji, by }) => (
            <span
              key={by}
              role="img"
              aria-label={words.task.reaction(emoji)}
              className="rounded-full border border-line bg-raised px-1.5 text-sm leading-6"
            >
              {emoji}
            </span>
          ))}
        </p>
      )}
      {delivery && <DeliveryLine comment={comment} delivery={delivery} onUndone={onUndone} />}
    </article>
  )
}

const MARKS = { internal: Lock, scenario: Workflow, phone: Smartphone }

function ToneMark({ tone }: { tone: Tone }) {
  const Icon = tone in MARKS ? MARKS[tone as keyof typeof MARKS] : null
  return Icon && <Icon size={12} aria-hidden="true" className="shrink-0" />
}

function authorName({ author }: Comment, words: Words): string {
  if (author.name !== '') return author.name
  return author.kind === 'scenario' || author.kind === 'phone_app' ? words.task.authors[author.kind] : '…'
}

function peopleOf({ notified }: Comment, colleagues: readonly Person[]): Person[] {
  if (notified.length === 0) return NOBODY
  const ids = notified.flatMap(({ kind, id }) => (kind === 'employee' ? [id] : []))
  return ids.flatMap((id) => colleagues.find((one) => one.id === id) ?? [])
}

const NOBODY: Person[] = []
