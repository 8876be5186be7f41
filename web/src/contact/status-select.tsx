import type { OpenedTask } from '../api/types.ts'
import { statusName } from '../inbox/status-name.ts'
import { Select } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import { useChangeTask } from './use-change-task.ts'

export function StatusSelect({ task }: { task: OpenedTask }) {
  const words = useWords()
  const errorText = useErrorText()
  const change = useChangeTask(task.id)
  return (
    <>
      <Select
        label={words.contact.status}
        value={task.status.key}
        options={task.statuses.map((status) => ({ value: status.key, label: statusName(status, words) }))}
        onChange={({ target }) => {
          const status = task.statuses.find(({ key }) => key === target.value)
          if (status) change.mutate({ change: { status: status.key }, expected: { status } })
        }}
      />
      {change.error && (
        <Notice look="danger" urgent className="mt-2">
          {errorText(change.error)}
        </Notice>
      )}
    </>
  )
}
