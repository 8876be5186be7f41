import { useQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { type KeyboardEvent, type MouseEvent, useState } from 'react'
import { usersQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import type { Person } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { Choice, ChoiceList } from './choice-list.tsx'
import type { Target } from './picker.ts'
import { onlyTask, putBack, useChangeTarget } from './use-change-target.ts'
import { useTaskActions } from './use-task-actions.ts'
import { inboxWords } from './words.ts'

/** Who works on it: one by a click or Enter, several by their boxes. */
export function AssignPicker({ target, onClose }: { target: Target; onClose: () => void }) {
  const words = useRoomWords(inboxWords)
  const me = useQuery(meQuery).data
  const users = useQuery(usersQuery).data ?? []
  const actions = useTaskActions()
  const many = useChangeTarget(target)
  const one = onlyTask(target)
  const [chosen, setChosen] = useState<readonly string[]>(one?.assignees.map(({ id }) => id) ?? [])
  const [touched, setTouched] = useState(false)
  const tasks = 'tasks' in target ? target.tasks : []
  const able = users
    .filter(({ channelIds }) => channelIds === null || tasks.every(({ channelId }) => channelIds.includes(channelId)))
    .sort((a, b) => Number(b.id === me?.id) - Number(a.id === me?.id))

  const assign = (people: readonly Person[]) => {
    if (one) {
      onClose()
      return void actions.assign(one, people)
    }
    const ids = people.map(({ id }) => id)
    const undo = () =>
      putBack(
        tasks,
        (task) => task.assignees.map(({ id }) => id),
        (assigneeIds) => ({ assigneeIds }),
      )
    void many.changeAll({ assigneeIds: ids }, () => ({ assignees: [...people] }), tasks.length > 0 ? undo : undefined)
  }
  const toggle = (id: string) => {
    setTouched(true)
    setChosen((before) => (before.includes(id) ? before.filter((other) => other !== id) : [...before, id]))
  }
  const people = able.filter(({ id }) => chosen.includes(id)).map(({ id, name }) => ({ id, name }))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.code !== 'Enter' || !event.shiftKey) return
    event.preventDefault()
    const marked = document.querySelector('[cmdk-item][aria-selected=true]')?.getAttribute('data-value')
    const user = able.find(({ id }) => id === marked)
    if (user) toggle(user.id)
  }
  return (
    <Dialog title={words.pick.assign} onClose={onClose}>
      {many.progress !== null && <p role="status">{words.select.working(many.progress)}</p>}
      <ChoiceList
        label={words.pick.assign}
        placeholder={words.pick.assignHint}
        empty={words.pick.assignNone}
        onKeyDown={onKeyDown}
      >
        {able.map((user) => (
          <Choice
            key={user.id}
            value={user.id}
            name={user.name}
            onSelect={() => assign([{ id: user.id, name: user.name }])}
          >
            <Box checked={chosen.includes(user.id)} onToggle={() => toggle(user.id)} />
            <Avatar name={user.name} id={user.id} small />
            <bdi className="min-w-0 flex-1 truncate">{user.id === me?.id ? words.pick.me(user.name) : user.name}</bdi>
          </Choice>
        ))}
        <Choice value="nobody" name={words.pick.nobody} onSelect={() => assign([])}>
          <span className="w-4" />
          <span className="text-soft">{words.pick.nobody}</span>
        </Choice>
      </ChoiceList>
      <p className="mt-2 text-xs text-soft">{words.pick.several}</p>
      {touched && (
        <div className="mt-3 flex justify-end">
          <Button look="primary" onClick={() => assign(people)}>
            {words.pick.save}
            {people.length > 1 && ` · ${people.length}`}
          </Button>
        </div>
      )}
    </Dialog>
  )
}

/** Takes one more by a click on it; by the keyboard it is Shift and Enter. An option can hold no control of its own. */
function Box({ checked, onToggle }: { checked: boolean; onToggle: () => void }) {
  const onClick = (event: MouseEvent) => {
    event.stopPropagation()
    onToggle()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the option around it is what is operated
    // biome-ignore lint/a11y/useKeyWithClickEvents: Shift and Enter in the list
    <span
      onClick={onClick}
      className={cx(
        'relative inline-flex size-4 shrink-0 items-center justify-center rounded border before:absolute before:-inset-2',
        checked ? 'border-accent-fill bg-accent-fill text-white' : 'border-line-strong',
      )}
    >
      {checked && <Check size={12} aria-hidden="true" />}
    </span>
  )
}
