import { FileClock, History as HistoryIcon, Smartphone } from 'lucide-react'
import { useMemo } from 'react'
import { cx } from '../../ui/class-names.ts'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { CommentBody } from '../comment-body.tsx'
import { asComment, type ImportedMessage } from './history-api.ts'
import { historyWords } from './words.ts'

interface ImportedViewProps {
  message: ImportedMessage
  /** the first of a group shows who speaks */
  first: boolean
  taskId: string
  client: string
}

const NOBODY: never[] = []
const nothing = () => undefined

/** A message of the history: to be read, not to be answered. */
export function ImportedView({ message, first, taskId, client }: ImportedViewProps) {
  const { words, formats } = useLanguage()
  const room = useRoomWords(historyWords)
  const comment = useMemo(() => asComment(message, taskId, client), [message, taskId, client])
  const ours = message.direction === 'out'
  const author = ours ? words.task.authors.phone_app : client
  const at = new Date(message.at)
  return (
    <article
      aria-label={room.entry(author, formats.moment(at))}
      className={cx('flex flex-col px-3 sm:px-5', ours ? 'items-end' : 'items-start', first ? 'pt-3' : 'pt-0.5')}
    >
      {first && (
        <p className="mb-1 flex max-w-full items-center gap-1.5 px-1 text-xs text-soft">
          {ours && <Smartphone size={12} aria-hidden="true" className="shrink-0" />}
          <bdi className="truncate font-medium">{author}</bdi>
        </p>
      )}
      <div
        className={cx(
          'max-w-full min-w-0 rounded-2xl border border-dashed border-line px-3 py-2 sm:max-w-[85%]',
          ours ? 'rounded-br-sm' : 'rounded-bl-sm',
        )}
      >
        {message.placeholder ? (
          <p className="flex items-start gap-1.5 text-soft italic">
            <FileClock size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
            {room.noFile}
          </p>
        ) : (
          <CommentBody comment={comment} mentioned={NOBODY} onShow={nothing} />
        )}
        <p className="mt-0.5 text-right text-[0.6875rem] text-soft tabular-nums">
          <time dateTime={message.at} title={formats.moment(at)}>
            {formats.time(at)}
          </time>
        </p>
      </div>
    </article>
  )
}

/** Where the history ends and the task begins. */
export function HistoryDivider({ from, to }: { from: Date; to: Date }) {
  const { formats } = useLanguage()
  const room = useRoomWords(historyWords)
  const now = new Date()
  const [first, last] = [formats.day(from, now), formats.day(to, now)]
  return (
    <div className="mx-3 mt-4 mb-1 rounded-lg border border-line bg-panel px-3 py-2 text-xs text-soft sm:mx-5">
      <h3 className="flex items-center gap-2 font-semibold text-ink">
        <HistoryIcon size={14} aria-hidden="true" className="shrink-0" />
        {room.title}
      </h3>
      <p className="mt-0.5">{first === last ? room.day(first) : room.range(first, last)}</p>
    </div>
  )
}

/** Nothing older was handed over. */
export function HistoryStart() {
  const room = useRoomWords(historyWords)
  return <p className="px-5 pt-4 pb-1 text-center text-xs text-soft">{room.start}</p>
}
