import { sql } from 'kysely'
import type { ScenarioId } from '../../../domain/ids.ts'
import { EVENTS } from '../../../domain/scenario/document/events.ts'
import type { ScenarioDocument } from '../../../domain/scenario/document/scenario-document.ts'
import type { AwaitedEvent } from '../../../domain/scenario/document/triggers.ts'
import { steps } from '../../../domain/scenario/document/walk.ts'
import { awaitedBy } from '../../../domain/scenario/interpreter/wait-steps.ts'
import {
  TIMED_EVENTS,
  type TimedEvent,
  type TimedTrigger,
  timedKey,
  timedTrigger,
} from '../../../domain/scenario/timed/timed-trigger.ts'
import type { Db, Tx } from '../../database.ts'
import type { ScenarioCatalogue } from '../catalogue.ts'

/** Whom a time is told: every conversation, or those alone where a run waits for such an event. */
export type Audience = 'all' | 'waiting'

/** A time that somebody waits for, over the facts of these providers, which have the same reply window. */
export interface WantedTrigger extends TimedTrigger {
  /** what its progress is kept under */
  key: string
  audience: Audience
  providers: string[]
  windowMs: number
  /** versions of which runs may wait for it */
  waitedFor: VersionOf[]
}

interface VersionOf {
  id: ScenarioId
  version: number
}

/** Hours of the reply window; null: the provider has none. */
export type WindowHoursOf = (provider: string) => number | null

/** What decides which times are wanted, read at once. */
export interface Interest {
  now: Date
  catalogue: number
  providers: string[]
  /** the keys of `timed_triggers` */
  known: string[]
  /** versions of which runs wait for such an event */
  waiting: VersionOf[]
}

/** The condition of the index `runs_await_time`, word for word. */
export const AWAITS_TIME = `state = 'waiting' and awaits && array['window.closed', 'task.due', 'task.overdue']`

/** One small statement, whatever there is. Of the waiting runs it reads one for each version. */
export async function readInterest(db: Db | Tx, now?: Date): Promise<Interest> {
  const { rows } = await sql<Interest>`
    with recursive version as (
      (select r.scenario_id, r.version from runs r where ${sql.raw(AWAITS_TIME)}
        order by r.scenario_id, r.version limit 1)
      union all
      select next.scenario_id, next.version from version v cross join lateral (
        select r.scenario_id, r.version from runs r
        where ${sql.raw(AWAITS_TIME)} and (r.scenario_id, r.version) > (v.scenario_id, v.version)
        order by r.scenario_id, r.version limit 1
      ) next
    )
    select coalesce(${now ?? null}::timestamptz, date_trunc('milliseconds', now())) as now,
      (select version from scenario_catalogue) as catalogue,
      array(select distinct provider from channels where deleted_at is null order by provider) as providers,
      array(select key from timed_triggers order by key) as known,
      (select coalesce(jsonb_agg(jsonb_build_object('id', scenario_id, 'version', version)), '[]') from version)
        as waiting`.execute(db)
  const [row] = rows
  if (!row) throw new Error('the query of timed triggers answers one row')
  return row
}

/** The times that published scenarios and waiting runs ask for, each once. */
export async function wantedTriggers(
  db: Db | Tx,
  catalogue: ScenarioCatalogue,
  interest: Interest,
  windowHoursOf: WindowHoursOf,
): Promise<WantedTrigger[]> {
  const wanted = new Map<string, WantedTrigger>()
  const add = (trigger: TimedTrigger, audience: Audience, waitedFor: VersionOf[]) => {
    for (const group of providerGroups(trigger.event, interest.providers, windowHoursOf)) {
      const key = [timedKey(trigger), ...group.words, ...(audience === 'waiting' ? ['waiting'] : [])].join(' ')
      const { providers, windowMs } = group
      const others = wanted.get(key)?.waitedFor ?? []
      wanted.set(key, { ...trigger, key, audience, providers, windowMs, waitedFor: [...others, ...waitedFor] })
    }
  }
  for (const event of TIMED_EVENTS) {
    for (const { document } of await catalogue.forEvent(db, interest.catalogue, event)) {
      const trigger = 'event' in document.trigger ? timedTrigger(document.trigger) : null
      if (trigger) add(trigger, 'all', [])
    }
  }
  for (const { id, version } of interest.waiting) {
    const document = await catalogue.byVersion(db, id, version)
    for (const trigger of awaitedTimes(document)) add(trigger, 'waiting', [{ id, version }])
  }
  return [...wanted.values()]
}

/** Providers whose facts are counted alike: for the window, those with the same hours. */
function providerGroups(event: TimedEvent, providers: readonly string[], windowHoursOf: WindowHoursOf) {
  if (!event.startsWith('window.')) return [{ words: [], providers: [...providers], windowMs: 0 }]
  const hours = new Set(providers.flatMap((provider) => windowHoursOf(provider) ?? []))
  return [...hours].map((hour) => ({
    words: [`${hour}h`],
    providers: providers.filter((provider) => windowHoursOf(provider) === hour),
    windowMs: hour * 3_600_000,
  }))
}

/** What any of the waits of a document waits for: where a run stands just now is not asked. */
function awaitedTimes(document: ScenarioDocument): TimedTrigger[] {
  const events: AwaitedEvent[] = []
  for (const { step } of steps(document)) {
    if ('wait' in step || 'waitAny' in step) events.push(...awaitedBy(step).flatMap((branch) => branch.events))
  }
  return events.flatMap((event) => {
    const trigger = timedTrigger(event)
    return trigger && EVENTS[trigger.event].awaited ? [trigger] : []
  })
}
