import { sql } from 'kysely'
import type { ConversationId } from '../../../domain/ids.ts'
import type { Calendars } from '../../../domain/scenario/interpreter/timing.ts'
import {
  type CutoffSetting,
  comesBefore,
  cutoff,
  firstWatermark,
  nextWatermark,
  passed,
  SETTLED_MS,
} from '../../../domain/scenario/timed/cutoff.ts'
import { timedKey } from '../../../domain/scenario/timed/timed-trigger.ts'
import { calendarOf, findCalendarsByName } from '../../calendars/calendars.ts'
import { type Database, inTransaction, type Tx } from '../../database.ts'
import { appendEvents } from '../../intake/events.ts'
import { lockConversations } from '../../intake/names.ts'
import { inIntakeTransaction, type Statement } from '../../intake/run.ts'
import { scenarioCatalogue } from '../catalogue.ts'
import { changedFacts, type DueFact, dueFacts } from './due-facts.ts'
import {
  AWAITS_TIME,
  type Interest,
  readInterest,
  type WantedTrigger,
  type WindowHoursOf,
  wantedTriggers,
} from './wanted-triggers.ts'

export interface TellingTimes {
  database: Database
  windowHoursOf: WindowHoursOf
  /** default: the database's clock */
  now?: Date
  /** facts told in one transaction; default 200 */
  batch?: number
  /** Called after each commit with the conversations to signal. @returns false: enough for this round */
  told(conversations: ConversationId[]): boolean
}

const BATCH = 200

/**
 * Tells conversations that the time of a trigger has come: `conversation.idle`, `window.closing`, `window.closed`,
 * `task.due`, `task.overdue`, for published scenarios and for runs that wait (docs/decisions/0027-timed-triggers.md).
 *
 * For each distinct time it keeps how far the facts have been looked at, and moves that in the transaction that tells:
 * nothing is lost while no server runs, and nothing is told twice by several. One batch of each time in turn, so that
 * a large one does not hold up the others.
 */
export async function tellTimes(telling: TellingTimes): Promise<void> {
  const { database, told } = telling
  const interest = await readInterest(database.db, telling.now)
  let pending = await triggersOf(telling, interest)
  if (pending.length === 0) return
  const calendars = await calendarsOf(database, pending)
  while (pending.length > 0) {
    const more: WantedTrigger[] = []
    for (const trigger of pending) {
      const setting = { now: interest.now.getTime(), calendars, windowMs: trigger.windowMs }
      const batch = await tellBatch(database, trigger, setting, telling.batch ?? BATCH)
      if (batch.isFull) more.push(trigger)
      if (batch.conversations.length > 0 && !told(batch.conversations)) return
    }
    pending = more
  }
}

/** The times that are wanted now; where they are others than before, those that are new begin. */
async function triggersOf(telling: TellingTimes, interest: Interest): Promise<WantedTrigger[]> {
  const { database, windowHoursOf } = telling
  const catalogue = scenarioCatalogue(database)
  const wanted = await wantedTriggers(database.db, catalogue, interest, windowHoursOf)
  if (sameKeys(wanted, interest.known)) return wanted
  return inTransaction(database.db, async (tx) => {
    // Publishing takes the same row: no server takes away what another one has just begun for a newer version.
    await tx.selectFrom('scenario_catalogue').select('version').forUpdate().executeTakeFirstOrThrow()
    const current = await readInterest(tx, telling.now)
    const triggers = await wantedTriggers(tx, catalogue, current, windowHoursOf)
    await begin(tx, triggers, current)
    return triggers
  })
}

const sameKeys = (wanted: readonly WantedTrigger[], known: readonly string[]): boolean =>
  wanted.length === known.length && wanted.every(({ key }) => known.includes(key))

async function begin(tx: Tx, triggers: readonly WantedTrigger[], { known, now }: Interest): Promise<void> {
  const keys = triggers.map(({ key }) => key)
  await sql`delete from timed_triggers where key <> all(${keys}::text[])`.execute(tx)
  const fresh = triggers.filter(({ key }) => !known.includes(key))
  const calendars = await calendarsOf({ db: tx }, fresh)
  for (const trigger of fresh) {
    const { key, event, keys: own, windowMs } = trigger
    const since = trigger.audience === 'all' ? now : await waitingSince(tx, trigger, now)
    const setting = { now: since.getTime(), calendars, windowMs }
    await tx
      .insertInto('timed_triggers')
      .values({
        key,
        event,
        keys: JSON.stringify(own),
        watermark: new Date(firstWatermark(trigger, setting)),
        looked_at: since,
      })
      .onConflict((oc) => oc.column('key').doNothing())
      .execute()
  }
}

/** When the first of the runs that wait for the event began to. */
async function waitingSince(tx: Tx, { event, waitedFor }: WantedTrigger, now: Date): Promise<Date> {
  const { rows } = await sql<{ since: number | null }>`
    select min((run -> 'waiting' ->> 'since')::float8) as since from runs
    where ${sql.raw(AWAITS_TIME)} and awaits && array[${event}::text]
      and (scenario_id, version) in (select id, version from jsonb_to_recordset(${JSON.stringify(waitedFor)}::jsonb)
        as v (id uuid, version integer))`.execute(tx)
  return new Date(Math.min(rows[0]?.since ?? now.getTime(), now.getTime()))
}

async function calendarsOf(
  { db }: { db: Database['db'] | Tx },
  triggers: readonly WantedTrigger[],
): Promise<Calendars> {
  const names = [...new Set(triggers.flatMap(({ keys }) => keys.calendar ?? []))]
  const rows = await findCalendarsByName(db, names)
  return Object.fromEntries(
    names.flatMap((name) => {
      const row = rows.find((one) => one.name.toLowerCase() === name.toLowerCase())
      return row ? [[name, calendarOf(row)]] : []
    }),
  )
}

const HOLD: Statement = {
  name: 'timed-hold',
  text: `
    select watermark, looked_at as "lookedAt" from timed_triggers where key = $1 for update skip locked`,
}

const MOVE: Statement = {
  name: 'timed-move',
  text: `
    update timed_triggers set watermark = greatest(watermark, $2::timestamptz), looked_at = greatest(looked_at, $3::timestamptz)
    where key = $1`,
}

interface Batch {
  conversations: ConversationId[]
  /** there may be more */
  isFull: boolean
}

/** Tells the next facts of one time, in one transaction. Where another server is at it, it does nothing. */
async function tellBatch(
  { pool }: Database,
  trigger: WantedTrigger,
  setting: CutoffSetting,
  limit: number,
): Promise<Batch> {
  return inIntakeTransaction(pool, async (run) => {
    const [held] = await run<{ watermark: Date; lookedAt: Date }>(HOLD, [trigger.key])
    if (!held) return { conversations: [], isFull: false }
    const now = new Date(setting.now)
    const over = new Date(passed(trigger, setting))
    const watermark = held.watermark.getTime()
    const told = `time:${timedKey(trigger)}`

    // A window that is about to close is not told of once it has closed.
    const after = trigger.event === 'window.closing' ? Math.max(watermark, over.getTime()) : watermark
    const at = cutoff(trigger, setting, after)
    const due =
      at === null ? [] : await dueFacts(run, trigger, told, { after: new Date(after), upTo: new Date(at), limit })
    const late = comesBefore(trigger)
      ? await changedFacts(
          run,
          trigger,
          told,
          { after: over, upTo: held.watermark, limit },
          new Date(held.lookedAt.getTime() - SETTLED_MS),
        )
      : []

    const facts = [...due, ...late]
    await lockConversations(
      run,
      facts.map(({ conversationId }) => conversationId),
    )
    const conversations = await appendEvents(
      run,
      facts.map((fact) => ({
        conversationId: fact.conversationId,
        channelId: fact.channelId,
        dedupeKey: fact.dedupeKey,
        event: timeReached(trigger, fact),
        opensWindow: false,
        rawBodyId: null,
        rawPath: null,
        at: now,
      })),
    )
    const last = due.at(-1)
    // Facts of the same millisecond may have been left for the next batch.
    const reached = due.length < limit ? at : last ? last.fact.getTime() - 1 : null
    const moved = reached === null ? watermark : nextWatermark(trigger, setting, reached)
    await run(MOVE, [trigger.key, new Date(moved), late.length < limit ? now : held.lookedAt])
    return { conversations, isFull: due.length === limit || late.length === limit }
  })
}

function timeReached({ event, keys, windowMs }: WantedTrigger, { fact, task }: DueFact) {
  const at = new Date(fact.getTime() + windowMs)
  return { kind: 'time.reached' as const, name: event, keys, fact: fact.toISOString(), at: at.toISOString(), task }
}
