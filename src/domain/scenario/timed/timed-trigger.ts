import type { AwaitedEvent, EventTrigger } from '../document/triggers.ts'

/** Events of a conversation that nobody causes: their time comes. (`schedule` is of the house.) */
export const TIMED_EVENTS = [
  'conversation.idle',
  'window.closing',
  'window.closed',
  'task.due',
  'task.overdue',
] as const
export type TimedEvent = (typeof TIMED_EVENTS)[number]

/** The keys of a trigger that say when; absent as in the document, because the event carries them as they are. */
export interface TimedKeys {
  for?: string
  calendar?: string
  before?: string
  after?: string
}

/** When an event happens, whatever scenario asks for it. */
export interface TimedTrigger {
  event: TimedEvent
  keys: TimedKeys
}

const KEYS = ['after', 'before', 'calendar', 'for'] as const

/** @returns null where the trigger, or what a wait waits for, is not one of time */
export function timedTrigger(trigger: EventTrigger | AwaitedEvent): TimedTrigger | null {
  const written: { event: string } & TimedKeys = typeof trigger === 'string' ? { event: trigger } : trigger
  const event = TIMED_EVENTS.find((name) => name === written.event)
  if (!event) return null
  const keys: TimedKeys = {}
  for (const key of KEYS) {
    const value = written[key]
    if (value !== undefined) keys[key] = value
  }
  return { event, keys }
}

/** The same text for the same event and keys: `conversation.idle calendar=sales for=2bd`. */
export const timedKey = ({ event, keys }: TimedTrigger): string =>
  [event, ...KEYS.flatMap((key) => (keys[key] === undefined ? [] : [`${key}=${keys[key]}`]))].join(' ')
