import type { ChannelId, UserId } from '../../domain/ids.ts'
import type { Db, Tx } from '../database.ts'
import { done, type Refusable, refuse } from '../refusal.ts'
import type { Person } from './task-view.ts'

/**
 * Employees who can be brought into a task of the channel: they work here, and may see it.
 * @returns them in the order of `ids`, each once
 */
export async function checkEmployees(
  db: Db | Tx,
  ids: readonly UserId[],
  channel: ChannelId,
): Promise<Refusable<Person[]>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return done([])
  const users = await db
    .selectFrom('users')
    .select(['id', 'name', 'active', 'channel_ids'])
    .where('id', 'in', wanted)
    .execute()
  const known = new Map(users.map((user) => [user.id, user]))
  const unknown = wanted.filter((id) => !known.get(id)?.active)
  if (unknown.length > 0) {
    return refuse('invalid', 'unknown_employee', 'There is no such employee, or they have left', { ids: unknown })
  }
  const shutOut = users.filter((user) => user.channel_ids !== null && !user.channel_ids.includes(channel))
  if (shutOut.length > 0) {
    return refuse('invalid', 'employee_without_access', 'An employee has no access to the channel of this task', {
      ids: shutOut.map(({ id }) => id),
    })
  }
  return done(wanted.map((id) => ({ id, name: known.get(id)?.name ?? '' })))
}
