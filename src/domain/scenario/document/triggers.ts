import { z } from 'zod'
import { isTimeZone } from '../../calendar/time-zone.ts'
import { conditionSchema } from '../expressions/conditions.ts'
import { spoken } from '../spoken.ts'
import { Cron } from './cron.ts'
import { clockDuration, DurationText } from './durations.ts'
import { EVENT_NAMES, EVENTS, type EventName, RECEIVED_KINDS } from './events.ts'
import { FORM_WORDS as form } from './form-words.ts'
import { keyedUnion } from './keyed-union.ts'
import { CalendarName, FieldName, PlainName, ScenarioKey, StepId, VariableName } from './names.ts'
import { Text } from './values.ts'

const when = conditionSchema.exactOptional().describe('Starts only where this holds')

/** Events whose trigger has keys of its own; all others have `event` and `when` alone. */
const OWN_KEYS = {
  /** `kinds`: only these; absent: every kind */
  'message.received': { kinds: z.array(z.enum(RECEIVED_KINDS)).min(1).exactOptional() },
  /** `for`: how long nobody wrote, neither side; in open hours with `calendar` */
  'conversation.idle': { for: DurationText, calendar: CalendarName.exactOptional() },
  /** `before`: how long before the reply window closes */
  'window.closing': { before: clockDuration('23h') },
  /** `before`: how long before the time at which the task is due; absent: at that time */
  'task.due': { before: clockDuration('90d').exactOptional() },
  /** `after`: how long the task has been overdue; absent: as soon as it is */
  'task.overdue': { after: DurationText.exactOptional(), calendar: CalendarName.exactOptional() },
  /** `field`: which one */
  'field.changed': {
    field: z
      .string()
      .max(120)
      .regex(
        /^(task\.(title|fields\.[^{}.\p{Cc}]+)|contact\.(name|fields\.[^{}.\p{Cc}]+))$/u,
        spoken(form.changedField()),
      ),
  },
  /** `tag`: which one; absent: any */
  'tag.added': { tag: FieldName.exactOptional() },
  'tag.removed': { tag: FieldName.exactOptional() },
  /** `scenario`: the id of the button's scenario; absent: any button */
  'button.pressed': { scenario: ScenarioKey.exactOptional() },
  /** `quickReply`: its shortcut; absent: any */
  'quick_reply.used': { quickReply: PlainName.exactOptional() },
  /**
   * `name`: the last part of the webhook's address. `about`: whose conversation it concerns, filled in from
   * `event.body`; without it the run has no client.
   */
  'webhook.received': {
    name: ScenarioKey,
    about: keyedUnion<WebhookSubject>('The subject of a webhook', {
      phone: z.strictObject({ phone: Text, channel: PlainName }),
      taskNumber: z.strictObject({ taskNumber: Text }),
      conversationId: z.strictObject({ conversationId: Text }),
    }).exactOptional(),
  },
  /** Runs without a client; `find` and `start` reach them. */
  schedule: { cron: Cron, timeZone: z.string().refine(isTimeZone, spoken(form.timeZone())) },
  /** `scenario`: which one; absent: any */
  'scenario.finished': { scenario: ScenarioKey.exactOptional() },
  'scenario.failed': { scenario: ScenarioKey.exactOptional() },
} satisfies { [Name in EventName]?: z.ZodRawShape }

/** One conversation, found by what a webhook says. A phone number is looked for on one channel, by its name. */
export type WebhookSubject = { phone: string; channel: string } | { taskNumber: string } | { conversationId: string }

type KeyedEvent = keyof typeof OWN_KEYS
type PlainEvent = Exclude<EventName, KeyedEvent>

const isPlain = (name: EventName): name is PlainEvent => !(name in OWN_KEYS)
const plainTrigger = z.strictObject({ event: z.enum(EVENT_NAMES.filter(isPlain) as [PlainEvent]), when })

const keyedTrigger = <Name extends KeyedEvent>(name: Name) =>
  z.strictObject({ event: z.literal(name), ...OWN_KEYS[name], when })

const keyedTriggers = [
  keyedTrigger('message.received'),
  keyedTrigger('conversation.idle'),
  keyedTrigger('window.closing'),
  keyedTrigger('task.due'),
  keyedTrigger('task.overdue'),
  keyedTrigger('field.changed'),
  keyedTrigger('tag.added'),
  keyedTrigger('tag.removed'),
  keyedTrigger('button.pressed'),
  keyedTrigger('quick_reply.used'),
  keyedTrigger('webhook.received'),
  keyedTrigger('schedule'),
  keyedTrigger('scenario.finished'),
  keyedTrigger('scenario.failed'),
] as const

/** What happens, and under which condition, for a scenario to start by itself. */
export const EventTrigger = z.discriminatedUnion('event', [plainTrigger, ...keyedTriggers])
export type EventTrigger = z.output<typeof EventTrigger>

const INPUT = {
  name: VariableName,
  label: z.string().min(1).max(100).exactOptional(),
  required: z.boolean().default(true),
}

/** What an employee is asked for when pressing the button; `inputs.<name>`. */
export const ButtonInput = z.discriminatedUnion('type', [
  z.strictObject({ ...INPUT, type: z.literal('text'), default: z.string().max(1_000).exactOptional() }),
  z.strictObject({ ...INPUT, type: z.literal('number'), default: z.number().exactOptional() }),
  z.strictObject({ ...INPUT, type: z.literal('boolean'), default: z.boolean().exactOptional() }),
  z.strictObject({ ...INPUT, type: z.literal('date'), default: z.iso.date().exactOptional() }),
  z.strictObject({
    ...INPUT,
    type: z.literal('choice'),
    options: z.array(z.string().min(1).max(100)).min(1).max(100),
    default: z.string().exactOptional(),
  }),
])
export type ButtonInput = z.output<typeof ButtonInput>

export const BUTTON_COLOURS = ['grey', 'blue', 'green', 'yellow', 'orange', 'red', 'violet'] as const
export const BUTTON_ICONS = [
  'bell',
  'calendar',
  'card',
  'check',
  'clock',
  'document',
  'gift',
  'heart',
  'link',
  'mail',
  'money',
  'package',
  'phone',
  'pin',
  'question',
  'send',
  'star',
  'tag',
  'truck',
  'user',
] as const

/** How a button stands in the task. */
export const ButtonLook = z.strictObject({
  colour: z.enum(BUTTON_COLOURS).exactOptional(),
  icon: z.enum(BUTTON_ICONS).exactOptional(),
  position: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .exactOptional()
    .describe('Lower stands first; buttons without a position come after those with one, by priority'),
})
export type ButtonLook = z.output<typeof ButtonLook>

/** Started by an employee from a task; shown, but not enabled, where `when` does not hold. */
export const ButtonTrigger = z.strictObject({
  button: z.strictObject({
    label: z.string().trim().min(1).max(60),
    confirm: z.boolean().default(false).describe('Ask before it runs'),
    inputs: z.array(ButtonInput).max(20).default([]),
    look: ButtonLook.exactOptional(),
  }),
  when,
})
export type ButtonTrigger = z.output<typeof ButtonTrigger>

export type Trigger = EventTrigger | ButtonTrigger

export const Trigger: z.ZodType<Trigger> = keyedUnion<Trigger>('A trigger', {
  event: EventTrigger,
  button: ButtonTrigger,
}).meta({ id: 'Trigger' })

const isAwaited = (name: EventName): boolean => EVENTS[name].awaited
const plainAwaited = EVENT_NAMES.filter((name) => isAwaited(name) && EVENTS[name].needs.length === 0)

/** What a `wait` waits for: an event's name, or the event's trigger with its `when` as the match. */
export const AwaitedEvent = z.union([
  z.enum(plainAwaited as [EventName]),
  z.discriminatedUnion('event', [
    z.strictObject({ event: z.enum(plainAwaited.filter(isPlain) as [PlainEvent]), when }),
    keyedTrigger('message.received'),
    keyedTrigger('task.due'),
    keyedTrigger('task.overdue'),
    keyedTrigger('field.changed'),
    keyedTrigger('tag.added'),
    keyedTrigger('tag.removed'),
    keyedTrigger('button.pressed'),
    keyedTrigger('quick_reply.used'),
    keyedTrigger('webhook.received'),
    keyedTrigger('scenario.finished'),
    keyedTrigger('scenario.failed'),
  ]),
])
export type AwaitedEvent = z.output<typeof AwaitedEvent>

export const awaitedName = (awaited: AwaitedEvent): EventName => (typeof awaited === 'string' ? awaited : awaited.event)

/** Common to every step. */
export const STEP = {
  id: StepId,
  name: z.string().trim().min(1).max(200).exactOptional().describe('For people: in the editor and in the log of a run'),
}
