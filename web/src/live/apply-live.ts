import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { ApiFailure } from '../api/request.ts'
import { fetchTask, taskCountsQuery, taskListKey, taskQuery } from '../api/tasks.ts'
import type { Task } from '../api/types.ts'
import { viewsQuery } from '../api/views.ts'
import { knownTask, placeInLists, tasksOfContact, trimLists } from './lists.ts'
import type { LiveEvent } from './live-event.ts'
import { forgetPresence, notePresence } from './presence.ts'
import { refetchSoon } from './refetch-soon.ts'

/** One that comes after a rest is shown at once; those that follow it are worked off together, so often at most. */
const GATHER_MS = 25
/** More changed tasks than this at once: the lists are fetched anew instead. */
const MOST_SINGLE = 12
/** Kept true here, whether they are on the screen or not. */
const KEPT_UNSEEN: readonly unknown[] = [taskListKey[0], 'task', 'feed']

interface LiveApplierOptions {
  /** Id of who is signed in; null: a token. */
  me: string | null
  /** A task has changed, or is new: as it was, if it was known, and as it is. */
  onTask?: (before: Task | undefined, after: Task) => void
}

/** Keeps the query cache true to what the server tells: changed tasks move inside their lists, open feeds are read again. */
export function createLiveApplier(client: QueryClient, { me, onTask }: LiveApplierOptions) {
  const tasks = new Set<string>()
  /** Tasks that came with their events: nothing needs to be asked for their rows. */
  const brought = new Map<string, Task>()
  const feeds = new Set<string>()
  const contacts = new Set<string>()
  /** contacts of which more than a message is new: their rows show it */
  const renamed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let flushedAt = Number.NEGATIVE_INFINITY
  /** Being asked for; true: and it has changed since. */
  const asking = new Map<string, boolean>()

  function flush() {
    timer = undefined
    flushedAt = performance.now()
    for (const id of take(feeds)) void client.invalidateQueries({ queryKey: ['feed', id] })
    for (const id of take(contacts)) refetchSoon(client, { queryKey: ['contact', id] })
    for (const id of take(renamed)) for (const task of tasksOfContact(client, id)) tasks.add(task)
    for (const task of brought.values()) showTask(task)
    const changed = take(tasks).filter((id) => !brought.has(id))
    if (brought.size + changed.length > 0) refetchSoon(client, { queryKey: taskCountsQuery.queryKey })
    brought.clear()
    if (changed.length === 0) return
    if (changed.length <= MOST_SINGLE) for (const id of changed) void refreshTask(id)
    else {
      for (const id of changed) void client.invalidateQueries({ queryKey: taskQuery(id).queryKey })
      refetchAllLists()
    }
  }

  /** A row has all that it needs; whoever has the task open needs more than is in a row. */
  function showTask(task: Task) {
    const before = knownTask(client, task.id)
    const { queryKey } = taskQuery(task.id)
    client.setQueryData(queryKey, (opened) => opened && { ...opened, ...task })
    refetchSoon(client, { queryKey, exact: true })
    refetchLists(placeInLists(client, task, me))
    onTask?.(before, task)
  }

  function refetchLists(lists: readonly QueryKey[]) {
    for (const queryKey of lists) refetchSoon(client, { queryKey, exact: true })
  }

  function refetchAllLists() {
    trimLists(client)
    void client.invalidateQueries({ queryKey: taskListKey })
  }

  async function refreshTask(id: string): Promise<void> {
    // An answer on its way may be older than this event: it is asked for once more afterwards.
    if (asking.has(id)) return void asking.set(id, true)
    do {
      asking.set(id, false)
      await loadTask(id)
    } while (asking.get(id))
    asking.delete(id)
  }

  async function loadTask(id: string) {
    const before = knownTask(client, id)
    try {
      const task = await fetchTask(id)
      client.setQueryData(taskQuery(id).queryKey, task)
      refetchLists(placeInLists(client, task, me))
      onTask?.(before, task)
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 404)
        client.removeQueries({ queryKey: taskQuery(id).queryKey })
      refetchAllLists()
    }
  }

  return {
    apply(event: LiveEvent) {
      const { name, taskId, contactId } = event
      if (name === 'resync') {
        forgetPresence()
        trimLists(client)
        return void client.invalidateQueries()
      }
      if (name === 'presence') return notePresence(event)
      distrustUnseen(client)
      if (name === 'view') return void client.invalidateQueries({ queryKey: viewsQuery.queryKey })
      if (name === 'channel') void client.invalidateQueries({ queryKey: ['channels'] })
      if (contactId !== null) {
        contacts.add(contactId)
        if (name === 'contact') renamed.add(contactId)
      }
      if (taskId !== null) {
        // What others have read, and how far a scenario has got, changes neither a list nor the feed.
        const concernsMe = name === 'read' ? event.userId === me : name !== 'run'
        if (concernsMe && name !== 'delivery') {
          if (event.task) brought.set(taskId, event.task)
          else if (!event.taskFollows) tasks.add(taskId)
        }
        if (concernsMe && name !== 'read') feeds.add(taskId)
      }
      // Never right here: what the server tells in one breath comes in several events.
      timer ??= setTimeout(flush, Math.max(0, flushedAt + GATHER_MS - performance.now()))
    },
    stop: () => clearTimeout(timer),
  }
}

/**
 * What a part of the app has cached is kept true by that part, while it is on the screen (`useLiveEvents`). All else is
 * shown as it was, and asked for again, when it comes back to the screen.
 */
function distrustUnseen(client: QueryClient): void {
  void client.invalidateQueries({
    type: 'inactive',
    refetchType: 'none',
    predicate: ({ queryKey }) => !KEPT_UNSEEN.includes(queryKey[0]),
  })
}

function take<Item>(set: Set<Item>): Item[] {
  const items = [...set]
  set.clear()
  return items
}
