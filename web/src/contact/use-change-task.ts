import { useMutation, useQueryClient } from '@tanstack/react-query'
import { changeTask, type TaskChange, taskListKey, taskQuery } from '../api/tasks.ts'
import type { OpenedTask } from '../api/types.ts'

/** Changes a task; the screen shows it at once, and takes it back should the server refuse. */
export function useChangeTask(id: string) {
  const client = useQueryClient()
  const { queryKey } = taskQuery(id)
  return useMutation({
    mutationFn: ({ change }: { change: TaskChange; expected: Partial<OpenedTask> }) => changeTask(id, change),
    onMutate: async ({ expected }) => {
      await client.cancelQueries({ queryKey })
      const before = client.getQueryData(queryKey)
      client.setQueryData(queryKey, (task) => task && { ...task, ...expected })
      return { before }
    },
    onError: (_error, _variables, context) => client.setQueryData(queryKey, context?.before),
    onSuccess: (task) => {
      client.setQueryData(queryKey, task)
      void client.invalidateQueries({ queryKey: taskListKey })
      void client.invalidateQueries({ queryKey: ['feed', id] })
    },
  })
}
