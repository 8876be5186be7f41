import { useQuery, useQueryClient } from '@tanstack/react-query'
import { meQuery } from '../api/session.ts'
import {
  changeTask,
  fetchTask,
  markRead,
  markUnread,
  snoozeTask,
  taskCountsQuery,
  taskQuery,
  wakeTask,
} from '../api/tasks.ts'
import type { Person, Task, TaskStatus } from '../api/types.ts'
import { placeInLists, showChange } from '../live/lists.ts'
import { showToast } from '../ui/toast.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { forgetSnooze, rememberSnooze } from './woken.ts'
import { inboxWords } from './words.ts'

/** What can be done to one task from the list, by a key or a dialog: shown at once, and taken back should it be refused. */
export function useTaskActions() {
  const client = useQueryClient()
  const me = useQuery(meQuery).data?.id ?? null
  const { words: appWords, formats } = useLanguage()
  const words = useRoomWords(inboxWords)
  const errorText = useErrorText(words.errors)

  /** @returns false where it was refused, and said so */
  const attempt = async (id: string, change: (task: Task) => Partial<Task>, call: () => Promise<unknown>) => {
    const takeBack = showChange(client, id, change, me)
    try {
      const answer = await call()
      if (isTask(answer)) {
        client.setQueryData(taskQuery(id).queryKey, (opened) => opened && { ...opened, ...answer })
        placeInLists(client, answer, me)
      }
      void client.invalidateQueries({ queryKey: taskCountsQuery.queryKey })
      return true
    } catch (error) {
      takeBack?.()
      showToast(errorText(error), { look: 'danger' })
      return false
    }
  }
  const undo = (run: () => unknown) => ({ action: { label: appWords.app.undo, run: () => void run() } })
  const now = () => new Date().toISOString()

  const setStatus = (id: string, status: TaskStatus) =>
    attempt(
      id,
      () => ({ status, updatedAt: now(), ...(status.active ? {} : { awaitingSince: null }) }),
      () => changeTask(id, { status: status.key }),
    )
  const setAssignees = (id: string, people: readonly Person[]) =>
    attempt(
      id,
      () => ({ assignees: [...people], updatedAt: now() }),
      () => changeTask(id, { assigneeIds: people.map((person) => person.id) }),
    )
  const wake = async (task: Task) => {
    forgetSnooze(task.id)
    if (
      await attempt(
        task.id,
        () => ({ snoozed: null }),
        () => wakeTask(task.id),
      )
    )
      showToast(words.done.woken(task.number))
  }

  return {
    setStatus,
    wake,
    read: (id: string) =>
      attempt(
        id,
        () => ({ unread: 0 }),
        () => markRead(id),
      ),
    async unread(task: Task) {
      if (
        await attempt(
          task.id,
          ({ unread }) => ({ unread: Math.max(1, unread) }),
          () => markUnread(task.id),
        )
      )
        showToast(words.done.unread(task.number))
    },
    async snooze(task: Task, until: Date | null) {
      const iso = until?.toISOString() ?? null
      rememberSnooze(task.id, iso)
      if (
        !(await attempt(
          task.id,
          () => ({ snoozed: { until: iso } }),
          () => snoozeTask(task.id, iso),
        ))
      )
        return forgetSnooze(task.id)
      const text = until === null ? words.done.snoozedUntilReply : words.done.snoozed(formats.moment(until))
      showToast(
        text,
        undo(() => wake(task)),
      )
    },
    /** @param onUndo it is open again: shows it */
    async close(task: Task, onUndo: () => void) {
      if (!task.status.active) return showToast(words.done.alreadyClosed(task.number))
      const statuses = client.getQueryData(taskQuery(task.id).queryKey)?.statuses
      const status = closingStatus(statuses ?? (await fetchTask(task.id).catch(() => null))?.statuses ?? [])
      if (!status) return showToast(words.done.noClosed(task.number), { look: 'danger' })
      if (!(await setStatus(task.id, status))) return
      const reopen = async () => {
        if (await setStatus(task.id, task.status)) onUndo()
      }
      showToast(words.done.closed(task.number), undo(reopen))
    },
    async assign(task: Task, people: readonly Person[]) {
      if (!(await setAssignees(task.id, people))) return
      const names = people.map(({ name }) => name).join(', ')
      const text = names === '' ? words.done.unassigned(task.number) : words.done.assigned(task.number, names)
      showToast(
        text,
        undo(() => setAssignees(task.id, task.assignees)),
      )
    },
  }
}

/** What can be done to one task, always as of now. */
export type TaskActions = ReturnType<typeof useTaskActions>

const isTask = (answer: unknown): answer is Task => typeof answer === 'object' && answer !== null

/** "Done" where there is one, else whatever ends the task and does not call it off. */
function closingStatus(statuses: readonly TaskStatus[]): TaskStatus | undefined {
  const closed = statuses.filter(({ active }) => !active)
  return closed.find(({ key }) => key === 'done') ?? closed.find(({ key }) => key !== 'cancelled') ?? closed[0]
}
