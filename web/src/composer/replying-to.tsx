import { useQuery } from '@tanstack/react-query'
import { Reply, X } from 'lucide-react'
import { feedQuery } from '../api/comments.ts'
import { summaryOf } from '../task/quote.tsx'
import { IconButton } from '../ui/button.tsx'
import { useWords } from '../words/language.tsx'

interface ReplyingToProps {
  taskId: string
  commentId: string | null
  onCancel: () => void
}

export function ReplyingTo({ taskId, commentId, onCancel }: ReplyingToProps) {
  const words = useWords()
  const feed = useQuery({ ...feedQuery(taskId), enabled: false }).data
  if (commentId === null) return null
  const comment = feed?.comments.find(({ id }) => id === commentId)
  return (
    <div className="mx-2 mt-2 flex items-center gap-2 rounded-md bg-ink/5 py-0.5 pl-2.5 text-xs">
      <Reply size={13} aria-hidden="true" className="shrink-0 text-soft" />
      <p className="min-w-0 flex-1 truncate">
        {comment ? (
          <>
            <bdi className="font-medium">{comment.author.name}</bdi> <bdi>{summaryOf(comment, words)}</bdi>
          </>
        ) : (
          words.task.quotedEarlier
        )}
      </p>
      <IconButton label={words.composer.cancelReply} onClick={onCancel} className="size-7">
        <X size={14} aria-hidden="true" />
      </IconButton>
    </div>
  )
}
