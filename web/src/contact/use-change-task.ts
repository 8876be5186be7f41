import { useMutation, useQueryClient } from '@tanstack/react-query'
import { changeTask, type TaskChange, taskListKey, taskQuery } from '../api/tasks.ts'
import type { OpenedTask } from '../api/types.ts'

/** Changes a task, one change after the other; the screen shows it at once, and takes it back should the server refuse. */
export function useChangeTask(id: string) {
  const client = useQueryClient()
  const { queryKey } = taskQuery(id)
  const mutationKey = ['change-task', id]
  return useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: ({ change }: { change: TaskChange; expected: Partial<OpenedTask> }) => changeTask(id, change),
    onMutate: ({ expected }) => {
      // Not waited for: what somebody sees must not turn back for a moment while an answer is given up.
      void client.cancelQueries({ queryKey }, { revert: false })
      const before = client.getQueryData(queryKey)
      client.setQueryData(queryKey, (task) => task && { ...task, ...expected })
      return { before }
    },
    onError: (_error, _variables, context) => client.setQueryData(queryKey, context?.before),
    onSuccess: (task) => {
      // While another change is on its way, the answer is older than what is shown.
      if (client.isMutating({ mutationKey }) <= 1) client.setQueryData(queryKey, task)
      void client.invalidateQueries({ queryKey: taskListKey })
      void client.invalidateQueries({ queryKey: ['feed', id] })
      // Whether a button can be pressed hangs on the task.
      void client.invalidateQueries({ queryKey: ['task-buttons', id] })
    },
  })
}
