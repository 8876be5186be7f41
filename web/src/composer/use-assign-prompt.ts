import { useQuery, useQueryClient } from '@tanstack/react-query'
import { meQuery } from '../api/session.ts'
import { changeTask, taskQuery } from '../api/tasks.ts'
import type { OpenedTask } from '../api/types.ts'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { composerWords } from './words.ts'

/** Tasks of which somebody was asked already: once is enough. */
const asked = new Set<string>()

/** After an answer to the client in a task that is not mine: is it now? */
export function useAssignPrompt(task: OpenedTask): () => void {
  const client = useQueryClient()
  const me = useQuery(meQuery).data?.id ?? null
  const { assign } = useRoomWords(composerWords)
  const errorText = useErrorText()
  const { id, assignees } = task

  const toMe = async () => {
    if (me === null) return
    try {
      const assigneeIds = [...assignees.map((one) => one.id), me]
      client.setQueryData(taskQuery(id).queryKey, await changeTask(id, { assigneeIds }))
      showToast(assign.done)
    } catch (error) {
      asked.delete(id)
      showToast(errorText(error), { look: 'danger' })
    }
  }
  return () => {
    if (me === null || asked.has(id) || assignees.some((one) => one.id === me)) return
    asked.add(id)
    const whose = assignees.length === 0 ? assign.nobody : assign.others(assignees.map(({ name }) => name).join(', '))
    showToast(whose, { action: { label: assign.toMe, run: () => void toMe() } })
  }
}
