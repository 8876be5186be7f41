import type { Json } from '../text/json.ts'
import type { Action } from './actions.ts'
import { branchesOf } from './branches.ts'

/** Keys of every free message. */
const SEND_KEYS = ['ifWindowClosed', 'delivery', 'hold']

/** The keys inside an action that its form shows; null: the action is no map. */
export const SHOWN: Record<Action, readonly string[] | null> = {
  sendText: ['text', ...SEND_KEYS],
  sendTemplate: ['name', 'language', 'header', 'body', 'buttons', 'delivery', 'hold'],
  sendInteractive: ['text', 'header', 'footer', 'buttons', 'list', 'link', ...SEND_KEYS],
  sendQuickReply: ['quickReply', ...SEND_KEYS],
  sendFile: ['attachmentId', 'caption', ...SEND_KEYS],
  comment: ['text', 'notify', ...SEND_KEYS],
  assign: ['rule', 'group', 'employee', 'mode'],
  setStatus: null,
  setField: ['field', 'value'],
  openTask: ['template', 'title', 'ifActive'],
  addParticipants: ['employees', 'groups'],
  close: null,
  tag: null,
  untag: null,
  setContactField: ['field', 'value'],
  optOut: null,
  wait: ['for', 'timeout', 'until', 'calendar', 'debounce'],
  waitAny: ['branches', 'timeout', 'until', 'calendar'],
  if: null,
  switch: null,
  repeat: ['max', 'while'],
  handoff: ['to', 'note'],
  call: ['scenario', 'with', 'into'],
  start: ['scenario', 'with', 'each'],
  cancel: ['scenario'],
  stop: null,
  http: ['endpoint', 'method', 'path', 'query', 'body', 'timeout', 'retries', 'response', 'into'],
  emit: ['event', 'data'],
  set: null,
  find: ['tasks', 'contacts', 'limit', 'into'],
}

/** The keys of a step that have a form, those of its branches included. */
export function shownKeys(step: Json | undefined, action: Action | null): string[] {
  const branches = branchesOf(step).map(({ path: [first] }) => String(first))
  const own = action === null ? [] : [action]
  return [
    'id',
    'name',
    ...own,
    ...branches,
    ...(action === 'wait' || action === 'waitAny' ? ['onInterrupt', 'onReply', 'onTimeout'] : []),
  ]
}
