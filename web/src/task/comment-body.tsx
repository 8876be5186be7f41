import { Forward, ListChecks, Megaphone, MousePointerClick, Reply, ShoppingBag } from 'lucide-react'
import { lazy, type ReactNode, Suspense } from 'react'
import type { Comment, MessageKind, Person } from '../api/types.ts'
import { breakable } from '../ui/breakable.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { AttachmentView } from './attachment-view.tsx'
import { BulkMark } from './bulk-mark.tsx'
import { LinkedText } from './linked-text.tsx'
import { MessageParts } from './message-parts.tsx'
import { readAdvert, readParts } from './shared-data.ts'
import { taskWords } from './words.ts'

const RareBody = lazy(() => import('./rare-body.tsx').then((module) => ({ default: module.RareBody })))

interface CommentBodyProps {
  comment: Comment
  /** colleagues whom it notifies: their names stand out in it */
  mentioned: readonly Person[]
  onShow: (id: string) => void
}

/** What a comment says: marks, files, and its words or what stands for them. */
export function CommentBody({ comment, mentioned, onShow }: CommentBodyProps) {
  const words = useWords()
  const { marks } = useRoomWords(taskWords)
  if (comment.deletedAt) return <p className="text-soft italic">{words.task.deleted}</p>
  const { data } = comment
  const advert = readAdvert(data)
  const product = typeof data.product === 'object' && data.product !== null
  return (
    <div className="space-y-1.5">
      {data.forwarded !== undefined && (
        <Mark icon={<Forward size={13} aria-hidden="true" />}>
          {data.forwarded === 'frequently' ? marks.frequently : words.task.forwarded}
        </Mark>
      )}
      {advert && (
        <Mark icon={<Megaphone size={13} aria-hidden="true" className="shrink-0" />}>
          {words.task.fromAdvert}
          {advert.headline &&
            (advert.link ? (
              <a href={advert.link} target="_blank" rel="noopener noreferrer nofollow" className="truncate underline">
                <bdi>{advert.headline}</bdi>
              </a>
            ) : (
              <bdi className="truncate">: {advert.headline}</bdi>
            ))}
        </Mark>
      )}
      {product && <Mark icon={<ShoppingBag size={13} aria-hidden="true" />}>{marks.product}</Mark>}
      <BulkMark comment={comment} onShow={onShow} icon={<Reply size={13} aria-hidden="true" />} />
      <AnswerMark comment={comment} />
      {comment.attachments.map((file) => (
        <AttachmentView key={file.id} file={file} comment={comment} />
      ))}
      <Words comment={comment} mentioned={mentioned} />
    </div>
  )
}

export function Mark({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="flex min-w-0 items-center gap-1 text-xs text-soft">
      <span className="shrink-0">{icon}</span>
      {children}
    </p>
  )
}

/** How a client answered: by a button, from a list, with a form. */
function AnswerMark({ comment }: { comment: Comment }) {
  const words = useWords()
  const { marks } = useRoomWords(taskWords)
  if (comment.author.kind !== 'contact') return null
  const { type } = comment.data
  if (comment.kind === 'order') {
    return <Mark icon={<ShoppingBag size={13} aria-hidden="true" />}>{marks.order}</Mark>
  }
  if (comment.kind !== 'button' && comment.kind !== 'interactive') return null
  if (type === 'list_reply') return <Mark icon={<ListChecks size={13} aria-hidden="true" />}>{marks.list}</Mark>
  if (type === 'nfm_reply') return <Mark icon={<ListChecks size={13} aria-hidden="true" />}>{marks.flow}</Mark>
  return <Mark icon={<MousePointerClick size={13} aria-hidden="true" />}>{words.task.pressed}</Mark>
}

const RARE: ReadonlySet<MessageKind> = new Set(['location', 'contacts', 'order', 'unsupported'])

function Words({ comment, mentioned }: { comment: Comment; mentioned: readonly Person[] }) {
  const words = useWords()
  const { kind, text, data, author } = comment
  if (RARE.has(kind) || data.type === 'nfm_reply') {
    return (
      <Suspense fallback={text ? <LinkedText text={text} /> : null}>
        <RareBody comment={comment} />
      </Suspense>
    )
  }
  if (kind === 'template' || (kind === 'interactive' && author.kind !== 'contact')) {
    const parts = readParts(data)
    if (parts) return <MessageParts parts={parts} />
  }
  if (text) {
    const more = kind === 'interactive' && typeof data.description === 'string' ? data.description : null
    return (
      <>
        <LinkedText text={text} mentioned={mentioned} />
        {more && <bdi className="block text-xs text-soft wrap-anywhere">{breakable(more)}</bdi>}
      </>
    )
  }
  return comment.attachments.length === 0 ? <p className="text-soft italic">{words.kinds[kind]}</p> : null
}
