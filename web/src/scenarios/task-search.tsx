import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import type { Task } from '../api/types.ts'
import { Field } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { foundTasksQuery } from './check-api.ts'
import { runWords } from './run-words.ts'

const PAUSE_MS = 250

/** Finds a task by its client, phone or number. @param children what can be done with each that was found */
export function TaskSearch({ children }: { children: (task: Task) => ReactNode }) {
  const words = useRoomWords(runWords).filter
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  const tasks = useQuery(foundTasksQuery(asked))
  return (
    <div className="space-y-3">
      <Field
        label={words.search}
        hideLabel
        type="search"
        placeholder={words.searchHint}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {tasks.data?.length === 0 && <p role="status">{words.nobody}</p>}
      <ul className="max-h-80 divide-y divide-line overflow-y-auto">
        {tasks.data?.map((task) => (
          <li key={task.id} className="flex flex-wrap items-center justify-between gap-2 py-2">
            <span className="min-w-0">
              <span className="font-medium wrap-anywhere">{task.requester.name}</span>
              <span className="block text-xs text-soft">
                №{task.number} · {task.status.name}
              </span>
            </span>
            <span className="flex flex-wrap gap-2">{children(task)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
