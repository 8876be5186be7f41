import { isJsonMap, type Json, type JsonMap } from '../text/json.ts'

export const ACTION_GROUPS = {
  send: ['sendText', 'sendTemplate', 'sendInteractive', 'sendQuickReply', 'sendFile'],
  task: ['comment', 'assign', 'setStatus', 'setField', 'openTask', 'addParticipants', 'close'],
  contact: ['tag', 'untag', 'setContactField', 'optOut'],
  flow: ['wait', 'waitAny', 'if', 'switch', 'repeat', 'handoff', 'call', 'start', 'cancel', 'stop'],
  outside: ['http', 'emit'],
  data: ['set', 'find'],
} as const

export type ActionGroup = keyof typeof ACTION_GROUPS
/** What a step does: the key that says it. */
export type Action = (typeof ACTION_GROUPS)[ActionGroup][number]

export const ACTIONS = Object.values(ACTION_GROUPS).flat() as Action[]
export const GROUPS = Object.keys(ACTION_GROUPS) as ActionGroup[]

export const isAction = (name: string): name is Action => (ACTIONS as string[]).includes(name)

export const groupOf = (action: Action): ActionGroup =>
  GROUPS.find((group) => (ACTION_GROUPS[group] as readonly string[]).includes(action)) ?? 'flow'

/** What a step does; null where it has no such key, or is no step at all. */
export function actionOf(step: Json | undefined): Action | null {
  if (!isJsonMap(step)) return null
  return Object.keys(step).find(isAction) ?? null
}

/** In which order the keys of a step stand, and those of the document. */
export const STEP_ORDER: readonly string[] = [
  'id',
  'name',
  ...ACTIONS,
  'cases',
  'then',
  'else',
  'steps',
  'onReply',
  'onTimeout',
  'onInterrupt',
  'onError',
]
export const DOCUMENT_ORDER: readonly string[] = [
  'id',
  'name',
  'description',
  'trigger',
  'concurrency',
  'priority',
  'limits',
  'vars',
  'steps',
]

// biome-ignore-start lint/suspicious/noThenProperty: the word of the format; a step is never awaited
/** How ids of new steps begin, and what they do until somebody says more. */
const NEW: { [Name in Action]: [id: string, step: JsonMap] } = {
  sendText: ['message', { sendText: { text: '' } }],
  sendTemplate: ['template', { sendTemplate: { name: '', language: 'auto' } }],
  sendInteractive: ['ask', { sendInteractive: { text: '', buttons: [{ id: 'yes', title: '' }] } }],
  sendQuickReply: ['quick-reply', { sendQuickReply: { quickReply: '' } }],
  sendFile: ['file', { sendFile: { attachmentId: '' } }],
  comment: ['note', { comment: { text: '', notify: ['assignee'] } }],
  assign: ['assign', { assign: { rule: 'least_busy', group: '' } }],
  setStatus: ['status', { setStatus: '' }],
  setField: ['field', { setField: { field: '', value: '' } }],
  openTask: ['task', { openTask: { ifActive: 'use' } }],
  addParticipants: ['invite', { addParticipants: { groups: [] } }],
  close: ['close', { close: true }],
  tag: ['tag', { tag: '' }],
  untag: ['untag', { untag: '' }],
  setContactField: ['contact-field', { setContactField: { field: '', value: '' } }],
  optOut: ['opt-out', { optOut: true }],
  wait: ['wait', { wait: { for: ['message.received'], timeout: '1d' } }],
  waitAny: [
    'wait-any',
    {
      waitAny: {
        branches: [
          { for: ['message.received'], then: [] },
          { for: ['task.status_changed'], then: [] },
        ],
        timeout: '1d',
      },
    },
  ],
  if: ['check', { if: { field: 'event.text', contains: '' }, then: [] }],
  switch: ['choose', { switch: 'event.buttonPayload', cases: [{ is: '', then: [] }] }],
  repeat: ['repeat', { repeat: { max: 3 }, steps: [] }],
  handoff: ['handoff', { handoff: {} }],
  call: ['call', { call: { scenario: '' } }],
  start: ['start', { start: { scenario: '' } }],
  cancel: ['cancel', { cancel: { scenario: '' } }],
  stop: ['end', { stop: true }],
  http: ['request', { http: { endpoint: '', method: 'POST' } }],
  emit: ['tell', { emit: { event: '' } }],
  set: ['set', { set: {} }],
  find: ['find', { find: { tasks: { field: 'task.status.active', is: true }, into: '' } }],
}
// biome-ignore-end lint/suspicious/noThenProperty: the word of the format

/** A step that was just added. */
export const newStep = (action: Action, idFor: (beginning: string) => string): JsonMap => ({
  id: idFor(NEW[action][0]),
  ...structuredClone(NEW[action][1]),
})
