import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { taskListQuery } from '../api/tasks.ts'
import type { Task } from '../api/types.ts'
import { StatusDot } from '../inbox/status-dot.tsx'
import { useWords } from '../words/language.tsx'

export function OtherTasks({ task }: { task: Task }) {
  const words = useWords()
  const pages = useInfiniteQuery(taskListQuery({ status: 'all', contactId: task.requester.id })).data?.pages
  const others = pages?.flatMap(({ items }) => items).filter(({ id }) => id !== task.id)
  return (
    <section aria-label={words.contact.otherTasks} className="p-4">
      <h2 className="mb-2 font-semibold">{words.contact.otherTasks}</h2>
      {others?.length === 0 && <p className="text-soft">{words.contact.noOtherTasks}</p>}
      <ul>
        {others?.map((other) => (
          <li key={other.id}>
            <Link
              to="/inbox/$taskId"
              params={{ taskId: other.id }}
              search={({ view, q }) => ({ ...(view ? { view } : {}), ...(q ? { q } : {}) })}
              className="-mx-2 flex min-h-8 items-center gap-2 rounded-md px-2 hover:bg-hover pointer-coarse:min-h-11"
            >
              <StatusDot status={other.status} />
              <span className="text-soft tabular-nums">#{other.number}</span>
              <bdi className="truncate">{other.title}</bdi>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
