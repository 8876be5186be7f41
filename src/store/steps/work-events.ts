import { sql } from 'kysely'
import type { ConversationEventKind } from '../../domain/conversation-event.ts'
import type { WorkRequest, WorkResult } from '../../domain/conversation-workflow.ts'
import type { AttachmentId, ConversationId, DeadLetterId, OutsideCallId } from '../../domain/ids.ts'
import { NOTHING_TO_DO, type StepOutcome } from '../../domain/step.ts'
import { wantsLookUp } from '../contacts/look-up.ts'
import { type Database, inTransaction, isOutage, isRepeatable, type Tx } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'
import { withoutValues } from '../describe-error.ts'
import { eachRunOnce, type LiveEvent, letterNews } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { scenarioCatalogue } from '../scenarios/catalogue.ts'
import { tellDueRuns } from '../scenarios/running/due-runs.ts'
import { runScenarios } from '../scenarios/running/run-scenarios.ts'
import { Running } from '../scenarios/running/running.ts'
import { type ConversationState, loadConversationState, loadEvents } from './conversation-state.ts'
import { releaseHeldSends } from './held-sends.ts'
import { expireHolds, firstDeadline } from './holds.ts'
import { keepSnapshots, type Worked } from './keep-snapshots.ts'
import { openDeliveries } from './open-deliveries.ts'
import { waitsForAnswer } from './own-echoes.ts'
import { workEvent } from './work-event.ts'

/** So many events are worked off in one transaction; a longer backlog takes several steps. */
const EVENTS_PER_STEP = 20
/** @param seconds from storing the event until now, by the database's clock */
export type OnWorked = (kind: ConversationEventKind, seconds: number, seq: number) => void

/** So often a step that fails by itself is tried before its event becomes a dead letter and the next one gets its turn. */
const ATTEMPTS = 5
/** How long an echo waits for the answer to a call that is under way, before that is looked at again. */
const WAIT_FOR_ANSWER_MS = 1_000

/**
 * Works off the next events of a conversation, in order, in one transaction: the rules decide, rows and live updates are
 * written, and what is left to do outside is returned as ids (design.md, flow step 3).
 *
 * Repeating it is harmless: events that were worked off return their stored outcome (P2).
 * An event that cannot be worked off does not hold up the others for ever: after five tries it is a dead letter.
 * @param onWorked told, after the commit, of each event that this step worked off
 * @param rulesOf what providers allow, for messages of scenarios; without it they cannot send
 * @throws on an outage of the database, and on a failed try that is not the last; the workflow repeats it.
 */
export async function workEvents(
  database: Database,
  request: WorkRequest,
  rulesOf: SendRulesOf = () => null,
  onWorked: OnWorked = () => undefined,
): Promise<WorkResult> {
  try {
    return await workInOneTransaction(database, request, EVENTS_PER_STEP, rulesOf, onWorked)
  } catch (error) {
    if (isNobodysFault(error)) throw error
    // One of them is poison: alone, it cannot take the others down with it.
    try {
      return await workInOneTransaction(database, request, 1, rulesOf, onWorked)
    } catch (cause) {
      if (isNobodysFault(cause)) throw cause
      return await noteFailedTry(database, request, cause)
    }
  }
}

/** Then the step is tried again without end, and no event of it becomes a dead letter. */
const isNobodysFault = (error: unknown) => isOutage(error) || isRepeatable(error)

async function workInOneTransaction(
  database: Database,
  request: WorkRequest,
  limit: number,
  rulesOf: SendRulesOf,
  onWorked: OnWorked,
): Promise<WorkResult> {
  const catalogue = scenarioCatalogue(database)
  let told: Parameters<OnWorked>[] = []
  const result = await inTransaction(database.db, async (tx): Promise<WorkResult> => {
    told = []
    const state = await loadConversationState(tx, request.conversationId)
    if (!state) return { worked: request.upTo, stored: request.upTo, sends: [], fetches: [], wakeAt: null }

    const rules = rulesOf(state.channel.provider)
    state.echoesSends = rules?.echoesSends ?? false
    // A workflow of a conversation whose first event this is cannot have left anything open.
    const mayHaveOpenWork = request.after === null && state.workedSeq > 0
    const after = Math.min(request.after ?? state.workedSeq, state.workedSeq)
    // A hold ends after everything that is stored, told or not: a campaign's events are told late, and a workflow that
    // waited to hear of them would ask again and again meanwhile.
    const upTo = request.dueBy === undefined ? Math.min(request.upTo, state.lastSeq) : state.lastSeq
    const events = await loadEvents(tx, state.id, { after, upTo, limit })
    const outcomes: StepOutcome[] = []
    const live: LiveEvent[] = []
    const fresh: Worked[] = []
    // Its first answer was lost, and with it perhaps when a hold or a wait ends. Without any nothing needs to be told: a
    // timer too many is looked at when it fires.
    const mayWait = state.hasHolds || state.hasHeldSends || state.hasRuns
    const isLost = mayWait && events.some(({ seq }) => seq <= state.workedSeq)
    let isWaiting = false
    for (const event of events) {
      if (event.seq <= state.workedSeq) {
        outcomes.push(event.outcome ?? NOTHING_TO_DO)
        continue
      }
      isWaiting = await waitsForAnswer(tx, state, event)
      if (isWaiting) break
      const worked = await workEvent(tx, state, event, live)
      const happened = [...state.happened]
      const running = new Running({ tx, state, event, live, catalogue, rulesOf })
      await runScenarios(running)
      const calls = state.calls.splice(0)
      const outcome = calls.length > 0 ? { ...worked, calls } : worked
      state.workedSeq = event.seq
      outcomes.push(outcome)
      fresh.push({ seq: event.seq, outcome, happened, frames: running.snapshot.frames })
    }
    const isBehind = state.workedSeq < state.lastSeq
    if (request.dueBy !== undefined && !isBehind) {
      const released = await releaseHeldSends(tx, state, new Date(request.dueBy), live)
      if (released) {
        fresh.push(released)
        outcomes.push(released.outcome)
      }
      // What these enter in the record is worked off by the next step: scenarios hear of it there.
      await expireHolds(tx, state, new Date(request.dueBy))
      await tellDueRuns(tx, state, request.dueBy)
    }
    if (fresh.length > 0) {
      const at = await storeOutcomes(tx, state, fresh, live)
      const isFresh = new Set(fresh.map(({ seq }) => seq))
      told = events
        .filter(({ seq }) => isFresh.has(seq))
        .map(({ payload, receivedAt, seq }) => [payload.kind, (at.getTime() - receivedAt.getTime()) / 1_000, seq])
    }
    if (mayHaveOpenWork) outcomes.unshift(await openWork(tx, state.id))
    const appended = await newestAppended(tx, state, isLost ? request.upTo : state.lastSeq)
    const calls = [...new Set(outcomes.flatMap((outcome) => outcome.calls ?? []))]
    const isTold = request.after !== null && request.dueBy === undefined && !state.holdsChanged && !isLost

    return {
      worked: fresh.at(-1)?.seq ?? events.findLast(({ seq }) => seq <= state.workedSeq)?.seq ?? after,
      stored: state.lastSeq,
      sends: [...new Set(outcomes.flatMap((outcome) => outcome.sends))],
      fetches: [...new Set(outcomes.flatMap((outcome) => outcome.fetches))],
      ...(calls.length > 0 && { calls }),
      ...(isWaiting && { waitMs: WAIT_FOR_ANSWER_MS }),
      ...(rules?.namesOnRequest && fresh.length > 0 && (await wantsLookUp(tx, state.id)) && { lookUp: true }),
      ...(isTold ? {} : { wakeAt: await firstDeadline(tx, state) }),
      ...(appended === null ? {} : { appended }),
    }
  })
  for (const worked of told) onWorked(...worked)
  return result
}

/**
 * Marks events as worked off, together with the conversation's new state and the live updates: one round trip.
 * @returns the time of the database's clock
 */
async function storeOutcomes(
  tx: Tx,
  state: ConversationState,
  fresh: readonly Worked[],
  live: readonly LiveEvent[],
): Promise<Date> {
  const outcomes = fresh.map(({ outcome }) => (isNothing(outcome) ? null : JSON.stringify(outcome)))
  const beside = [
    sql`worked as (
      update conversation_events e set worked_at = now(), outcome = f.outcome::jsonb
      from unnest(${fresh.map(({ seq }) => seq)}::bigint[], ${outcomes}::text[]) as f (seq, outcome)
      where e.conversation_id = ${state.id} and e.seq = f.seq
    )`,
    sql`live as (
      insert into live_events (event, data)
      select event, data from jsonb_to_recordset(${JSON.stringify(eachRunOnce(live))}::jsonb) as l (event text, data jsonb)
    )`,
    sql`kept as (${keepSnapshots(state, fresh)})`,
    ...state.inbox.statements(),
  ]
  const { rows } = await sql<{ at: Date }>`
    with ${sql.join(beside)}
    update conversations set worked_seq = ${state.workedSeq}, nudges = 0, contact_id = ${state.contact?.id ?? null},
      task_id = ${state.task?.id ?? null}, last_in_at = ${state.lastInAt}, last_author = ${state.lastAuthor},
      last_message_at = case when ${state.hasNewMessage} then date_trunc('milliseconds', clock_timestamp()) else last_message_at end,
      last_message_run = case when ${state.hasNewMessage} then null else last_message_run end
    where id = ${state.id}
    returning clock_timestamp() as at`.execute(tx)
  return rows[0]?.at ?? new Date()
}

/**
 * Scenarios enter what they do in the record: it is worked off next, without a signal.
 * @param known the newest event that the workflow knows of: where an earlier answer was lost, what it was to tell is told
 */
async function newestAppended(tx: Tx, state: ConversationState, known: number): Promise<number | null> {
  if (!state.hasRuns && !state.holdsChanged) return null
  const { last_seq } = await tx
    .selectFrom('conversations')
    .select('last_seq')
    .where('id', '=', state.id)
    .executeTakeFirstOrThrow()
  return last_seq > known ? last_seq : null
}

const isNothing = ({ sends, fetches, calls = [] }: StepOutcome) =>
  sends.length === 0 && fetches.length === 0 && calls.length === 0

/** What a workflow that starts afresh has to take up: its predecessor may be gone without having done it. */
async function openWork(tx: Tx, conversation: ConversationId): Promise<StepOutcome> {
  const fetches = await sql<{ id: AttachmentId }>`
    select a.id from attachments a join comments m on m.id = a.comment_id
    where m.conversation_id = ${conversation} and a.state = 'pending' and a.provider_media_id is not null`.execute(tx)
  const calls = await sql<{ id: OutsideCallId }>`
    select id from outside_calls where conversation_id = ${conversation} and state in ('waiting', 'calling')
    order by id`.execute(tx)
  return {
    sends: await openDeliveries(tx, conversation),
    fetches: fetches.rows.map(({ id }) => id),
    ...(calls.rows.length > 0 && { calls: calls.rows.map(({ id }) => id) }),
  }
}

/** Counts a failed try of the next event; the last one makes it a dead letter, with its reason, and lets the next one work. */
async function noteFailedTry(database: Database, request: WorkRequest, cause: unknown): Promise<WorkResult> {
  // PostgreSQL's words quote values, which may be what a client wrote; a letter says what failed and where.
  const reason = cause instanceof Error ? `${cause.name}: ${(withoutValues(cause) as Error).message}` : String(cause)
  const gaveUp = await inTransaction(database.db, async (tx) => {
    const state = await loadConversationState(tx, request.conversationId)
    if (!state) return null
    const seq = state.workedSeq + 1
    const event = await tx
      .updateTable('conversation_events')
      .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
      .where('conversation_id', '=', state.id)
      .where('seq', '=', seq)
      .returning(['attempts', 'raw_body_id', 'raw_path'])
      .executeTakeFirst()
    if (!event || event.attempts < ATTEMPTS) return null
    const id = newId<DeadLetterId>()
    await tx
      .insertInto('dead_letters')
      .values({
        id,
        channel_id: state.channel.id,
        raw_body_id: event.raw_body_id,
        path: event.raw_path ?? '',
        conversation_id: state.id,
        seq,
        reason: 'step_failed',
        detail: reason.slice(0, 500),
      })
      .execute()
    const live: LiveEvent[] = []
    const { state: left, outcome } = await workWithoutScenarios(tx, state, seq, live)
    left.workedSeq = seq
    live.push(letterNews(id, state.channel.id, 'open'))
    await storeOutcomes(tx, left, [{ seq, outcome }], live)
    // What the event would have asked for is asked for here: a message that it was about still has to leave (P3).
    const open = await openWork(tx, left.id)
    return { worked: seq, stored: left.lastSeq, ...open, wakeAt: await firstDeadline(tx, left) }
  })
  if (!gaveUp) throw cause
  return gaveUp
}

/**
 * It may have been a scenario that failed: the client's message, or whatever else came, is worked off all the same (P1).
 * Where that fails, too, nothing of it is left.
 * @returns the conversation's state then
 */
async function workWithoutScenarios(tx: Tx, state: ConversationState, seq: number, live: LiveEvent[]) {
  const [event] = await loadEvents(tx, state.id, { after: seq - 1, upTo: seq, limit: 1 })
  await sql`savepoint without_scenarios`.execute(tx)
  try {
    return { state, outcome: event ? await workEvent(tx, state, event, live) : NOTHING_TO_DO }
  } catch (error) {
    if (isNobodysFault(error)) throw error
    await sql`rollback to savepoint without_scenarios`.execute(tx)
    live.length = 0
    const before = await loadConversationState(tx, state.id)
    if (!before) throw error
    return { state: before, outcome: NOTHING_TO_DO }
  }
}
