import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { phoneQuery } from '../api/people.ts'
import { Button } from '../ui/button.tsx'
import { LINK_BUTTON_PLAIN } from '../ui/link-button.ts'
import { Empty } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { FIRST_VIEW, type InboxSearch } from './inbox-search.ts'
import type { TaskListState } from './use-task-list.ts'
import { inboxWords } from './words.ts'

interface ListStatesProps {
  query: Pick<TaskListState['query'], 'error' | 'isPending' | 'refetch'>
  isEmpty: boolean
  /** something besides the view narrows the list */
  filtered: boolean
  search: InboxSearch
  children: ReactNode
}

/** The list, or why there is none. */
export function ListStates({ query, isEmpty, filtered, search, children }: ListStatesProps) {
  const app = useWords()
  const words = useRoomWords(inboxWords)
  const errorText = useErrorText()
  if (!isEmpty) return children
  if (query.error) {
    return (
      <Empty title={errorText(query.error)}>
        <Button onClick={() => void query.refetch()}>{app.app.tryAgain}</Button>
      </Empty>
    )
  }
  if (query.isPending) return <p className="sr-only">{app.app.loading}</p>
  if (filtered) return <Empty title={words.empty.filtered} />
  if (search.saved !== undefined) return <Empty title={words.empty.saved} />
  const view = search.view ?? FIRST_VIEW
  if (view === 'snoozed') return <Empty title={words.empty.snoozed} hint={words.empty.snoozedHint} />
  return (
    <Empty title={words.empty[view]} hint={words.empty.hint}>
      {view === 'all' && <WriteAsClient />}
    </Empty>
  )
}

/** Where the provider is played, a newcomer finds the other side of the conversation here. */
function WriteAsClient() {
  const words = useRoomWords(inboxWords)
  const phone = useQuery(phoneQuery)
  if (phone.data !== true) return null
  return (
    <a href="/simulator/phone" target="_blank" rel="noopener noreferrer" className={LINK_BUTTON_PLAIN}>
      {words.empty.writeAsClient}
    </a>
  )
}
