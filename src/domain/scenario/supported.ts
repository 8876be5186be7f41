import type { EventName } from './document/events.ts'
import type { Action } from './document/step.ts'

export interface Supported {
  events: ReadonlySet<EventName>
  actions: ReadonlySet<Action>
}

/**
 * What this version of Parley can run. Publishing refuses the rest with a reason: nothing in a document is ever passed
 * over in silence.
 */
export const SUPPORTED: Supported = {
  events: new Set<EventName>([
    'message.received',
    'message.edited',
    'message.deleted',
    'message.echoed',
    'message.failed',
    'contact.first_seen',
    'contact.opted_out',
    'contact.number_changed',
    'bulk.replied',
    'bulk.expired',
    'task.created',
    'task.reopened',
    'task.status_changed',
    'task.assigned',
    'comment.added',
    'button.pressed',
    'scenario.finished',
    'scenario.failed',
  ]),
  actions: new Set<Action>([
    'sendText',
    'sendTemplate',
    'comment',
    'openTask',
    'setStatus',
    'setField',
    'assign',
    'addParticipants',
    'close',
    'setContactField',
    'tag',
    'untag',
    'optOut',
    'if',
    'switch',
    'wait',
    'waitAny',
    'repeat',
    'set',
    'start',
    'cancel',
    'handoff',
    'stop',
  ]),
}
