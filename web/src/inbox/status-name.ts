import type { TaskStatus } from '../api/types.ts'
import type { Words } from '../words/en.ts'
import { OUR_STATUSES } from './default-statuses.ts'

/** A status as it is shown: ours in the reader's language, unless somebody renamed it; theirs as they named it. */
export function statusName({ key, name }: Pick<TaskStatus, 'key' | 'name'>, words: Words): string {
  if (!isOurs(key) || name !== OUR_STATUSES[key]) return name
  return words.contact.statuses[key]
}

const isOurs = (key: string): key is keyof typeof OUR_STATUSES => Object.hasOwn(OUR_STATUSES, key)
