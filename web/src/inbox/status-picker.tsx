import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { request } from '../api/request.ts'
import { taskQuery } from '../api/tasks.ts'
import type { Page, Task, TaskStatus } from '../api/types.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { Choice, ChoiceList } from './choice-list.tsx'
import type { Target } from './picker.ts'
import { StatusDot } from './status-dot.tsx'
import { statusName } from './status-name.ts'
import { onlyTask, putBack, useChangeTarget } from './use-change-target.ts'
import { useTaskActions } from './use-task-actions.ts'
import { inboxWords } from './words.ts'

/** The statuses that one task can have, or any of the tasks. */
export function StatusPicker({ target, onClose }: { target: Target; onClose: () => void }) {
  const app = useWords()
  const words = useRoomWords(inboxWords)
  const actions = useTaskActions()
  const many = useChangeTarget(target)
  const one = onlyTask(target)
  const tasks = 'tasks' in target ? target.tasks : NONE
  const statuses = useStatuses(one, tasks)
  const choose = (status: TaskStatus) => {
    if (one) {
      onClose()
      return void actions.setStatus(one.id, status)
    }
    const undo = () =>
      putBack(
        tasks,
        (task) => task.status.key,
        (key) => ({ status: key }),
      )
    void many.changeAll({ status: status.key }, () => ({ status }), tasks.length > 0 ? undo : undefined)
  }
  return (
    <Dialog title={words.pick.statusTitle} onClose={onClose}>
      {many.progress !== null && <p role="status">{words.select.working(many.progress)}</p>}
      <ChoiceList label={words.pick.statusTitle} placeholder={words.pick.statusHint} empty={words.pick.none}>
        {statuses.map((status) => (
          <Choice key={status.key} value={status.key} name={statusName(status, app)} onSelect={() => choose(status)}>
            <StatusDot status={status} />
            <bdi className="truncate">{statusName(status, app)}</bdi>
          </Choice>
        ))}
      </ChoiceList>
    </Dialog>
  )
}

const NONE: readonly Task[] = []

function useStatuses(one: Task | null, tasks: readonly Task[]): readonly TaskStatus[] {
  const client = useQueryClient()
  const opened = useQuery({ ...taskQuery(one?.id ?? ''), enabled: one !== null }).data
  const templates = useQuery({
    queryKey: ['task-templates', 'statuses'] as const,
    queryFn: ({ signal }) =>
      request<Page<{ statuses: TaskStatus[] }>>('GET', '/api/task-templates', { query: { limit: 200 }, signal }),
    enabled: one === null,
  }).data
  return useMemo(() => {
    if (one) return opened?.statuses ?? []
    const known = [
      ...(templates?.items.flatMap(({ statuses }) => statuses) ?? []),
      ...tasks.flatMap(({ id, status }) => client.getQueryData(taskQuery(id).queryKey)?.statuses ?? [status]),
    ]
    return [...new Map(known.map((status) => [status.key, status])).values()]
  }, [client, one, opened, templates, tasks])
}
