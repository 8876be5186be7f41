import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import { meQuery } from '../api/session.ts'
import type { Task } from '../api/types.ts'
import { type Command, useCommands } from '../commands/commands.ts'
import { appDialog } from '../commands/dialogs.tsx'
import { focusComposer } from '../composer/focus-composer.ts'
import { togglePanel } from '../contact/panel-store.ts'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { InboxSearch } from './inbox-search.ts'
import { picker } from './picker.ts'
import { clearSelection, selection, toggled } from './selection.ts'
import type { TaskListHandle } from './task-list.tsx'
import { useTaskActions } from './use-task-actions.ts'
import { inboxWords } from './words.ts'

interface ListCommands {
  tasks: readonly Task[]
  chosen: string | null
  /** the list in the address */
  link: InboxSearch
  handle: RefObject<TaskListHandle | null>
  /** asks how the present filter is to be called */
  save: () => void
}

/** The inbox by keyboard: through the list, and what is done to the task that is open or under the cursor. */
export function useListCommands(list: ListCommands): void {
  const router = useRouter()
  const words = useRoomWords(inboxWords)
  const me = useQuery(meQuery).data
  const actions = useTaskActions()
  const latest = useRef({ ...list, actions, me })
  useLayoutEffect(() => {
    latest.current = { ...list, actions, me }
  })
  const { chosen, tasks, handle } = list

  // Wherever the open task is in the list, it is in view; and those beside it are at hand.
  const place = tasks.findIndex(({ id }) => id === chosen)
  const [before, after] = [tasks[place - 1]?.id, tasks[place + 1]?.id]
  useEffect(() => {
    if (chosen === null || place < 0) return
    handle.current?.show(chosen, false)
    handle.current?.prefetch(...[after, before].filter((id) => id !== undefined))
  }, [chosen, place, before, after, handle])

  const commands = useMemo((): Command[] => {
    const now = () => latest.current
    const open = (id: string, replace: boolean) =>
      void router.navigate({ to: '/inbox/$taskId', params: { taskId: id }, search: now().link, replace })
    /** What a key is about: the row with the cursor, else what is open, else where the cursor was last. */
    const target = (): Task | undefined => {
      const {
        tasks: all,
        handle: { current: rows },
        chosen: opened,
      } = now()
      const id = rows?.hasFocus() ? rows.cursor() : (opened ?? rows?.cursor())
      return all.find((task) => task.id === id) ?? undefined
    }
    /** What a command from the bar or a dialog is about: what is selected, else one task. */
    const targets = (): Task[] => {
      const { ids, allMatching } = selection.get()
      if (ids.size > 0 && !allMatching) return now().tasks.filter(({ id }) => ids.has(id))
      const one = target()
      return one ? [one] : []
    }
    const step = (by: 1 | -1) => {
      const {
        tasks: all,
        handle: { current: rows },
        chosen: opened,
      } = now()
      const from = rows?.hasFocus() ? rows.cursor() : (opened ?? rows?.cursor())
      const at = all.findIndex(({ id }) => id === from)
      const next = at < 0 ? all[0] : all[at + by]
      if (!next) return
      const focus = opened === null || (rows?.hasFocus() ?? false)
      rows?.show(next.id, focus)
      if (opened === null) rows?.prefetch(next.id)
      else open(next.id, true)
    }
    /** The task is leaving the list: the one that takes its place, else the one before. */
    const openBeside = (id: string) => {
      const {
        tasks: all,
        chosen: opened,
        handle: { current: rows },
      } = now()
      const at = all.findIndex((task) => task.id === id)
      const next = all[at + 1] ?? all[at - 1]
      if (opened !== id) return next && rows?.hasFocus() ? rows.show(next.id, true) : undefined
      if (next) open(next.id, true)
      else {
        showToast(words.done.noMore)
        void router.navigate({ to: '/inbox', search: now().link, replace: true })
      }
    }
    const ask = (pick: 'assign' | 'status' | 'snooze') => () => {
      const these = targets()
      if (these.length > 0) picker.set({ pick, target: { tasks: these } })
    }
    const hasTarget = () => target() !== undefined
    const isSnoozed = () => target()?.snoozed != null
    const withTarget = (work: (task: Task) => unknown) => () => {
      const task = target()
      if (task) void work(task)
    }
    const close = (task: Task) => {
      const wasOpen = now().chosen === task.id
      openBeside(task.id)
      void now().actions.close(task, () => wasOpen && open(task.id, true))
    }
    const assignToMe = (task: Task) => {
      const { me: who } = now()
      if (who?.id == null || task.assignees.some(({ id }) => id === who.id)) return
      return now().actions.assign(task, [...task.assignees, { id: who.id, name: who.name }])
    }
    return [
      {
        id: 'list.next',
        title: words.commands.next,
        group: 'list',
        shortcut: { code: 'KeyJ' },
        repeats: true,
        keyOnly: true,
        run: () => step(1),
      },
      {
        id: 'list.previous',
        title: words.commands.previous,
        group: 'list',
        shortcut: { code: 'KeyK' },
        repeats: true,
        keyOnly: true,
        run: () => step(-1),
      },
      {
        id: 'list.open',
        title: words.commands.open,
        group: 'list',
        shortcut: { code: 'KeyO' },
        keyOnly: true,
        run: withTarget((task) => open(task.id, false)),
      },
      {
        id: 'list.back',
        title: words.commands.back,
        group: 'list',
        shortcut: { code: 'Escape' },
        keyOnly: true,
        run: () => {
          if (selection.get().ids.size > 0 || selection.get().allMatching) return clearSelection()
          const {
            chosen: opened,
            handle: { current: rows },
            link,
          } = now()
          if (opened === null) return
          void router.navigate({ to: '/inbox', search: link })
          rows?.show(opened, true)
        },
      },
      {
        id: 'list.search',
        title: words.commands.search,
        group: 'list',
        shortcut: { code: 'Slash' },
        run: () => document.querySelector<HTMLInputElement>('search input')?.focus(),
      },
      {
        id: 'list.select',
        title: words.commands.select,
        group: 'list',
        shortcut: { code: 'KeyX' },
        run: withTarget((task) =>
          selection.update((all) =>
            toggled(
              all,
              task.id,
              now().tasks.map(({ id }) => id),
            ),
          ),
        ),
      },
      {
        id: 'list.select-all',
        title: words.commands.selectAll,
        group: 'list',
        shortcut: { code: 'KeyA', shift: true },
        run: () => selection.set({ ids: new Set(now().tasks.map(({ id }) => id)), anchor: null, allMatching: false }),
      },
      { id: 'list.save-view', title: words.commands.saveView, group: 'list', run: () => now().save() },
      {
        id: 'task.reply',
        when: () => now().chosen !== null,
        title: words.commands.reply,
        group: 'write',
        shortcut: { code: 'KeyR' },
        run: () => void focusComposer('message'),
      },
      {
        id: 'task.comment',
        when: () => now().chosen !== null,
        title: words.commands.comment,
        group: 'write',
        shortcut: { code: 'KeyN' },
        run: () => void focusComposer('comment'),
      },
      {
        id: 'task.close',
        when: hasTarget,
        title: words.commands.close,
        group: 'task',
        shortcut: { code: 'KeyE' },
        run: withTarget(close),
      },
      {
        id: 'task.assign',
        when: () => targets().length > 0,
        title: words.commands.assign,
        group: 'task',
        shortcut: { code: 'KeyA' },
        run: ask('assign'),
      },
      {
        id: 'task.assign-to-me',
        when: hasTarget,
        title: words.commands.assignToMe,
        group: 'task',
        shortcut: { code: 'KeyI' },
        run: withTarget(assignToMe),
      },
      {
        id: 'task.unassign',
        when: hasTarget,
        title: words.commands.unassign,
        group: 'task',
        run: withTarget((task) => now().actions.assign(task, [])),
      },
      {
        id: 'task.status',
        when: () => targets().length > 0,
        title: words.commands.status,
        group: 'task',
        run: ask('status'),
      },
      {
        id: 'task.snooze',
        when: () => targets().length > 0,
        title: words.commands.snooze,
        group: 'task',
        shortcut: { code: 'KeyH' },
        run: ask('snooze'),
      },
      {
        id: 'task.wake',
        when: isSnoozed,
        title: words.commands.wake,
        group: 'task',
        run: withTarget((task) => task.snoozed && now().actions.wake(task)),
      },
      {
        id: 'task.unread',
        when: hasTarget,
        title: words.commands.unread,
        group: 'task',
        shortcut: { code: 'KeyU' },
        run: withTarget((task) => {
          // It would be read again at once, were it still open.
          if (now().chosen === task.id) void router.navigate({ to: '/inbox', search: now().link })
          return now().actions.unread(task)
        }),
      },
      {
        id: 'task.read',
        when: () => (target()?.unread ?? 0) > 0,
        title: words.commands.read,
        group: 'task',
        run: withTarget((task) => now().actions.read(task.id)),
      },
      {
        id: 'task.panel',
        when: () => now().chosen !== null,
        title: words.commands.panel,
        group: 'task',
        shortcut: { code: 'KeyP' },
        run: () => {
          const { chosen: opened, link } = now()
          // Where there is no room for both, the panel takes the place of the conversation.
          if (window.matchMedia('(width >= 64rem)').matches) return togglePanel()
          if (opened === null) return
          const shown = router.state.location.search.details === true
          const next = shown ? link : { ...link, details: true as const }
          void router.navigate({ to: '/inbox/$taskId', params: { taskId: opened }, search: next })
        },
      },
      {
        id: 'task.more',
        when: hasTarget,
        title: words.commands.more,
        group: 'task',
        shortcut: { code: 'Period' },
        keyOnly: true,
        run: () => appDialog.set({ name: 'bar', only: 'task' }),
      },
    ]
  }, [router, words])
  useCommands(commands)
}
