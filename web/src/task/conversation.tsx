import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import type { FeedPart } from '../api/comments.ts'
import type { OpenedTask } from '../api/types.ts'
import { Composer } from '../composer/composer.tsx'
import { DropZone } from '../composer/drop-zone.tsx'
import { useComposer } from '../composer/use-composer.ts'
import { useStore } from '../ui/store.ts'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { Feed } from './feed.tsx'
import { feedShown, setFeedShown } from './feed-shown.ts'
import { TaskHeader } from './task-header.tsx'
import { taskWords } from './words.ts'

/** @param fresh false: the task comes from the cache and is being asked for anew */
export function Conversation({ task, fresh }: { task: OpenedTask; fresh: boolean }) {
  const composer = useComposer(task, fresh)
  const { hold } = useRoomWords(taskWords)
  const entry = useEntryOfAddress()
  const shown = useStore(feedShown)
  // An entry that a link names is shown, whatever is hidden otherwise.
  const [whole, setWhole] = useState(entry !== null)
  const show = whole ? 'all' : shown
  const showAll = useCallback(() => setWhole(true), [])
  const choose = (part: FeedPart) => {
    setWhole(false)
    setFeedShown(part)
  }
  return (
    <DropZone onFiles={composer.addFiles} className="flex h-full flex-col">
      <TaskHeader task={task} show={show} onShow={choose} />
      <div className="min-h-0 flex-1">
        <Feed
          task={task}
          show={show}
          onShow={choose}
          onShowAll={showAll}
          entry={entry}
          onReply={composer.replyTo}
          onEdit={composer.takeBack}
          onUndone={(comment) => {
            composer.undone(comment)
            showToast(hold.back)
          }}
        />
      </div>
      <Composer task={task} composer={composer} />
    </DropZone>
  )
}

/** The entry that the address named when the task was opened. It does not stay there: the next task has no such entry. */
function useEntryOfAddress(): string | null {
  const { comment } = useSearch({ strict: false })
  const navigate = useNavigate()
  const [entry, setEntry] = useState<string | null>(comment ?? null)
  useEffect(() => {
    if (comment === undefined) return
    setEntry(comment)
    void navigate({ to: '.', search: ({ comment: _, ...rest }) => rest, replace: true })
  }, [comment, navigate])
  return entry
}
