import { ListFilter } from 'lucide-react'
import type { FeedPart } from '../api/comments.ts'
import { Button } from '../ui/button.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { taskWords } from './words.ts'

/** Whoever sees a part of the feed knows that it is a part. */
export function FilterNotice({ show, onShow }: { show: FeedPart; onShow: (show: FeedPart) => void }) {
  const { shown } = useRoomWords(taskWords)
  if (show === 'all') return null
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-selected px-4 py-1.5 text-[0.8125rem]"
    >
      <ListFilter size={14} aria-hidden="true" className="shrink-0 text-accent" />
      <span className="min-w-0 flex-1">{shown.only[show]}</span>
      <Button small onClick={() => onShow('all')}>
        {shown.showAll}
      </Button>
    </div>
  )
}
