import { parseDuration } from '../document/durations.ts'
import { type Calendars, momentAfter } from '../interpreter/timing.ts'
import type { TimedTrigger } from './timed-trigger.ts'

/** What the times of facts depend on. Moments and lengths are in milliseconds. */
export interface CutoffSetting {
  now: number
  calendars: Calendars
  /** how long the reply window is open after the client's message */
  windowMs: number
}

/** A fact is written at once, its transaction ends a moment later: what is older than this stands. */
export const SETTLED_MS = 60_000

/** Where open time is counted, nothing is older: so much of it is there in less, or the calendar is closed for good. */
const LONGEST_LOOK_BACK_MS = 3 * 366 * 86_400_000

/**
 * The newest fact whose time has come by `now`: those up to it are due. The facts of the idle events are messages, of
 * the window's the client's last messages, of a task's its due dates (`triggerDeadline`).
 * @param after facts up to here are of no interest
 * @returns null where nothing behind `after` is due, or where the calendar is gone
 */
export function cutoff({ event, keys }: TimedTrigger, setting: CutoffSetting, after: number): number | null {
  const { now, windowMs } = setting
  switch (event) {
    case 'conversation.idle':
      return beyond(after, latestBefore(keys.for, keys.calendar, setting, after))
    case 'window.closing':
      return beyond(after, now - windowMs + lengthOf(keys.before))
    case 'window.closed':
      return beyond(after, now - windowMs)
    case 'task.due':
      return beyond(after, now + lengthOf(keys.before))
    case 'task.overdue':
      return beyond(after, latestBefore(keys.after, keys.calendar, setting, after))
  }
}

const beyond = (after: number, at: number | null): number | null => (at !== null && at > after ? at : null)

/** Whether the event comes so long before the thing itself: what is due in less time is due at once. */
export const comesBefore = ({ event, keys }: TimedTrigger): boolean =>
  event === 'window.closing' || (event === 'task.due' && keys.before !== undefined)

/** Facts up to here are over: the window has closed, the task is due. */
export const passed = ({ event }: TimedTrigger, { now, windowMs }: CutoffSetting): number =>
  event === 'window.closing' || event === 'window.closed' ? now - windowMs : now

/**
 * Where a trigger begins: what is due at this moment lies behind it, except for what comes before a thing that still
 * lies ahead.
 */
export function firstWatermark(trigger: TimedTrigger, setting: CutoffSetting): number {
  if (comesBefore(trigger)) return passed(trigger, setting)
  const earliest = setting.now - LONGEST_LOOK_BACK_MS
  return cutoff(trigger, setting, earliest) ?? earliest
}

/**
 * How far a trigger has come, once everything up to the cutoff was told. Facts of the last minute may still appear;
 * those that change long before their time are looked for apart.
 */
export const nextWatermark = (trigger: TimedTrigger, { now }: CutoffSetting, at: number): number =>
  comesBefore(trigger) ? at : Math.min(at, now - SETTLED_MS)

const lengthOf = (duration: string | undefined): number => {
  const parsed = duration === undefined ? null : parseDuration(duration)
  return parsed?.kind === 'calendar' ? parsed.milliseconds : 0
}

/** The latest moment from which the duration is over by now; found by halving where open time is counted. */
function latestBefore(
  duration: string | undefined,
  calendar: string | undefined,
  { now, calendars }: CutoffSetting,
  after: number,
): number | null {
  if (duration === undefined) return now
  const parsed = parseDuration(duration)
  if (!parsed) return null
  if (parsed.kind === 'calendar') return now - parsed.milliseconds
  const isOver = (from: number): boolean => {
    const moment = momentAfter(from, duration, calendar, calendars)
    return moment.ok && moment.at <= now
  }
  // Mostly nothing new is due: one question tells.
  let over = after + 1
  let open = now
  if (over >= open || !isOver(over)) return null
  while (open - over > 1) {
    const middle = Math.floor((over + open) / 2)
    if (isOver(middle)) over = middle
    else open = middle
  }
  return over
}
