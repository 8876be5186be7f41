import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { meQuery } from '../api/session.ts'
import type { OpenedTask, Person } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import { Fact } from './contact-pane.tsx'
import { useChangeTask } from './use-change-task.ts'

/** Who works on the task, and who was brought in. */
export function People({ task }: { task: OpenedTask }) {
  const words = useWords()
  const errorText = useErrorText()
  const me = useQuery(meQuery).data
  const change = useChangeTask(task.id)
  const mine = task.assignees.some(({ id }) => id === me?.id)
  const takeIt = ({ id, name }: Person) =>
    change.mutate({
      change: { assigneeIds: [...task.assignees.map((one) => one.id), id] },
      expected: { assignees: [...task.assignees, { id, name }] },
    })
  return (
    <>
      <Fact label={words.contact.assignees}>
        <PersonList people={task.assignees} />
        {me?.id && !mine && (
          <Button
            small
            look="quiet"
            className="-ml-2 mt-1"
            disabled={change.isPending}
            onClick={() => takeIt({ id: me.id ?? '', name: me.name })}
          >
            <UserPlus size={14} aria-hidden="true" />
            {words.contact.assignToMe}
          </Button>
        )}
        {change.error && (
          <Notice look="danger" urgent>
            {errorText(change.error)}
          </Notice>
        )}
      </Fact>
      {task.participants.length > 0 && (
        <Fact label={words.contact.participants}>
          <PersonList people={task.participants} />
        </Fact>
      )}
    </>
  )
}

function PersonList({ people }: { people: readonly Person[] }) {
  const words = useWords()
  if (people.length === 0) return <p className="text-soft">{words.contact.nobody}</p>
  return (
    <ul className="space-y-1">
      {people.map(({ id, name }) => (
        <li key={id} className="flex items-center gap-2">
          <Avatar name={name} id={id} small />
          <bdi className="truncate">{name}</bdi>
        </li>
      ))}
    </ul>
  )
}
