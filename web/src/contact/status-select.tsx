import type { OpenedTask } from '../api/types.ts'
import { statusName } from '../inbox/status-name.ts'
import { Select } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { Row } from './section.tsx'
import { useChangeTask } from './use-change-task.ts'
import { contactWords } from './words.ts'

export function StatusSelect({ task }: { task: OpenedTask }) {
  const words = useWords()
  const { task: own, errors } = useRoomWords(contactWords)
  const errorText = useErrorText(errors)
  const change = useChangeTask(task.id)
  const choose = (key: string) => {
    const status = task.statuses.find((one) => one.key === key)
    if (!status) return
    const before = task.status
    change.mutate(
      { change: { status: status.key }, expected: { status } },
      {
        onSuccess: () =>
          showToast(own.changed.status(statusName(status, words)), {
            action: {
              label: words.app.undo,
              run: () => change.mutate({ change: { status: before.key }, expected: { status: before } }),
            },
          }),
      },
    )
  }
  return (
    <Row label={words.contact.status}>
      <Select
        hideLabel
        className="-my-1"
        label={words.contact.status}
        value={task.status.key}
        options={task.statuses.map((status) => ({ value: status.key, label: statusName(status, words) }))}
        onChange={({ target }) => choose(target.value)}
      />
      {change.error && (
        <Notice look="danger" urgent className="mt-2">
          {errorText(change.error)}
        </Notice>
      )}
    </Row>
  )
}
