import { sql } from 'kysely'
import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { ConversationId, RunId, TaskId } from '../../domain/ids.ts'
import type { Json } from '../../domain/scenario/expressions/scope.ts'
import { appendEvent } from '../conversation-events.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'

export type RunRequest = Extract<ConversationEvent, { kind: 'run.requested' }>

/** Where a run is to be started. */
export interface RunPlace {
  /** of the element in the list */
  place: number
  conversation: ConversationId
  /** null: the element is a contact */
  task: TaskId | null
}

/**
 * Where the elements of a list belong: tasks, and contacts, each with the conversation that it says it is in. Whatever
 * is anything else, or claims another conversation than its own, has no place; what stands there twice has one.
 */
export async function placesOf(tx: Tx, list: readonly Json[]): Promise<RunPlace[]> {
  const named = list.map((one, place) => ({ place, id: idIn(one, 'id'), conversation: idIn(one, 'conversationId') }))
  const { rows } = await sql<RunPlace>`
    select distinct on (c.id, e.id) e.place, c.id as conversation, t.id as task
    from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as e (place integer, id uuid, conversation uuid)
    join conversations c on c.id = e.conversation
    left join tasks t on t.id = e.id and t.conversation_id = c.id
    where t.id is not null or c.contact_id = e.id
    order by c.id, e.id, e.place`.execute(tx)
  return rows.toSorted((a, b) => a.place - b.place)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function idIn(element: Json, name: string): string | null {
  if (typeof element !== 'object' || element === null || !Object.hasOwn(element, name)) return null
  const id = (element as { readonly [name: string]: Json })[name]
  return typeof id === 'string' && UUID.test(id) ? id : null
}

/** Stores what a run asked for, in the transaction of its step: once, however often the step is tried. */
export async function requestRuns(
  tx: Tx,
  asked: { run: RunId; effect: number },
  places: readonly RunPlace[],
  request: Omit<RunRequest, 'kind' | 'task'>,
): Promise<void> {
  if (places.length === 0) return
  await tx
    .insertInto('run_requests')
    .values(
      places.map(({ place, conversation, task }) => ({
        conversation_id: conversation,
        run_id: asked.run,
        effect: asked.effect,
        place,
        payload: JSON.stringify({ kind: 'run.requested', ...request, task } satisfies RunRequest),
      })),
    )
    .execute()
}

/**
 * Enters requested runs in the records of their conversations, the oldest requests first: one transaction for each
 * conversation, which it leaves alone while somebody else holds it. A request is taken away as it is entered, so it is
 * entered once, whatever crashes.
 * @param most conversations in one call
 * @returns the conversations to signal
 */
export async function enterRunRequests(db: Db, most: number): Promise<ConversationId[]> {
  const waiting = await db
    .selectFrom('run_requests')
    .select('conversation_id as id')
    .groupBy('conversation_id')
    .orderBy((eb) => eb.fn.min('id'))
    .limit(most)
    .execute()
  const entered: ConversationId[] = []
  for (const { id } of waiting) if (await inTransaction(db, (tx) => enterIn(tx, id))) entered.push(id)
  return entered
}

/** @returns whether something was entered */
async function enterIn(tx: Tx, id: ConversationId): Promise<boolean> {
  const held = await tx
    .selectFrom('conversations')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!held) return false
  const requests = await tx
    .deleteFrom('run_requests')
    .where('conversation_id', '=', id)
    .returning(['id', 'payload'])
    .execute()
  const at = new Date()
  for (const request of requests.toSorted((a, b) => a.id - b.id)) {
    await appendEvent(tx, id, request.payload, { at, dedupeKey: `run-request/${request.id}` })
  }
  return requests.length > 0
}
