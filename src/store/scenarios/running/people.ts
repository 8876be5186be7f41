import { sql } from 'kysely'
import type { UserId } from '../../../domain/ids.ts'
import type { Assignee } from '../../../domain/scenario/document/steps/task.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { Running } from './running.ts'

/** Somebody who works here no more, or a group that was deleted: a person has to look at it. */
export const notThere = (whom: Assignee): Extract<Answer, { ok: false }> => ({
  ok: false,
  code: 'group' in whom ? 'unknown_group' : 'unknown_employee',
  message: 'group' in whom ? `There is no group “${whom.group}” with anybody in it` : 'There is no such employee',
  final: false,
})

/**
 * Whom a scenario names: an employee by id or e-mail, everybody of a group, or one of it by a rule. Only who works here
 * and may see the channel.
 * @returns null where there is nobody
 */
export async function groupMembers(running: Running, whom: Assignee): Promise<UserId[] | null> {
  if ('employee' in whom) return employee(running, whom.employee)
  const members = await membersOf(running, whom.group)
  if (members.length === 0) return null
  if (!('rule' in whom)) return members
  const one =
    whom.rule === 'least_busy' ? await leastBusy(running, members) : await whoseTurn(running, whom.group, members)
  return one ? [one] : null
}

async function employee({ tx, state }: Running, named: string): Promise<UserId[] | null> {
  const { rows } = await sql<{ id: UserId }>`
    select id from users where active and (id::text = ${named} or lower(email) = lower(${named}))
      and (channel_ids is null or ${state.channel.id} = any(channel_ids))`.execute(tx)
  return rows[0] ? [rows[0].id] : null
}

async function membersOf({ tx, state }: Running, group: string): Promise<UserId[]> {
  const { rows } = await sql<{ id: UserId }>`
    select u.id from groups g join users u on u.id = any(g.member_ids)
    where lower(g.name) = lower(${group}) and u.active
      and (u.channel_ids is null or ${state.channel.id} = any(u.channel_ids))
    order by u.id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Who has the fewest active tasks; of several, the one who came first. */
async function leastBusy({ tx }: Running, members: readonly UserId[]): Promise<UserId | null> {
  const { rows } = await sql<{ id: UserId }>`
    select m.id from unnest(${members}::uuid[]) with ordinality as m (id, place)
    left join tasks t on t.active and t.assignee_ids @> array[m.id]
    group by m.id, m.place order by count(t.id), m.place limit 1`.execute(tx)
  return rows[0]?.id ?? null
}

/** In turn, each time the next; the group's row keeps count, so that two conversations never give the same turn. */
async function whoseTurn({ tx }: Running, group: string, members: readonly UserId[]): Promise<UserId | null> {
  const { rows } = await sql<{ turn: number }>`
    update groups set turn = turn + 1 where lower(name) = lower(${group}) returning turn`.execute(tx)
  const turn = rows[0]?.turn ?? 1
  return members[(turn - 1) % members.length] ?? null
}
