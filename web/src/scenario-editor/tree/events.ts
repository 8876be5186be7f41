import { EVENTS, type EventName } from '../../../../src/domain/scenario/document/events.ts'

/** The events of the format, grouped as people think of them. */
export const EVENT_GROUPS = {
  client: ['message.received', 'message.edited', 'message.deleted'],
  contact: [
    'contact.first_seen',
    'tag.added',
    'tag.removed',
    'field.changed',
    'contact.opted_out',
    'contact.merged',
    'contact.number_changed',
  ],
  task: [
    'task.created',
    'task.reopened',
    'task.status_changed',
    'task.assigned',
    'comment.added',
    'quick_reply.used',
    'button.pressed',
  ],
  time: ['task.due', 'task.overdue', 'conversation.idle', 'window.closing', 'window.closed', 'schedule'],
  out: ['message.sent', 'message.delivered', 'message.read', 'message.failed', 'message.echoed'],
  mailings: ['bulk.replied', 'bulk.detected', 'bulk.expired'],
  scenarios: ['scenario.finished', 'scenario.failed'],
  outside: ['webhook.received'],
  house: [
    'channel.connected',
    'channel.paused',
    'channel.disconnected',
    'channel.quality_changed',
    'channel.account_changed',
    'channel.phone_silent',
    'template.status_changed',
  ],
} as const satisfies Record<string, readonly EventName[]>

export type EventGroup = keyof typeof EVENT_GROUPS
export const EVENT_GROUP_NAMES = Object.keys(EVENT_GROUPS) as EventGroup[]

export const isEvent = (name: string): name is EventName => Object.hasOwn(EVENTS, name)
export const canBeAwaited = (name: EventName): boolean => EVENTS[name].awaited

export const EVENT_OPTIONS = [
  'kinds',
  'for',
  'before',
  'after',
  'field',
  'tag',
  'scenario',
  'quickReply',
  'name',
  'about',
  'cron',
  'timeZone',
  'calendar',
] as const
export type EventOption = (typeof EVENT_OPTIONS)[number]

/** What can be said beside an event. */
const OPTIONS_OF: Partial<Record<EventName, readonly EventOption[]>> = {
  'message.received': ['kinds'],
  'conversation.idle': ['for', 'calendar'],
  'window.closing': ['before'],
  'task.due': ['before'],
  'task.overdue': ['after', 'calendar'],
  'field.changed': ['field'],
  'tag.added': ['tag'],
  'tag.removed': ['tag'],
  'button.pressed': ['scenario'],
  'quick_reply.used': ['quickReply'],
  'webhook.received': ['name', 'about'],
  schedule: ['cron', 'timeZone'],
  'scenario.finished': ['scenario'],
  'scenario.failed': ['scenario'],
}
export const optionsOf = (name: string): readonly EventOption[] => (isEvent(name) ? (OPTIONS_OF[name] ?? []) : [])

/** What an event needs beside its name, at first. */
const NEEDS: Partial<Record<EventOption, string>> = {
  for: '2d',
  before: '2h',
  field: 'task.title',
  name: '',
  cron: '0 9 * * mon-fri',
}

export function neededBy(name: string, timeZone: string): Record<string, string> {
  if (!isEvent(name)) return {}
  return Object.fromEntries(
    EVENTS[name].needs.map((key) => [key, key === 'timeZone' ? timeZone : (NEEDS[key as EventOption] ?? '')]),
  )
}
