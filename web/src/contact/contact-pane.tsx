import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { lazy, Suspense } from 'react'
import type { OpenedTask } from '../api/types.ts'
import { useAfterPaint } from '../ui/after-paint.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useWords } from '../words/language.tsx'

// Asked for with the conversation: it is there before the contact is.
const loading = import('./panel-body.tsx')
const PanelBody = lazy(() => loading)

/** The right pane: who the client is, what is known of the task, what can be started in it. The conversation goes before it. */
export function ContactPane({ task }: { task: OpenedTask }) {
  const words = useWords()
  const painted = useAfterPaint()
  return (
    <aside aria-label={words.task.details} className="text-[0.8125rem]">
      <header className="flex items-center gap-2 border-b border-line px-2 py-2 lg:hidden">
        <Link
          to="/inbox/$taskId"
          params={{ taskId: task.id }}
          search={({ details: _, ...search }) => search}
          aria-label={words.app.back}
          className="inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-hover pointer-coarse:size-11"
        >
          <ChevronLeft size={20} aria-hidden="true" />
        </Link>
        <span className="font-semibold">{words.task.details}</span>
      </header>
      {painted ? (
        <Suspense fallback={<Known task={task} />}>
          <PanelBody task={task} />
        </Suspense>
      ) : (
        <Known task={task} />
      )}
    </aside>
  )
}

/** What is known without asking. */
const Known = ({ task: { requester } }: { task: OpenedTask }) => (
  <div className="flex items-center gap-3 p-4">
    <Avatar name={requester.name} id={requester.id} />
    <div className="min-w-0">
      <p className="truncate text-sm font-semibold">
        <bdi>{requester.name}</bdi>
      </p>
      <p className="text-soft">{requester.phone}</p>
    </div>
  </div>
)
