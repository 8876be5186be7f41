import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { meQuery } from '../api/session.ts'
import type { OpenedTask, Person } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { PeoplePicker } from './people-picker.tsx'
import { Row } from './section.tsx'
import { useChangeTask } from './use-change-task.ts'
import { contactWords } from './words.ts'

/** Who works on the task, and who was brought in (M9, M11). */
export function TaskPeople({ task }: { task: OpenedTask }) {
  const { app, contact: common } = useWords()
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const me = useQuery(meQuery).data
  const change = useChangeTask(task.id)
  const mine = task.assignees.some(({ id }) => id === me?.id)

  const assign = (assignees: Person[]) =>
    change.mutate({ change: { assigneeIds: assignees.map(({ id }) => id) }, expected: { assignees } })
  const sayAssigned = (before: Person[], now: Person[]) => {
    const names = now.map(({ name }) => name).join(', ') || words.task.changed.nobody
    showToast(words.task.changed.assignees(names), { action: { label: app.undo, run: () => assign(before) } })
  }
  const setAssignees = (assignees: Person[]) => {
    assign(assignees)
    sayAssigned(task.assignees, assignees)
  }
  const setParticipants = (participants: Person[]) =>
    change.mutate({ change: { participantIds: participants.map(({ id }) => id) }, expected: { participants } })
  return (
    <>
      <Row label={common.assignees}>
        <div className="flex items-start gap-1">
          <PersonList people={task.assignees} />
          <PeoplePicker
            label={words.task.assigneesEdit}
            channelId={task.channelId}
            chosen={task.assignees}
            onChange={setAssignees}
          />
        </div>
        {me?.id && !mine && (
          <Button
            small
            look="quiet"
            className="-ml-2.5 pointer-coarse:h-11"
            disabled={change.isPending}
            onClick={() => setAssignees([...task.assignees, { id: me.id ?? '', name: me.name }])}
          >
            <UserPlus size={14} aria-hidden="true" />
            {common.assignToMe}
          </Button>
        )}
      </Row>
      <Row label={common.participants}>
        <div className="flex items-start gap-1">
          <PersonList people={task.participants} />
          <PeoplePicker
            label={words.task.participantsEdit}
            hint={words.task.participantsHint}
            channelId={task.channelId}
            chosen={task.participants}
            onChange={setParticipants}
          />
        </div>
      </Row>
      {change.error && (
        <Notice look="danger" urgent className="mt-2">
          {errorText(change.error)}
        </Notice>
      )}
    </>
  )
}

function PersonList({ people }: { people: readonly Person[] }) {
  const words = useWords()
  if (people.length === 0) return <p className="flex-1 text-soft">{words.contact.nobody}</p>
  return (
    <ul className="min-w-0 flex-1 space-y-1">
      {people.map(({ id, name }) => (
        <li key={id} className="flex items-center gap-2">
          <Avatar name={name} id={id} small />
          <bdi className="truncate">{name}</bdi>
        </li>
      ))}
    </ul>
  )
}
