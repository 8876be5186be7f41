import { isJsonMap, isList, type Json, type JsonMap, listAt, mapAt } from '../text/json.ts'
import { stepsIn } from './branches.ts'

export type FieldKind = 'text' | 'choice' | 'boolean' | 'number' | 'time' | 'list' | 'any'
/** Where values come from that can be chosen. */
export type ValueSource =
  | 'statuses'
  | 'channels'
  | 'channelKinds'
  | 'people'
  | 'kinds'
  | 'authors'
  | 'templates'
  | 'scenarios'
  | 'tags'
  | 'quickReplies'

export type FieldGroup = 'event' | 'contact' | 'task' | 'conversation' | 'channel' | 'calendar' | 'vars' | 'inputs'

export interface Field {
  path: string
  group: FieldGroup
  kind: FieldKind
  values?: ValueSource
}

const field = (path: string, kind: FieldKind, values?: ValueSource): Field => ({
  path,
  group: path.slice(0, path.indexOf('.')) as FieldGroup,
  kind,
  ...(values ? { values } : {}),
})

/** What every run can look at that has a client. */
const ALWAYS: readonly Field[] = [
  field('contact.name', 'text'),
  field('contact.firstName', 'text'),
  field('contact.phone', 'text'),
  field('contact.tags', 'list', 'tags'),
  field('contact.optedOut', 'boolean'),
  field('task.status.key', 'choice', 'statuses'),
  field('task.status.active', 'boolean'),
  field('task.title', 'text'),
  field('task.number', 'number'),
  field('task.assigneeIds', 'list', 'people'),
  field('task.createdAt', 'time'),
  field('task.dueAt', 'time'),
  field('conversation.windowOpen', 'boolean'),
  field('conversation.lastAuthor', 'choice', 'authors'),
  field('conversation.lastInAt', 'time'),
  field('conversation.lastOutAt', 'time'),
  field('channel.name', 'choice', 'channels'),
  field('channel.kind', 'choice', 'channelKinds'),
  field('channel.provider', 'text'),
]

/** What the keys of events are (docs/scenario-events.md). */
const EVENT_FIELDS: Record<string, Field> = Object.fromEntries(
  [
    field('event.text', 'text'),
    field('event.kind', 'choice', 'kinds'),
    field('event.buttonPayload', 'text'),
    field('event.buttonText', 'text'),
    field('event.hasFile', 'boolean'),
    field('event.isReply', 'boolean'),
    field('event.forwarded', 'boolean'),
    field('event.reply_to_bulk', 'any'),
    field('event.emoji', 'text'),
    field('event.by', 'any'),
    field('event.template', 'choice', 'templates'),
    field('event.byScenario', 'choice', 'scenarios'),
    field('event.code', 'text'),
    field('event.size', 'number'),
    field('event.field', 'text'),
    field('event.from', 'any'),
    field('event.to', 'any'),
    field('event.tag', 'choice', 'tags'),
    field('event.active', 'boolean'),
    field('event.assigneeIds', 'list', 'people'),
    field('event.internal', 'boolean'),
    field('event.notifiesContact', 'boolean'),
    field('event.quickReply', 'choice', 'quickReplies'),
    field('event.scenario', 'choice', 'scenarios'),
    field('event.closesAt', 'time'),
    field('event.dueAt', 'time'),
    field('event.since', 'time'),
    field('event.endsAt', 'time'),
    field('event.late', 'boolean'),
    field('event.missed', 'number'),
    field('event.body', 'any'),
    field('event.reason', 'text'),
    field('event.channelName', 'choice', 'channels'),
    field('event.name', 'text'),
    field('event.language', 'text'),
    field('event.at', 'time'),
    field('event.now', 'time'),
  ].map((one) => [one.path.slice('event.'.length), one]),
)

const MESSAGE_OUT = ['kind', 'template', 'byScenario']
const CHANNEL = ['channelName', 'from', 'to', 'reason']

/** The keys that an event has beside those that all have. */
const KEYS_OF: Record<string, readonly string[]> = {
  'message.received': [
    'text',
    'kind',
    'buttonPayload',
    'buttonText',
    'hasFile',
    'isReply',
    'forwarded',
    'reply_to_bulk',
    'emoji',
  ],
  'message.edited': ['text', 'by'],
  'message.deleted': ['by'],
  'message.sent': MESSAGE_OUT,
  'message.delivered': MESSAGE_OUT,
  'message.read': MESSAGE_OUT,
  'message.failed': [...MESSAGE_OUT, 'code'],
  'message.echoed': ['text', 'kind', 'by'],
  'bulk.detected': ['size'],
  'bulk.replied': ['text', 'reply_to_bulk'],
  'field.changed': ['field', 'from', 'to', 'by'],
  'tag.added': ['tag', 'by'],
  'tag.removed': ['tag', 'by'],
  'contact.opted_out': ['by'],
  'contact.merged': ['by'],
  'task.created': ['by'],
  'task.reopened': ['by'],
  'task.status_changed': ['to', 'from', 'active', 'by'],
  'task.assigned': ['assigneeIds', 'by'],
  'task.due': ['dueAt'],
  'task.overdue': ['dueAt'],
  'comment.added': ['text', 'kind', 'internal', 'notifiesContact', 'by'],
  'quick_reply.used': ['quickReply', 'by'],
  'button.pressed': ['scenario', 'by'],
  'conversation.idle': ['since'],
  'window.closing': ['closesAt'],
  'window.closed': ['closesAt'],
  schedule: ['late', 'missed'],
  'webhook.received': ['body'],
  'scenario.finished': ['scenario', 'reason'],
  'scenario.failed': ['scenario', 'reason'],
  'channel.connected': CHANNEL,
  'channel.paused': CHANNEL,
  'channel.disconnected': CHANNEL,
  'channel.quality_changed': CHANNEL,
  'channel.account_changed': ['channelName', 'what', 'value', 'detail'],
  'channel.phone_silent': ['channelName', 'since', 'endsAt', 'reason'],
  'template.status_changed': [...CHANNEL, 'name', 'language'],
}

export const nameOfEvent = (awaited: Json | undefined): string | null => {
  if (typeof awaited === 'string') return awaited
  return isJsonMap(awaited) && typeof awaited.event === 'string' ? awaited.event : null
}

/** The events that a document listens to: its trigger's, then those that it waits for. */
export function eventsOf(document: JsonMap): string[] {
  const names = [nameOfEvent(document.trigger)]
  for (const { step } of stepsIn(document)) {
    for (const awaited of awaitedOf(step)) names.push(nameOfEvent(awaited))
  }
  return [...new Set(names.filter((name) => name !== null))]
}

export function awaitedOf(step: Json): Json[] {
  const branches = listAt(step, ['waitAny', 'branches']).flatMap((branch) => listAt(branch, ['for']))
  return [...listAt(step, ['wait', 'for']), ...branches]
}

/** What a status change says in `from` and `to` are statuses. */
const forEvents = (one: Field, events: readonly string[]): Field =>
  (one.path === 'event.to' || one.path === 'event.from') && events.includes('task.status_changed')
    ? { ...one, kind: 'choice', values: 'statuses' }
    : one

/**
 * The fields that a condition or a text can read, the likely ones first.
 * @param events those that may have happened where it is read
 * @param calendars names of this installation's
 */
export function fieldsFor(document: JsonMap, events: readonly string[], calendars: readonly string[]): Field[] {
  const keys = [...new Set([...events.flatMap((event) => KEYS_OF[event] ?? []), 'at', 'now'])]
  const ofEvents = keys.flatMap((key) => (EVENT_FIELDS[key] ? [forEvents(EVENT_FIELDS[key], events)] : []))
  const vars = Object.entries(mapAt(document, ['vars'])).map(([name, one]) =>
    field(`vars.${name}`, kindOfVariable(mapAt(one, []).type)),
  )
  const inputs = listAt(document, ['trigger', 'button', 'inputs']).flatMap((input) => {
    const { name, type } = mapAt(input, [])
    return typeof name === 'string' ? [field(`inputs.${name}`, kindOfVariable(type))] : []
  })
  const own = customFields(document)
  const hours = calendars.map((name) => field(`calendar.${name}.open`, 'boolean'))
  return [...(events.length > 0 ? ofEvents : []), ...inputs, ...vars, ...ALWAYS, ...own, ...hours]
}

const KINDS: Record<string, FieldKind> = {
  number: 'number',
  boolean: 'boolean',
  date: 'time',
  list: 'list',
  string: 'text',
  text: 'text',
  choice: 'text',
}
const kindOfVariable = (type: unknown): FieldKind => (typeof type === 'string' ? (KINDS[type] ?? 'any') : 'any')

/** Fields of tasks and contacts that the document itself names. */
function customFields(document: JsonMap): Field[] {
  const names = new Set<string>()
  const visit = (value: Json): void => {
    if (typeof value === 'string') {
      for (const [path] of value.matchAll(/\b(task|contact)\.fields\.[\p{L}\p{N}_-]+/gu)) names.add(path)
    } else if (isList(value)) value.forEach(visit)
    else if (isJsonMap(value)) {
      Object.values(value).forEach(visit)
      for (const [key, root] of [
        ['setField', 'task'],
        ['setContactField', 'contact'],
      ] as const) {
        const { field: name } = mapAt(value, [key])
        if (typeof name === 'string' && name !== '' && !/[.{}]/.test(name)) names.add(`${root}.fields.${name}`)
      }
    }
  }
  visit(document)
  return [...names].sort().map((path) => field(path, 'any'))
}

/** What is known of a field by its path; `current.` and a field that nobody named before are no different. */
export function fieldAt(path: string, known: readonly Field[]): Field {
  const plain = path.replace(/^current\./, '')
  const found = known.find((one) => one.path === plain) ?? ALWAYS.find((one) => one.path === plain)
  if (found) return { ...found, path }
  const ofEvent = plain.startsWith('event.') ? EVENT_FIELDS[plain.slice('event.'.length)] : undefined
  if (ofEvent) return { ...ofEvent, path }
  return field(path, /^calendar\.[^.]+\.open$/.test(plain) ? 'boolean' : 'any')
}

export const OPERATORS = [
  'is',
  'isNot',
  'in',
  'contains',
  'startsWith',
  'matches',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'exists',
] as const
export type Operator = (typeof OPERATORS)[number]

const FITTING: Record<FieldKind, readonly Operator[]> = {
  text: ['contains', 'is', 'isNot', 'in', 'startsWith', 'matches', 'exists'],
  choice: ['is', 'isNot', 'in', 'exists'],
  boolean: ['is', 'exists'],
  number: ['is', 'isNot', 'gt', 'gte', 'lt', 'lte', 'between', 'in', 'exists'],
  time: ['gt', 'gte', 'lt', 'lte', 'between', 'exists'],
  list: ['contains', 'in', 'exists'],
  any: OPERATORS,
}
export const operatorsFor = (kind: FieldKind): readonly Operator[] => FITTING[kind]
