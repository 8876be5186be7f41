import { Outlet, useParams } from '@tanstack/react-router'
import { cx } from '../ui/class-names.ts'
import { TaskListPane } from './task-list-pane.tsx'

/** The list and what is chosen in it: side by side, or one at a time where there is no room for both. */
export function InboxPage() {
  const { taskId } = useParams({ strict: false })
  const chosen = taskId !== undefined
  return (
    <div className="flex h-full min-w-0">
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
    </div>
  )
}
