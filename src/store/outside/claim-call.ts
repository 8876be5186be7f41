import { type Selectable, sql } from 'kysely'
import { admit } from '../../domain/circuit.ts'
import type { EndpointId, OutsideCallId } from '../../domain/ids.ts'
import type { CallRequest } from '../../domain/outside/call-request.ts'
import { perSecond, takeSlot } from '../../domain/pacing.ts'
import type { Answer } from '../../domain/scenario/interpreter/stimulus.ts'
import { type Database, inTransaction, type Tx } from '../database.ts'
import type { EndpointsTable, OutsideCallsTable } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'
import { headersOf } from './endpoint-secrets.ts'

/** A claimed call, with the endpoint's secret in its headers: never put it into a log or a history. */
export interface ClaimedCall {
  id: OutsideCallId
  attempt: number
  /** This call finds out whether the endpoint works again. */
  isTrial: boolean
  request: CallRequest
  timeoutMs: number
  /** until its deadline */
  leftMs: number
  /** the same for every attempt */
  idempotencyKey: string
  endpoint: { id: EndpointId; url: string; headers: Record<string, string>; allowPrivateAddress: boolean }
}

export type Refused = Extract<Answer, { ok: false }>

/** `settled`: nothing is to be done; `stored`: the event with its answer. `ends`: it has to be answered without a call. */
export type CallClaim =
  | { claim: 'made'; call: ClaimedCall }
  | { claim: 'again'; afterMs: number }
  | { claim: 'ends'; answer: Refused }
  | { claim: 'settled'; stored: number | null }

/** By how much longer than its call a claim lasts: for the look-up before and the record after it. */
const LEASE_MARGIN_MS = 15_000
/** A wait shorter than this is not worth a timer in the workflow. */
const SHORT_WAIT_MS = 50
const SOONEST_MS = 200
const LATEST_MS = 10_000
/** How often it is looked whether a call that another attempt makes has ended. */
const UNDER_WAY_MS = 5_000

/** What is known when a claim is decided; moments in milliseconds since 1970, by the database's clock. */
interface Known {
  call: Selectable<OutsideCallsTable>
  endpoint: Selectable<EndpointsTable>
  now: number
  calling: number
  begunInASecond: number
}

/**
 * Claims the next attempt of a call, if it is its turn: the attempt is counted before the call is made. Limits of the
 * endpoint hold for all workers, because its row is held meanwhile.
 * @param worker names the process
 */
export function claimCall(database: Database, box: SecretBox, id: OutsideCallId, worker: string): Promise<CallClaim> {
  return inTransaction(database.db, async (tx) => {
    const endpoint = await lockEndpointOf(tx, id)
    const call = await tx.selectFrom('outside_calls').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    if (!call) return { claim: 'settled', stored: null }
    if (call.state === 'ended' || call.state === 'dropped') return { claim: 'settled', stored: call.seq }
    if (!(await isWanted(tx, call))) return drop(tx, id)
    const { rows } = await sql<{ now: number; calling: number; begun: number }>`
      select extract(epoch from clock_timestamp())::float8 * 1000 as now,
        (select count(*) from outside_calls where endpoint_id = ${call.endpoint_id} and state = 'calling'
          and id <> ${id} and lease_until > clock_timestamp())::int as calling,
        (select count(*) from outside_calls where endpoint_id = ${call.endpoint_id}
          and claimed_at > clock_timestamp() - interval '1 second')::int as begun`.execute(tx)
    const { now = 0, calling = 0, begun: begunInASecond = 0 } = rows[0] ?? {}
    const lease = call.lease_until?.getTime() ?? 0
    // Whoever made it may end it sooner, and answer to a workflow that has gone on as a new one since.
    if (call.state === 'calling' && lease > now) return again(Math.min(lease - now, UNDER_WAY_MS))
    if (call.state === 'calling' && call.attempts > call.request.retries) {
      return ends('interrupted', 'The calling process ended during the call', true)
    }
    if (!endpoint || endpoint.id !== call.endpoint_id) {
      return ends('endpoint_unknown', `There is no endpoint “${call.endpoint_name}”`, false)
    }
    if (!endpoint.enabled) return ends('endpoint_disabled', 'The endpoint is switched off', false)
    const headers = headersOf(endpoint, box)
    if (!headers) return ends('endpoint_unreadable', 'The endpoint’s secret cannot be read: enter it anew', false)
    return claimTurn(tx, { call, endpoint, now, calling, begunInASecond }, headers, worker)
  })
}

async function claimTurn(tx: Tx, known: Known, headers: Record<string, string>, worker: string): Promise<CallClaim> {
  const { call, endpoint, now, calling, begunInASecond } = known
  const due = call.next_at.getTime()
  if (due - now > SHORT_WAIT_MS) return again(due - now)

  const timeoutMs = Math.min(call.request.timeoutMs, endpoint.timeout_ms)
  const admission = admit(endpoint.circuit, now, timeoutMs + LEASE_MARGIN_MS)
  if (admission.now === 'wait') {
    return laterOr(known, admission.ms, 'circuit_open', 'The endpoint has failed so often that it is left alone')
  }
  const busy = 'The endpoint has more calls than it may be given'
  if (calling >= endpoint.max_concurrent) return laterOr(known, patience(known), 'endpoint_busy', busy)
  if (!call.has_place) {
    const waitMs = await takePlace(tx, known)
    if (waitMs === null) return ends('endpoint_busy', busy, true)
    if (waitMs > SHORT_WAIT_MS) return again(waitMs)
  }
  // Places that were taken in time may be used late, and then all at once.
  if (begunInASecond >= Math.max(1, endpoint.calls_per_second)) return laterOr(known, SOONEST_MS, 'endpoint_busy', busy)

  await tx
    .updateTable('outside_calls')
    .set({
      state: 'calling',
      attempts: call.attempts + 1,
      has_place: false,
      worker,
      claimed_at: sql<Date>`clock_timestamp()`,
      lease_until: new Date(now + timeoutMs + LEASE_MARGIN_MS),
      is_trial: admission.now === 'trial',
    })
    .where('id', '=', call.id)
    .execute()
  await tx
    .updateTable('endpoints')
    .set({
      last_call_at: new Date(now),
      ...(admission.now === 'trial' && { circuit: JSON.stringify(admission.circuit) }),
    })
    .where('id', '=', endpoint.id)
    .execute()
  return {
    claim: 'made',
    call: {
      id: call.id,
      attempt: call.attempts + 1,
      isTrial: admission.now === 'trial',
      request: call.request,
      timeoutMs,
      leftMs: call.deadline.getTime() - now,
      idempotencyKey: `parley-${call.run_id}-${call.run_effect}`,
      endpoint: { id: endpoint.id, url: endpoint.url, headers, allowPrivateAddress: endpoint.allow_private_address },
    },
  }
}

/** Holds the endpoint's row; it comes before the call's, and after the conversation's. */
export async function lockEndpointOf(tx: Tx, call: OutsideCallId): Promise<Selectable<EndpointsTable> | null> {
  const row = await tx
    .selectFrom('endpoints')
    .selectAll()
    .where('id', '=', (query) => query.selectFrom('outside_calls').select('endpoint_id').where('id', '=', call))
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** Does its run still wait for this answer? Nobody is called for a run that was stopped. */
async function isWanted(tx: Tx, { run_id, run_effect }: Selectable<OutsideCallsTable>): Promise<boolean> {
  const { rows } = await sql<{ wanted: boolean }>`
    select state = 'running' and (run #>> '{asked,number}')::int = ${run_effect} as wanted
    from runs where id = ${run_id}`.execute(tx)
  return rows[0]?.wanted ?? false
}

async function drop(tx: Tx, id: OutsideCallId): Promise<CallClaim> {
  await tx
    .updateTable('outside_calls')
    .set({ state: 'dropped', ended_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute()
  return { claim: 'settled', stored: null }
}

/** @returns milliseconds to wait for the place that was taken; null where it would come after the deadline, and is left */
async function takePlace(tx: Tx, { call, endpoint, now }: Known): Promise<number | null> {
  const slot = takeSlot(endpoint.next_place_at?.getTime() ?? null, now, perSecond(endpoint.calls_per_second))
  if (slot.slotAt > call.deadline.getTime()) return null
  await tx
    .updateTable('endpoints')
    .set({ next_place_at: new Date(slot.nextAt) })
    .where('id', '=', endpoint.id)
    .execute()
  await tx
    .updateTable('outside_calls')
    .set({ next_at: new Date(slot.slotAt), has_place: true })
    .where('id', '=', call.id)
    .execute()
  return slot.slotAt - now
}

const again = (afterMs: number): CallClaim => ({ claim: 'again', afterMs: Math.max(1, Math.ceil(afterMs)) })
const ends = (code: string, message: string, final: boolean): CallClaim => ({
  claim: 'ends',
  answer: { ok: false, code, message, final },
})

/** Later, at its deadline at the latest; what has not had its turn by then has failed. */
function laterOr({ call, now }: Known, ms: number, code: string, message: string): CallClaim {
  const left = call.deadline.getTime() - now
  return left <= 0 ? ends(code, message, true) : again(Math.min(Math.max(ms, SOONEST_MS), left))
}

/** The longer it has waited, the more rarely it asks. */
function patience({ call, now }: Known): number {
  const waited = now - call.created_at.getTime()
  return Math.min(Math.max(waited / 4, SOONEST_MS), LATEST_MS) * (0.75 + Math.random() / 2)
}
