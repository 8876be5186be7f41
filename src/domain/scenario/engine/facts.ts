import type { Calendar } from '../../calendar/calendar.ts'
import { replyWindow } from '../../reply-window.ts'
import type { TaskStatus } from '../../task.ts'
import type { Json, JsonObject } from '../expressions/scope.ts'
import type { Surroundings } from '../interpreter/stimulus.ts'

export interface ContactFacts {
  id: string
  name: string
  phone: string | null
  fields: JsonObject
  tags: string[]
  optedOut: boolean
}

export interface TaskFacts {
  id: string
  number: number
  title: string
  /** a key of `statuses` */
  status: string
  statuses: TaskStatus[]
  active: boolean
  assigneeIds: string[]
  fields: JsonObject
  createdAt: string
  dueAt: string | null
}

/** Moments are ISO 8601 texts, as JSON keeps them. */
export interface ConversationFacts {
  id: string
  lastInAt: string | null
  lastOutAt: string | null
  lastAuthor: string | null
}

export interface ChannelFacts {
  id: string
  name: string
  provider: string
  /** the messenger behind the provider: what a condition asks for, whoever carries the messages; absent: WhatsApp */
  kind?: string
}

/** What is known of a conversation at a moment, as it is stored: what conditions see follows from it and the time. */
export interface Facts {
  contact: ContactFacts | null
  /** the one that it is about */
  task: TaskFacts | null
  conversation: ConversationFacts
  channel: ChannelFacts
}

/** What does not stand in the record, and the time. */
export interface Setting {
  /** milliseconds since 1970 */
  now: number
  /** null: the channel's provider has no reply window */
  replyWindowHours: number | null
  calendars: { readonly [name: string]: Calendar }
  /** of the account: IANA and BCP 47 */
  timeZone: string
  locale: string
}

/** What conditions and texts see of a conversation (scenario-format, Conditions). */
export function surroundingsOf({ contact, task, conversation, channel }: Facts, setting: Setting): Surroundings {
  const { calendars, timeZone, locale } = setting
  const seen = {
    contact: contact ? contactFields(contact) : {},
    task: task ? taskFields(task) : {},
    conversation: {
      ...conversation,
      lastInAt: isoTime(conversation.lastInAt),
      lastOutAt: isoTime(conversation.lastOutAt),
      windowOpen: isWindowOpen(conversation, setting),
    },
    channel: channelFields(channel),
  }
  return { ...seen, current: seen, calendars, timeZone, locale }
}

export const isWindowOpen = (
  { lastInAt }: Pick<ConversationFacts, 'lastInAt'>,
  { now, replyWindowHours }: Pick<Setting, 'now' | 'replyWindowHours'>,
): boolean => replyWindow(lastInAt === null ? null : new Date(lastInAt), replyWindowHours, new Date(now)).open

/** PostgreSQL writes times into JSON in a form of its own. */
const isoTime = (time: string | null): string | null =>
  time === null || ISO_TIME.test(time) ? time : new Date(time).toISOString()

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

export const contactFields = (contact: ContactFacts): Json => ({ ...contact, firstName: firstName(contact.name) })

export const taskFields = ({ status, statuses, active, ...task }: TaskFacts): Json => ({
  ...task,
  dueAt: isoTime(task.dueAt),
  status: { key: status, name: statuses.find(({ key }) => key === status)?.name ?? status, active },
})

/** Snapshots from before there was another messenger do not name one. */
export const channelFields = (channel: ChannelFacts): JsonObject => ({ ...channel, kind: channel.kind ?? 'whatsapp' })

/** The first word of a name; a number is no name. */
const firstName = (name: string): string | null =>
  /^\+?\d+$/.test(name) ? null : (name.trim().split(/\s+/)[0] ?? null)
