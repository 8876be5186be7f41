import { lazy, memo, Suspense } from 'react'
import type { Comment, Person } from '../api/types.ts'
import type { PendingComment } from '../composer/outbox.ts'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { CommentView } from './comment-view.tsx'
import type { FeedRow } from './feed-rows.ts'
import { PendingView } from './pending-view.tsx'
import { taskWords } from './words.ts'

const history = () => import('./history/imported-view.tsx')
const ImportedView = lazy(() => history().then((module) => ({ default: module.ImportedView })))
const HistoryDivider = lazy(() => history().then((module) => ({ default: module.HistoryDivider })))
const HistoryStart = lazy(() => history().then((module) => ({ default: module.HistoryStart })))
const RunLineView = lazy(() => import('./run-line-view.tsx').then((module) => ({ default: module.RunLineView })))

export interface FeedRowViewProps {
  row: FeedRow
  quoted: Comment | null | undefined
  colleagues: readonly Person[]
  lit: boolean
  taskId: string
  client: string
  onReply: (comment: Comment) => void
  onShow: (id: string) => void
  onMenu: (comment: Comment, anchor: HTMLElement) => void
  onEdit: (pending: PendingComment) => void
  onUndone: (comment: Comment) => void
}

export const FeedRowView = memo(function FeedRowView({ row, taskId, client, onEdit, ...props }: FeedRowViewProps) {
  switch (row.type) {
    case 'day':
      return <DayHeading at={row.at} />
    case 'unread':
      return <UnreadLine />
    case 'run':
      return (
        <Suspense fallback={<div className="h-8" />}>
          <RunLineView line={row.line} />
        </Suspense>
      )
    case 'imported':
      return (
        <Suspense fallback={<div className="h-16" />}>
          <ImportedView message={row.message} first={row.first} taskId={taskId} client={client} />
        </Suspense>
      )
    case 'history':
      return (
        <Suspense fallback={<div className="h-18" />}>
          <HistoryDivider from={row.from} to={row.to} />
        </Suspense>
      )
    case 'history-start':
      return (
        <Suspense fallback={<div className="h-9" />}>
          <HistoryStart />
        </Suspense>
      )
    case 'pending':
      return <PendingView pending={row.pending} onEdit={onEdit} />
    case 'comment':
      return <CommentView comment={row.comment} first={row.first} {...props} />
  }
})

const MINUTE = 60_000

function DayHeading({ at }: { at: Date }) {
  const { formats } = useLanguage()
  const now = useNow(MINUTE)
  return (
    <h3 className="flex items-center gap-3 px-5 pt-4 pb-1 text-xs font-medium text-soft">
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
      {formats.day(at, now)}
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
    </h3>
  )
}

function UnreadLine() {
  const words = useRoomWords(taskWords)
  return (
    <p className="flex items-center gap-3 px-5 pt-3 pb-1 text-xs font-semibold text-accent">
      <span aria-hidden="true" className="h-px flex-1 bg-accent" />
      {words.unread.line}
      <span aria-hidden="true" className="h-px flex-1 bg-accent" />
    </p>
  )
}
