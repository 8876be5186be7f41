import type { EventTrigger } from '../document/triggers.ts'
import { nextCron } from './next-cron.ts'
import { type Calendars, type Moment, momentAfter } from './timing.ts'

/** What the times of triggers are counted from; milliseconds since 1970, null: there is none. */
export interface TimeFacts {
  /** of the last message of either side */
  lastMessageAt: number | null
  /** when the reply window closes, or closed */
  windowClosesAt: number | null
  /** of an active task; null for one that is done */
  taskDueAt: number | null
}

/**
 * When a trigger fires next by itself. Only what lies ahead of `now` counts, so that a scenario that is published today
 * does not start in every conversation that has been quiet for a year; but what is due in less time than `before` says
 * is due at once, as long as the thing itself lies ahead: returns `now`.
 *
 * Ask again whenever a fact changes. An event is made once for each value of the fact it is counted from.
 * @returns milliseconds since 1970; null: not at all, as the facts are, or the trigger is not one of time
 */
export function triggerDeadline(
  trigger: EventTrigger,
  facts: TimeFacts,
  now: number,
  calendars: Calendars,
): number | null {
  switch (trigger.event) {
    case 'conversation.idle':
      return ahead(now, after(facts.lastMessageAt, trigger.for, trigger.calendar, calendars))
    case 'window.closing':
      return before(now, facts.windowClosesAt, trigger.before)
    case 'window.closed':
      return ahead(now, facts.windowClosesAt)
    case 'task.due':
      return before(now, facts.taskDueAt, trigger.before)
    case 'task.overdue':
      return ahead(now, after(facts.taskDueAt, trigger.after, trigger.calendar, calendars))
    case 'schedule':
      return nextCron(trigger.cron, trigger.timeZone, now)
    default:
      return null
  }
}

const ahead = (now: number, at: number | null): number | null => (at !== null && at > now ? at : null)

function after(
  from: number | null,
  duration: string | undefined,
  calendar: string | undefined,
  calendars: Calendars,
): number | null {
  if (from === null || duration === undefined) return from
  const moment: Moment = momentAfter(from, duration, calendar, calendars)
  return moment.ok ? moment.at : null
}

function before(now: number, at: number | null, duration: string | undefined): number | null {
  if (at === null || at <= now) return null
  const length = duration === undefined ? null : momentAfter(0, duration, undefined, {})
  return length?.ok ? Math.max(now, at - length.at) : at
}
