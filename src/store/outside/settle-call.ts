import { type Selectable, sql } from 'kysely'
import { afterCall, type Circuit } from '../../domain/circuit.ts'
import type { OutsideCallId } from '../../domain/ids.ts'
import type { Answer } from '../../domain/scenario/interpreter/stimulus.ts'
import { audit } from '../audit.ts'
import { appendEvent, lockConversation } from '../conversation-events.ts'
import { type Database, inTransaction, type Tx } from '../database.ts'
import { appendHouseNews } from '../house/house-news.ts'
import type { EndpointsTable } from '../schema.ts'
import { type ClaimedCall, lockEndpointOf } from './claim-call.ts'

/** How an attempt went, for the endpoint and for its record. */
export interface AttemptReport {
  /** null: it says nothing about the endpoint */
  works: boolean | null
  /** null: it went well */
  code: string | null
}

/** The attempt failed, and another one follows: by then nothing is claimed. */
export async function recordAnotherTry(
  database: Database,
  call: ClaimedCall,
  report: AttemptReport,
  afterMs: number,
): Promise<void> {
  await inTransaction(database.db, async (tx) => {
    await noteAttempt(tx, call, report)
    await tx
      .updateTable('outside_calls')
      .set({
        state: 'waiting',
        next_at: sql<Date>`clock_timestamp() + make_interval(secs => ${afterMs / 1000}::float8)`,
        lease_until: null,
        last_code: report.code,
      })
      .where('id', '=', call.id)
      .where('state', '=', 'calling')
      .where('attempts', '=', call.attempt)
      .execute()
  })
}

/** The attempt was the last one: its answer enters the conversation's record. @returns the event's number */
export async function recordAnswer(
  database: Database,
  call: ClaimedCall,
  report: AttemptReport,
  answer: Answer,
): Promise<number | null> {
  return inTransaction(database.db, async (tx) => {
    await holdConversation(tx, call.id)
    await noteAttempt(tx, call, report)
    return enterAnswer(tx, call.id, answer, report.code, call.attempt)
  })
}

/** It ends without a further attempt. @returns the event's number */
export async function endUncalled(
  database: Database,
  id: OutsideCallId,
  answer: Extract<Answer, { ok: false }>,
): Promise<number | null> {
  return inTransaction(database.db, async (tx) => {
    await holdConversation(tx, id)
    return enterAnswer(tx, id, answer, answer.code, null)
  })
}

async function holdConversation(tx: Tx, id: OutsideCallId): Promise<void> {
  const row = await tx.selectFrom('outside_calls').select('conversation_id').where('id', '=', id).executeTakeFirst()
  if (row?.conversation_id) await lockConversation(tx, row.conversation_id)
}

/**
 * A call is answered once. An attempt whose claim has run out is not heard any more, unless it went well: what the
 * endpoint did it need not do again.
 */
async function enterAnswer(
  tx: Tx,
  id: OutsideCallId,
  answer: Answer,
  code: string | null,
  attempt: number | null,
): Promise<number | null> {
  const call = await tx
    .selectFrom('outside_calls')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (call.state === 'ended' || call.state === 'dropped') return call.seq
  const isNewest = attempt === null || (call.state === 'calling' && call.attempts === attempt)
  if (!isNewest && !answer.ok) return null
  const { run_id: run, run_step: step, run_effect: number, conversation_id: conversation } = call
  const answered = { kind: 'run.answered', run, step, number, answer } as const
  if (call.house_event_id) await appendHouseNews(tx, call.house_event_id, answered)
  const seq = conversation ? await appendEvent(tx, conversation, answered, { at: new Date() }) : null
  await tx
    .updateTable('outside_calls')
    .set({ state: 'ended', seq, lease_until: null, last_code: code, ended_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute()
  return seq
}

async function noteAttempt(tx: Tx, { id, isTrial }: ClaimedCall, { works, code }: AttemptReport): Promise<void> {
  const endpoint = await lockEndpointOf(tx, id)
  if (!endpoint) return
  const { rows } = await sql<{ now: number }>`
    select extract(epoch from clock_timestamp())::float8 * 1000 as now`.execute(tx)
  const now = rows[0]?.now ?? 0
  const circuit = works === null ? endpoint.circuit : afterCall(endpoint.circuit, { ok: works, trial: isTrial }, now)
  await tx
    .updateTable('endpoints')
    .set({
      circuit: JSON.stringify(circuit),
      ...(code !== null && { last_error: code, last_error_at: new Date(now) }),
    })
    .where('id', '=', endpoint.id)
    .execute()
  await recordChange(tx, endpoint, circuit, code)
}

/** When it opened and when it closed is in the audit; trials in between are not. */
async function recordChange(
  tx: Tx,
  endpoint: Selectable<EndpointsTable>,
  circuit: Circuit,
  code: string | null,
): Promise<void> {
  const before = endpoint.circuit
  const opens = before.state === 'closed' && circuit.state === 'open'
  const closes = before.state !== 'closed' && circuit.state === 'closed'
  if (!opens && !closes) return
  await audit(tx, {
    actor: { kind: 'system', id: null },
    action: opens ? 'endpoint.circuit_opened' : 'endpoint.circuit_closed',
    subject: { kind: 'endpoint', id: endpoint.id },
    detail: opens ? { code, failuresInARow: circuit.failures, until: new Date(circuit.until) } : {},
  })
}
