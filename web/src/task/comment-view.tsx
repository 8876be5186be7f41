import { Lock, Reply, Smartphone, Workflow } from 'lucide-react'
import { memo } from 'react'
import type { Comment, Person } from '../api/types.ts'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import type { Words } from '../words/en.ts'
import { useLanguage } from '../words/language.tsx'
import { CommentBody } from './comment-body.tsx'
import { DeliveryTrouble } from './delivery-trouble.tsx'
import { Quote } from './quote.tsx'
import { SystemLine } from './system-line.tsx'
import { Ticks } from './ticks.tsx'
import { type Tone, toneOf } from './tone.ts'

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
  onReply: (comment: Comment) => void
  onShow: (id: string) => void
}

export const CommentView = memo(function CommentView(props: CommentViewProps) {
  const { comment, first, quoted, colleagues, onReply, onShow } = props
  const { words, formats } = useLanguage()
  const tone = toneOf(comment)
  if (tone === 'system') return <SystemLine comment={comment} />

  const ours = tone !== 'client'
  const at = new Date(comment.at)
  const author = authorName(comment, words)
  const { delivery } = comment
  const notified = namesOf(comment, colleagues)
  return (
    <article
      aria-label={`${words.task.tones[tone]}, ${author}, ${formats.time(at)}`}
      className={cx('group flex flex-col px-3 sm:px-5', ours ? 'items-end' : 'items-start', first ? 'pt-3' : 'pt-0.5')}
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
          {quoted !== undefined && <Quote comment={quoted} onShow={onShow} />}
          <CommentBody comment={comment} />
          {notified && <p className="mt-1 text-xs text-comment-ink">{words.task.notifies(notified)}</p>}
          <p className="mt-0.5 flex items-center justify-end gap-1 text-[0.6875rem] text-soft tabular-nums">
            {comment.bulk && <span>{words.task.bulk} ·</span>}
            {comment.editedAt && <span>{words.task.edited}</span>}
            <time dateTime={comment.at} title={formats.moment(at)}>
              {formats.time(at)}
            </time>
            {delivery && <Ticks delivery={delivery} />}
          </p>
        </div>
        {!comment.deletedAt && (
          <IconButton
            label={words.task.replyTo(author)}
            onClick={() => onReply(comment)}
            className="size-7 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-70"
          >
            <Reply size={15} aria-hidden="true" />
          </IconButton>
        )}
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
      {delivery && <DeliveryTrouble comment={comment} delivery={delivery} />}
    </article>
  )
})

const MARKS = { internal: Lock, scenario: Workflow, phone: Smartphone }

function ToneMark({ tone }: { tone: Tone }) {
  const Icon = tone in MARKS ? MARKS[tone as keyof typeof MARKS] : null
  return Icon && <Icon size={12} aria-hidden="true" className="shrink-0" />
}

function authorName({ author }: Comment, words: Words): string {
  if (author.name !== '') return author.name
  return author.kind === 'scenario' || author.kind === 'phone_app' ? words.task.authors[author.kind] : '…'
}

function namesOf({ notified }: Comment, colleagues: readonly Person[]): string {
  const ids = notified.flatMap(({ kind, id }) => (kind === 'employee' ? [id] : []))
  return ids.flatMap((id) => colleagues.find((one) => one.id === id)?.name ?? []).join(', ')
}
