import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { request } from '../api/request.ts'
import type { Comment } from '../api/types.ts'
import { useRoomWords } from '../words/room-words.ts'
import { taskWords } from './words.ts'

interface BulkMarkProps {
  comment: Comment
  icon: ReactNode
  onShow: (id: string) => void
}

/** A client's message that answers a mailing: which one, and the way to what they got. */
export function BulkMark({ comment, ...props }: BulkMarkProps) {
  const answered = readAnswered(comment.data)
  // Most messages answer none: nothing is asked for them.
  return answered && <Answered answered={answered} {...props} />
}

function Answered({ answered, icon, onShow }: Omit<BulkMarkProps, 'comment'> & { answered: AnsweredBulk }) {
  const { marks } = useRoomWords(taskWords)
  const { commentId, campaignId } = answered
  const campaign = useQuery({
    queryKey: ['campaign-name', campaignId],
    queryFn: ({ signal }) =>
      request<{ name: string }>('GET', `/api/campaigns/${encodeURIComponent(campaignId ?? '')}`, { signal }),
    enabled: campaignId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  }).data
  const name = campaign ? marks.replyToCampaign(campaign.name) : marks.replyToBulk
  return (
    <p className="flex min-w-0 items-center gap-1 text-xs text-soft">
      <span className="shrink-0">{icon}</span>
      {commentId === null ? (
        <bdi className="truncate">{name}</bdi>
      ) : (
        <button
          type="button"
          title={marks.seeBulk}
          onClick={() => onShow(commentId)}
          className="min-w-0 truncate underline decoration-current/40 underline-offset-2 hover:decoration-current"
        >
          <bdi>{name}</bdi>
        </button>
      )}
    </p>
  )
}

interface AnsweredBulk {
  commentId: string | null
  campaignId: string | null
}

function readAnswered(data: Comment['data']): AnsweredBulk | null {
  const answered = data.replyToBulk
  if (typeof answered !== 'object' || answered === null) return null
  const { commentId, campaignId } = answered as Record<string, unknown>
  return {
    commentId: typeof commentId === 'string' ? commentId : null,
    campaignId: typeof campaignId === 'string' ? campaignId : null,
  }
}
