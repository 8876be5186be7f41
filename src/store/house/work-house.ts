import { type Selectable, sql } from 'kysely'
import type { HouseNews } from '../../domain/house-news.ts'
import type { HouseRequest, HouseResult } from '../../domain/house-workflow.ts'
import type { HouseEventId, OutsideCallId, RunId } from '../../domain/ids.ts'
import { ScenarioEngine } from '../../domain/scenario/engine/engine.ts'
import { type Database, inTransaction, isOutage, isRepeatable, type Tx } from '../database.ts'
import { withoutValues } from '../describe-error.ts'
import { eachRunOnce, recordLive } from '../live-events.ts'
import { catalogueVersion, scenarioCatalogue } from '../scenarios/catalogue.ts'
import { OPEN } from '../scenarios/open-runs.ts'
import type { HouseEventsTable } from '../schema.ts'
import { tellHouseEvents } from './house-events.ts'
import { HouseHost } from './house-host.ts'
import { HousePlace } from './house-place.ts'

type HouseEvent = Selectable<HouseEventsTable>

/** So much is worked off in one transaction. */
const NEWS_PER_STEP = 20
/** So often what fails by itself is tried before it is given up, with its reason, and the next gets its turn. */
const ATTEMPTS = 5

/**
 * Works off an event of the house, and what came for its runs since, in one transaction. Repeating it is harmless: what
 * was worked off is marked, and what is left to do is read anew each time.
 * @throws on an outage of the database, and on a failed try that is not the last; the workflow repeats it
 */
export async function workHouse(database: Database, request: HouseRequest): Promise<HouseResult> {
  try {
    return await workInOneTransaction(database, request, NEWS_PER_STEP)
  } catch (error) {
    if (isNobodysFault(error)) throw error
    // One of them is poison: alone, it cannot take the others down with it.
    try {
      return await workInOneTransaction(database, request, 1)
    } catch (cause) {
      if (isNobodysFault(cause)) throw cause
      return await noteFailedTry(database, request, cause)
    }
  }
}

const isNobodysFault = (error: unknown) => isOutage(error) || isRepeatable(error)

function workInOneTransaction(
  database: Database,
  { event: id, dueBy }: HouseRequest,
  limit: number,
): Promise<HouseResult> {
  const catalogue = scenarioCatalogue(database)
  return inTransaction(database.db, async (tx) => {
    const event = await holdHouse(tx, id)
    if (!event) return NOTHING
    const place = new HousePlace({
      tx,
      catalogue,
      catalogueVersion: await catalogueVersion(tx),
      event: id,
      about: event.channel_id,
    })
    let room = limit
    if (event.worked_at === null) {
      await workEvent(place, event)
      room -= 1
    }
    for (const news of await nextNews(tx, id, room)) await workNews(place, news)
    if (dueBy !== undefined && room > 0) await tellDueRuns(tx, id, dueBy)
    await tellHouseEvents(
      tx,
      [...place.touched].filter((other) => other !== id),
    )
    await recordLive(tx, eachRunOnce(place.live))
    return settle(tx, event)
  })
}

const NOTHING: HouseResult = { more: false, wakeAt: null, calls: [], done: true }

/**
 * The house first: its steps come one after the other, whichever event they are of, so that `concurrency` holds for the
 * whole of it. What came for the event until now is in this step: its count is read before.
 */
async function holdHouse(tx: Tx, id: HouseEventId): Promise<HouseEvent | null> {
  await sql`select from house for update`.execute(tx)
  return (await tx.selectFrom('house_events').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

async function workEvent(place: HousePlace, event: HouseEvent): Promise<void> {
  const { tx } = place
  const { id, name, data, at, received_at: receivedAt } = event
  const host = new HouseHost(place, { now: receivedAt.getTime(), event })
  const engine = new ScenarioEngine(host)
  const happening = { name, data, comment: null, cause: null }
  await engine.happened(happening, { id: `house/${id}`, n: 0, at: at.toISOString() })
  const started = host.decision?.started ?? []
  const notStarted = [...(host.decision?.notStarted ?? []), ...host.full]
  if (started.length + notStarted.length > 0) {
    await tx
      .insertInto('house_decisions')
      .values({
        event_id: id,
        event: name,
        started: JSON.stringify(started),
        not_started: JSON.stringify(notStarted),
        at: receivedAt,
      })
      .execute()
  }
  await tx.updateTable('house_events').set({ worked_at: sql<Date>`now()` }).where('id', '=', id).execute()
}

interface OpenNews {
  id: number
  payload: HouseNews
  at: Date
}

function nextNews(tx: Tx, event: HouseEventId, limit: number): Promise<OpenNews[]> {
  return tx
    .selectFrom('house_news')
    .select(['id', 'payload', 'at'])
    .where('event_id', '=', event)
    .where('worked_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
}

async function workNews(place: HousePlace, { id, payload, at }: OpenNews): Promise<void> {
  const now = payload.kind === 'run.due' ? payload.by : at.getTime()
  const engine = new ScenarioEngine(new HouseHost(place, { now, event: null }))
  switch (payload.kind) {
    case 'run.answered': {
      const { run, step, number, answer } = payload
      await engine.stimulate([run], { kind: 'answer', step, number, answer })
      break
    }
    case 'run.due':
      await engine.stimulate(payload.runs, { kind: 'time' })
      break
    case 'run.asked':
      await engine.obey(payload.runs, payload.deed)
      break
  }
  await place.tx.updateTable('house_news').set({ worked_at: sql<Date>`now()` }).where('id', '=', id).execute()
}

/** The waits, or the lives, of runs are over: entered like everything else that comes for them, and worked off next. */
async function tellDueRuns(tx: Tx, event: HouseEventId, by: number): Promise<void> {
  const due = await tx
    .selectFrom('runs')
    .select('id')
    .where('house_event_id', '=', event)
    .where('state', 'in', [...OPEN])
    .where('deadline', '<=', new Date(by))
    .orderBy('id')
    .execute()
  if (due.length === 0) return
  const runs: RunId[] = due.map(({ id }) => id)
  const payload: HouseNews = { kind: 'run.due', runs, by }
  await tx
    .insertInto('house_news')
    .values({ event_id: event, payload: JSON.stringify(payload) })
    .execute()
  // Until it is worked off they are not due a second time.
  await tx.updateTable('runs').set({ deadline: null }).where('id', 'in', runs).execute()
}

/** Reads what is left to do of the event, and notes that all that had come for it was seen. */
async function settle(tx: Tx, { id, changed }: Pick<HouseEvent, 'id' | 'changed'>): Promise<HouseResult> {
  const { rows } = await sql<{
    open: boolean
    more: boolean
    wake: Date | null
    overdue: Date | null
    calls: OutsideCallId[]
  }>`
    select exists (select from runs where house_event_id = ${id} and state in ('running', 'waiting', 'blocked')) as open,
      exists (select from house_news where event_id = ${id} and worked_at is null) as more,
      (select min(deadline) from runs where house_event_id = ${id} and state in ('running', 'waiting', 'blocked')) as wake,
      array(select id from outside_calls where house_event_id = ${id} and state in ('waiting', 'calling')
        order by id) as calls,
      (select min(deadline) from outside_calls where house_event_id = ${id} and state in ('waiting', 'calling')) as overdue`.execute(
    tx,
  )
  const { open = false, more = false, wake = null, overdue = null, calls = [] } = rows[0] ?? {}
  const [due = null] = [wake, overdue].flatMap((at) => at ?? []).toSorted((a, b) => a.getTime() - b.getTime())
  const done = !open && !more
  await tx
    .updateTable('house_events')
    .set({ heard: changed, nudges: 0, due_at: due, ended_at: done ? sql<Date>`now()` : null })
    .where('id', '=', id)
    .execute()
  return { more, wakeAt: wake?.getTime() ?? null, calls, done }
}

/** Counts a failed try of what comes next; the last one gives it up, with its reason, and lets the next one work. */
async function noteFailedTry(database: Database, { event: id }: HouseRequest, cause: unknown): Promise<HouseResult> {
  // PostgreSQL's words quote values, which may be what somebody wrote; this says what failed and where.
  const reason = cause instanceof Error ? `${cause.name}: ${(withoutValues(cause) as Error).message}` : String(cause)
  const gaveUp = await inTransaction(database.db, async (tx) => {
    const event = await holdHouse(tx, id)
    if (!event) return NOTHING
    const [news] = await nextNews(tx, id, 1)
    if (event.worked_at !== null && !news) return null
    const failed = { problem: reason.slice(0, 500), worked_at: sql<Date>`now()` }
    if (event.worked_at === null) {
      if ((await countEvent(tx, id)) < ATTEMPTS) return null
      await tx.updateTable('house_events').set(failed).where('id', '=', id).execute()
    } else if (news) {
      if ((await countNews(tx, news.id)) < ATTEMPTS) return null
      await tx.updateTable('house_news').set(failed).where('id', '=', news.id).execute()
    }
    return settle(tx, event)
  })
  if (!gaveUp) throw cause
  return gaveUp
}

async function countEvent(tx: Tx, id: HouseEventId): Promise<number> {
  const row = await tx
    .updateTable('house_events')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .returning('attempts')
    .executeTakeFirstOrThrow()
  return row.attempts
}

async function countNews(tx: Tx, id: number): Promise<number> {
  const row = await tx
    .updateTable('house_news')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .returning('attempts')
    .executeTakeFirstOrThrow()
  return row.attempts
}
