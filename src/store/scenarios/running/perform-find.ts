import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ConversationId } from '../../../domain/ids.ts'
import { type ContactFacts, contactFields, type TaskFacts, taskFields } from '../../../domain/scenario/engine/facts.ts'
import { type Budget, createBudget, EVALUATION_UNITS } from '../../../domain/scenario/expressions/budget.ts'
import { type Condition, evaluateCondition } from '../../../domain/scenario/expressions/conditions.ts'
import { createScope, type Json, type JsonObject, type Scope } from '../../../domain/scenario/expressions/scope.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import { MOST_VARIABLES } from '../../../domain/scenario/interpreter/limits.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { Db, Tx } from '../../database.ts'
import { narrowed } from './find-narrowing.ts'
import { CONTACT_FACTS, TASK_FACTS } from './surroundings.ts'

type Find = Extract<Effect, { do: 'find' }>

/** How many tasks or contacts one `find` looks at, the newest first. */
export const MOST_LOOKED_AT = 2_000
const PAGE = 250
/** What all the conditions of one `find` may cost together: some hundred milliseconds at worst. */
const FIND_UNITS = 10 * EVALUATION_UNITS

/**
 * Tasks or contacts of the whole installation that a condition holds for, the newest first: what the condition sees of
 * each, and the conversation that it belongs to (a contact's newest), null where it has none.
 *
 * Only so many are looked at. Where those were not enough the answer says `limit_looked_at`; where the list is too large
 * for the run's variables it comes without `fields` and says `limit_size`.
 */
export async function find(db: Db | Tx, effect: Find): Promise<Answer> {
  const made = createScope(effect.scope)
  if (!made.ok) return { ok: false, code: 'invalid_scope', message: `${made.path}: ${made.message}`, final: true }
  const read = effect.what === 'tasks' ? readTasks : readContacts
  const { found, sawAll } = await lookThrough(effect, made.scope, (after) => read(db, effect.where, after))
  const room = MOST_VARIABLES - JSON.stringify(effect.scope.vars).length - effect.limit
  const fits = (list: Json) => JSON.stringify(list).length <= room
  const small = found.map(({ fields: _, ...rest }) => rest)
  if (!fits(found) && !fits(small)) {
    return {
      ok: false,
      code: 'limit_variables',
      message: 'What was found does not fit into the variables',
      final: true,
    }
  }
  const notes = [
    ...(sawAll ? [] : [TOO_MANY]),
    ...(fits(found) ? [] : [{ code: 'limit_size', message: 'The list is too large: it comes without fields' }]),
  ]
  const [note] = notes
  const value = fits(found) ? found : small
  if (!note) return { ok: true, value }
  return { ok: true, value, note: { code: note.code, message: notes.map(({ message }) => message).join('. ') } }
}

const TOO_MANY = {
  code: 'limit_looked_at',
  message: `There are more than can be looked through: at most the newest ${MOST_LOOKED_AT} were looked at`,
}

interface Candidate {
  id: string
  root: 'task' | 'contact'
  seen: JsonObject
  conversationId: ConversationId | null
}

/** @param page the next candidates behind an id, the newest first; the last page is a short one */
async function lookThrough(
  { where, limit }: Find,
  scope: Scope,
  page: (after: string | null) => Promise<Candidate[]>,
): Promise<{ found: JsonObject[]; sawAll: boolean }> {
  const budget = createBudget(FIND_UNITS)
  const found: JsonObject[] = []
  let after: string | null = null
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += PAGE) {
    const candidates = await page(after)
    for (const candidate of candidates) {
      const holds = fitsCondition(where, scope, candidate, budget)
      if (budget.spent > FIND_UNITS) return { found, sawAll: false }
      if (holds) found.push({ ...candidate.seen, conversationId: candidate.conversationId })
      if (found.length === limit) return { found, sawAll: true }
    }
    if (candidates.length < PAGE) return { found, sawAll: true }
    after = candidates.at(-1)?.id ?? null
  }
  const isMore = (await page(after)).length > 0
  return { found, sawAll: !isMore }
}

function fitsCondition(where: Condition, scope: Scope, { root, seen }: Candidate, budget: Budget): boolean {
  const own = createScope({ [root]: seen })
  return own.ok && evaluateCondition(where, { ...scope, [root]: own.scope[root] }, { budget }).ok
}

const behind = (id: RawBuilder<unknown>, after: string | null): RawBuilder<SqlBool> =>
  after === null ? sql`true` : sql`${id} < ${after}::uuid`

async function readTasks(db: Db | Tx, where: Condition, after: string | null): Promise<Candidate[]> {
  const { rows } = await sql<{ id: string; facts: TaskFacts; conversation: ConversationId }>`
    select t.id, ${TASK_FACTS} as facts, t.conversation_id as conversation from tasks t
    where ${narrowed('tasks', where)} and ${behind(sql`t.id`, after)}
    order by t.id desc limit ${PAGE}`.execute(db)
  return rows.map(({ id, facts, conversation }) => ({
    id,
    root: 'task',
    seen: taskFields(facts) as JsonObject,
    conversationId: conversation,
  }))
}

async function readContacts(db: Db | Tx, where: Condition, after: string | null): Promise<Candidate[]> {
  const { rows } = await sql<{ id: string; facts: ContactFacts; conversation: ConversationId | null }>`
    select ct.id, ${CONTACT_FACTS} as facts, (
      select c.id from conversations c where c.contact_id = ct.id
      order by greatest(c.last_message_at, c.last_in_at, c.last_out_at) desc nulls last, c.id desc limit 1
    ) as conversation
    from contacts ct
    where ct.merged_into is null and ${narrowed('contacts', where)} and ${behind(sql`ct.id`, after)}
    order by ct.id desc limit ${PAGE}`.execute(db)
  return rows.map(({ id, facts, conversation }) => ({
    id,
    root: 'contact',
    seen: contactFields(facts) as JsonObject,
    conversationId: conversation,
  }))
}
