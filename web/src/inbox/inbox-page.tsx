import { Outlet, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { cx } from '../ui/class-names.ts'
import { useStore } from '../ui/store.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { picker } from './picker.ts'
import { TaskListPane } from './task-list-pane.tsx'
import { useMarkRead } from './use-mark-read.ts'
import { ViewList } from './view-list.tsx'
import { inboxWords } from './words.ts'

const Pickers = lazy(async () => {
  const { Pickers } = await import('./pickers.tsx')
  return { default: Pickers }
})

/** The views, the list and what is chosen in it: side by side, or one at a time where there is no room. */
export function InboxPage() {
  const { taskId } = useParams({ strict: false })
  const search = useSearch({ from: '/app/inbox' })
  const asked = useStore(picker)
  const app = useWords()
  const words = useRoomWords(inboxWords)
  const chosen = taskId !== undefined
  return (
    <div className="flex h-full min-w-0">
      <aside
        aria-label={words.view.list}
        className="hidden w-56 shrink-0 overflow-y-auto border-r border-line bg-ground p-2.5 2xl:block"
      >
        <p aria-hidden="true" className="flex h-8 items-center px-2 font-semibold tracking-tight">
          {app.app.inbox}
        </p>
        <ViewList search={search} />
      </aside>
      <div
        className={cx(
          'w-full min-w-0 shrink-0 border-line bg-panel md:block md:w-72 md:border-r xl:w-80',
          chosen && 'hidden',
        )}
      >
        <TaskListPane chosen={taskId ?? null} />
      </div>
      <div className={cx('min-w-0 flex-1 md:block', !chosen && 'hidden')}>
        <Outlet />
      </div>
      {chosen && <MarkRead key={taskId} taskId={taskId} />}
      {asked && (
        <Suspense>
          <Pickers asked={asked} />
        </Suspense>
      )}
    </div>
  )
}

function MarkRead({ taskId }: { taskId: string }) {
  useMarkRead(taskId)
  return null
}
