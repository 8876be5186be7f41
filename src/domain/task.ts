/** A status of a task; each is active or inactive (design.md, Words). `key` is stable, `name` is shown. */
export interface TaskStatus {
  key: string
  name: string
  active: boolean
}

/** The set used where a task template names none (contract.md). */
export const DEFAULT_STATUSES: readonly TaskStatus[] = [
  { key: 'new', name: 'New', active: true },
  { key: 'in_progress', name: 'In progress', active: true },
  { key: 'waiting', name: 'Waiting', active: true },
  { key: 'done', name: 'Done', active: false },
  { key: 'cancelled', name: 'Cancelled', active: false },
]

/** The status of a fresh or reopened task: the first active one of the set. */
export function firstActiveStatus(statuses: readonly TaskStatus[]): TaskStatus {
  const first = statuses.find((status) => status.active) ?? DEFAULT_STATUSES[0]
  if (!first) throw new Error('the default status set is empty')
  return first
}

/**
 * A task's title from the template's pattern. Known names in braces are replaced, unknown ones stay as written:
 * `{contact}` the client's name, `{phone}`, `{channel}`.
 * Names come from clients, so control characters and line breaks become spaces; at most 200 characters.
 */
export function taskTitle(pattern: string, values: { contact: string; phone: string | null; channel: string }): string {
  const title = oneLine(
    pattern.replace(/\{(contact|phone|channel)\}/g, (_, name: 'contact' | 'phone' | 'channel') => values[name] ?? ''),
  )
  return [...(title || oneLine(values.contact) || oneLine(values.channel))].slice(0, 200).join('')
}

const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()

/** Which task an inbound message belongs to (design.md, First contact and task choice; M7, M13). */
export type TaskChoice = { choose: 'open' } | { choose: 'use' } | { choose: 'join'; reopen: boolean }

/**
 * @param lastTask the newest task of the conversation, and whether any of its tasks is active
 */
export function chooseTask(
  lastTask: { active: boolean } | null,
  channel: { newTaskIfNoActive: boolean; reopenLastTask: boolean },
): TaskChoice {
  if (!lastTask) return { choose: 'open' }
  if (lastTask.active) return { choose: 'use' }
  if (channel.newTaskIfNoActive) return { choose: 'open' }
  return { choose: 'join', reopen: channel.reopenLastTask }
}

/**
 * Who works on a new task (M9): the template's assignees and the extra ones; if none, whoever set the channel up,
 * else the account's owner. People who have left are passed over.
 */
export function chooseAssignees<User extends string>(options: {
  assignees: readonly User[]
  extraAssignees: readonly User[]
  channelCreator: User | null
  owner: User | null
  isActive: (user: User) => boolean
}): User[] {
  const named = [...new Set([...options.assignees, ...options.extraAssignees])].filter(options.isActive)
  if (options.assignees.some(options.isActive)) return named
  const fallback = [options.channelCreator, options.owner].find((user) => user !== null && options.isActive(user))
  return fallback ? [...new Set([fallback, ...named])] : named
}
