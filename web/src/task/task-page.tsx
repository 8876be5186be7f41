import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { ApiFailure } from '../api/request.ts'
import { taskQuery } from '../api/tasks.ts'
import { ContactPane } from '../contact/contact-pane.tsx'
import { usePanelShown } from '../contact/panel-store.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Empty } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import { Conversation } from './conversation.tsx'

/** The chosen task: its conversation, and beside it (or in its place) the contact. */
export function TaskPage() {
  const { taskId } = useParams({ from: '/app/inbox/$taskId' })
  const { details = false } = useSearch({ from: '/app/inbox' })
  const panel = usePanelShown()
  const words = useWords()
  const errorText = useErrorText()
  const query = useQuery({ ...taskQuery(taskId), refetchOnMount: 'always' })
  if (!query.data) {
    if (!query.error) return <p className="sr-only">{words.app.loading}</p>
    if (query.error instanceof ApiFailure && query.error.status === 404) return <Empty title={words.task.notFound} />
    return (
      <Empty title={errorText(query.error)}>
        <Button onClick={() => void query.refetch()}>{words.app.tryAgain}</Button>
      </Empty>
    )
  }
  return (
    <div className="flex h-full min-w-0">
      <div className={cx('h-full min-w-0 flex-1 bg-panel lg:block', details && 'hidden')}>
        {/* Another task is another conversation: nothing of its composer is carried over. */}
        <Conversation key={taskId} task={query.data} fresh={query.isFetchedAfterMount} />
      </div>
      <div
        className={cx(
          'h-full w-full min-w-0 shrink-0 overflow-y-auto border-line bg-ground lg:w-72 lg:border-l xl:w-80',
          panel ? 'lg:block' : 'lg:hidden',
          !details && 'hidden',
        )}
      >
        <ContactPane key={taskId} task={query.data} />
      </div>
    </div>
  )
}
