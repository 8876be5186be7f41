/** What a run is about that an event starts: a client's conversation, or nothing but the installation itself. */
export type About = 'conversation' | 'house'

export interface EventFacts {
  about: About
  /** keys of the trigger beside `event` and `when` that have to be given */
  needs: readonly string[]
  /** whether a `wait` can wait for it: it happens inside a conversation, and by itself */
  awaited: boolean
}

const inConversation: EventFacts = { about: 'conversation', needs: [], awaited: true }
const inHouse: EventFacts = { about: 'house', needs: [], awaited: false }

/**
 * Every event that starts a scenario (scenario-format, Triggers). Imported history and echoes never are
 * `message.received`.
 */
export const EVENTS = {
  'message.received': inConversation,
  'message.edited': inConversation,
  'message.deleted': inConversation,
  'message.echoed': inConversation,
  'message.sent': inConversation,
  'message.delivered': inConversation,
  'message.read': inConversation,
  'message.failed': inConversation,
  'contact.first_seen': { ...inConversation, awaited: false },
  'contact.opted_out': inConversation,
  'contact.merged': inConversation,
  'contact.number_changed': inConversation,
  'conversation.idle': { about: 'conversation', needs: ['for'], awaited: false },
  'window.closing': { about: 'conversation', needs: ['before'], awaited: false },
  'window.closed': inConversation,
  'bulk.detected': { ...inConversation, awaited: false },
  'bulk.replied': inConversation,
  'bulk.expired': inConversation,
  'task.created': inConversation,
  'task.reopened': inConversation,
  'task.status_changed': inConversation,
  'task.assigned': inConversation,
  'task.due': inConversation,
  'task.overdue': inConversation,
  'comment.added': inConversation,
  'field.changed': { ...inConversation, needs: ['field'] },
  'tag.added': inConversation,
  'tag.removed': inConversation,
  'channel.connected': inHouse,
  'channel.paused': inHouse,
  'channel.disconnected': inHouse,
  'channel.quality_changed': inHouse,
  'channel.account_changed': inHouse,
  'channel.phone_silent': inHouse,
  'template.status_changed': inHouse,
  'button.pressed': inConversation,
  'quick_reply.used': inConversation,
  /** in a conversation where the trigger says which one (`about`) */
  'webhook.received': { about: 'house', needs: ['name'], awaited: true },
  schedule: { about: 'house', needs: ['cron', 'timeZone'], awaited: false },
  'scenario.finished': inConversation,
  'scenario.failed': inConversation,
} as const satisfies Record<string, EventFacts>

export type EventName = keyof typeof EVENTS

export const EVENT_NAMES = Object.keys(EVENTS) as EventName[]

/** What clients send (`event.kind` of `message.received`). */
export const RECEIVED_KINDS = [
  'text',
  'image',
  'video',
  'audio',
  'voice',
  'document',
  'sticker',
  'location',
  'contacts',
  'reaction',
  'button_reply',
  'list_reply',
  'flow_reply',
  'order',
  'unsupported',
] as const
