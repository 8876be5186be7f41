import { CircleDashed, Forward, Megaphone, MousePointerClick } from 'lucide-react'
import type { Comment } from '../api/types.ts'
import { useWords } from '../words/language.tsx'
import { AttachmentView } from './attachment-view.tsx'
import { LinkedText } from './linked-text.tsx'
import { readAdvert } from './shared-data.ts'
import { SharedCards, SharedPlace } from './shared-things.tsx'

const MARK = 'flex items-center gap-1 text-xs text-soft'

/** What a comment says: marks, files, and its words or what stands for them. */
export function CommentBody({ comment }: { comment: Comment }) {
  const words = useWords()
  if (comment.deletedAt) return <p className="text-soft italic">{words.task.deleted}</p>
  const advert = readAdvert(comment.data)
  return (
    <div className="space-y-1.5">
      {comment.data.forwarded !== undefined && (
        <p className={MARK}>
          <Forward size={13} aria-hidden="true" />
          {words.task.forwarded}
        </p>
      )}
      {advert && (
        <p className={MARK}>
          <Megaphone size={13} aria-hidden="true" className="shrink-0" />
          {words.task.fromAdvert}
          {advert.headline && <bdi className="truncate">: {advert.headline}</bdi>}
        </p>
      )}
      {(comment.kind === 'button' || (comment.kind === 'interactive' && comment.author.kind === 'contact')) && (
        <p className={MARK}>
          <MousePointerClick size={13} aria-hidden="true" />
          {words.task.pressed}
        </p>
      )}
      {comment.attachments.map((file) => (
        <AttachmentView key={file.id} file={file} kind={comment.kind} />
      ))}
      <Words comment={comment} />
    </div>
  )
}

function Words({ comment }: { comment: Comment }) {
  const words = useWords()
  if (comment.kind === 'location') return <SharedPlace comment={comment} />
  if (comment.kind === 'contacts') return <SharedCards comment={comment} />
  if (comment.kind === 'unsupported') {
    return (
      <p className="flex items-start gap-1.5 text-soft italic">
        <CircleDashed size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
        {comment.text ?? words.kinds.unsupported}
      </p>
    )
  }
  if (comment.text) return <LinkedText text={comment.text} />
  return comment.attachments.length === 0 ? <p className="text-soft italic">{words.kinds[comment.kind]}</p> : null
}
