import { describe, expect, it } from 'vitest'
import { EVENT_NAMES } from '../../../../src/domain/scenario/document/events.ts'
import { readInputs } from '../../../../src/domain/scenario/interpreter/inputs.ts'
import { matchesTrigger } from '../../../../src/domain/scenario/interpreter/matches-trigger.ts'
import { nextCron } from '../../../../src/domain/scenario/interpreter/next-cron.ts'
import { triggerScope } from '../../../../src/domain/scenario/interpreter/surroundings-scope.ts'
import { triggerDeadline } from '../../../../src/domain/scenario/interpreter/trigger-deadline.ts'
import { DAY, event, HOUR, MINUTE, makeDocument, NEVER, NOON, SALES, SURROUNDINGS } from './play.ts'

const triggerOf = (trigger: object) => makeDocument([{ id: 'a', tag: 'x' }], { trigger }).trigger

function match(trigger: object, happened: ReturnType<typeof event>) {
  const scope = triggerScope(SURROUNDINGS, happened, NOON)
  if (!scope.ok) throw new Error(scope.message)
  return matchesTrigger(triggerOf(trigger), happened, scope.scope)
}

/** Keys of triggers, data of events that have them and that have not. */
const KEYS: [
  trigger: { event: (typeof EVENT_NAMES)[number]; [key: string]: unknown },
  fits: object[],
  others: object[],
][] = [
  [{ event: 'message.received' }, [{ kind: 'text' }, {}], []],
  [{ event: 'message.received', kinds: ['text', 'voice'] }, [{ kind: 'voice' }], [{ kind: 'image' }, {}]],
  [{ event: 'conversation.idle', for: '2h' }, [{ for: '2h' }], [{ for: '3h' }, {}, { for: '2h', calendar: 'sales' }]],
  [
    { event: 'conversation.idle', for: '2bh', calendar: 'sales' },
    [{ for: '2bh', calendar: 'sales' }],
    [{ for: '2bh', calendar: 'night' }, { for: '2bh' }],
  ],
  [{ event: 'window.closing', before: '2h' }, [{ before: '2h' }], [{ before: '1h' }, {}]],
  [{ event: 'task.due' }, [{}], [{ before: '1h' }]],
  [{ event: 'task.due', before: '1d' }, [{ before: '1d' }], [{ before: '1h' }, {}]],
  [{ event: 'task.overdue' }, [{}], [{ after: '1h' }]],
  [{ event: 'task.overdue', after: '1h' }, [{ after: '1h' }], [{ after: '2h' }, {}]],
  [
    { event: 'field.changed', field: 'task.fields.amount' },
    [{ field: 'task.fields.amount' }],
    [{ field: 'task.title' }, {}],
  ],
  [{ event: 'tag.added' }, [{ tag: 'a' }, {}], []],
  [{ event: 'tag.added', tag: 'vip' }, [{ tag: 'vip' }], [{ tag: 'VIP' }, {}]],
  [{ event: 'tag.removed', tag: 'vip' }, [{ tag: 'vip' }], [{ tag: 'x' }]],
  [{ event: 'button.pressed' }, [{ scenario: 'a' }], []],
  [{ event: 'button.pressed', scenario: 'a' }, [{ scenario: 'a' }], [{ scenario: 'b' }, {}]],
  [{ event: 'quick_reply.used', quickReply: 'hi' }, [{ quickReply: 'hi' }], [{ quickReply: 'bye' }, {}]],
  [{ event: 'webhook.received', name: 'shop' }, [{ webhook: 'shop' }], [{ webhook: 'other' }, { name: 'shop' }]],
  [
    { event: 'schedule', cron: '0 9 * * *', timeZone: 'Europe/Madrid' },
    [{ cron: '0 9 * * *', timeZone: 'Europe/Madrid' }],
    [
      { cron: '0 8 * * *', timeZone: 'Europe/Madrid' },
      { cron: '0 9 * * *', timeZone: 'UTC' },
    ],
  ],
  [{ event: 'scenario.finished', scenario: 'a' }, [{ scenario: 'a' }], [{ scenario: 'b' }]],
  [{ event: 'scenario.failed', scenario: 'a' }, [{ scenario: 'a' }], [{ scenario: 'b' }]],
]

describe('a trigger', () => {
  it.each(KEYS)('%j fires for its own events', (trigger, fits, others) => {
    for (const data of fits)
      expect(match(trigger, event(trigger.event, data as never))).toMatchObject({ fires: true, reason: 'fires' })
    for (const data of others) {
      const other = match(trigger, event(trigger.event, data as never))
      expect(other).toMatchObject({ fires: false, result: null })
      expect(other.reason).toMatch(/^other_/)
    }
  })

  const needs: Record<string, object> = Object.fromEntries(KEYS.map(([trigger]) => [trigger.event, trigger]))
  it.each(EVENT_NAMES)('for %s fires for no other event, and minds its condition', (name) => {
    const trigger = { event: name, ...needs[name] }
    const data = (KEYS.filter(([one]) => one.event === name).at(-1)?.[1][0] ?? {}) as never
    expect(match(trigger, event(name, data)).fires).toBe(true)
    for (const other of EVENT_NAMES.filter((one) => one !== name)) {
      expect(match(trigger, event(other, data))).toEqual({ fires: false, result: null, reason: 'other_event' })
    }
    const when = (is: string) => ({ ...trigger, when: { field: 'event.name', is } })
    expect(match(when(name), event(name, data))).toMatchObject({ fires: true, result: { ok: true } })
    expect(match(when('x'), event(name, data))).toMatchObject({
      fires: false,
      reason: 'condition',
      result: { ok: false },
    })
  })

  it('that cannot be decided does not fire, and says why', () => {
    const result = match({ event: 'task.created', when: { cel: 'event.x > 1' } }, event('task.created'))
    expect(result).toMatchObject({ fires: false, reason: 'condition', result: { error: { code: 'cel' } } })
  })

  it('of a button fires when it is pressed, and its condition holds', () => {
    const button = { button: { label: 'Go' }, when: { field: 'task.status.active', is: true } }
    expect(match(button, event('button.pressed')).fires).toBe(true)
    expect(match(button, event('task.created')).reason).toBe('other_event')
  })
})

describe('the time of a trigger', () => {
  const calendars = { sales: SALES, never: NEVER }
  const facts = { lastMessageAt: NOON - HOUR, windowClosesAt: NOON + 3 * HOUR, taskDueAt: NOON + DAY }
  const nothing = { lastMessageAt: null, windowClosesAt: null, taskDueAt: null }

  it.each([
    [{ event: 'conversation.idle', for: '2h' }, facts, NOON + HOUR],
    [{ event: 'conversation.idle', for: '1h' }, facts, null],
    // 11:00 and 14 open hours: 6 of Tuesday, 8 of Wednesday, which is over at 17:00
    [{ event: 'conversation.idle', for: '14bh', calendar: 'sales' }, facts, Date.parse('2026-05-06T15:00:00Z')],
    [{ event: 'conversation.idle', for: '1bh', calendar: 'gone' }, facts, null],
    [{ event: 'conversation.idle', for: '1bh', calendar: 'never' }, facts, null],
    [{ event: 'window.closing', before: '1h' }, facts, NOON + 2 * HOUR],
    [{ event: 'window.closing', before: '5h' }, facts, NOON],
    [{ event: 'window.closing', before: '5h' }, { ...facts, windowClosesAt: NOON }, null],
    [{ event: 'window.closed' }, facts, NOON + 3 * HOUR],
    [{ event: 'window.closed' }, { ...facts, windowClosesAt: NOON - 1 }, null],
    [{ event: 'task.due' }, facts, NOON + DAY],
    [{ event: 'task.due', before: '2h' }, facts, NOON + 22 * HOUR],
    [{ event: 'task.due', before: '3d' }, facts, NOON],
    [{ event: 'task.overdue' }, facts, NOON + DAY],
    [{ event: 'task.overdue', after: '30m' }, facts, NOON + DAY + 30 * MINUTE],
    // Wednesday noon and one business day: Friday noon
    [{ event: 'task.overdue', after: '1bd', calendar: 'sales' }, facts, NOON + 3 * DAY],
    [{ event: 'task.overdue' }, { ...facts, taskDueAt: NOON - DAY }, null],
    [{ event: 'schedule', cron: '30 12 * * *', timeZone: 'Europe/Madrid' }, nothing, NOON + 30 * MINUTE],
    [{ event: 'task.created' }, facts, null],
    [{ event: 'conversation.idle', for: '2h' }, nothing, null],
    [{ event: 'window.closing', before: '1h' }, nothing, null],
    [{ event: 'task.due', before: '2h' }, nothing, null],
    [{ event: 'task.overdue', after: '1h' }, nothing, null],
  ])('%j with %j is %s', (trigger, given, at) => {
    const read = triggerOf(trigger)
    if (!('event' in read)) throw new Error('no event')
    expect(triggerDeadline(read, given, NOON, calendars)).toBe(at)
  })

  it.each([
    // Tuesday 2026-05-05, 12:00 in Madrid
    ['0 9 * * *', 'Europe/Madrid', '2026-05-05T10:00:00Z', '2026-05-06T07:00:00Z'],
    ['0 12 * * *', 'Europe/Madrid', '2026-05-05T10:00:00Z', '2026-05-06T10:00:00Z'],
    ['*/15 * * * *', 'UTC', '2026-05-05T10:01:00Z', '2026-05-05T10:15:00Z'],
    ['5/20 10 * * *', 'UTC', '2026-05-05T10:06:00Z', '2026-05-05T10:25:00Z'],
    ['0 9 * * mon-fri', 'UTC', '2026-05-08T09:00:00Z', '2026-05-11T09:00:00Z'],
    ['0 9 * * 7', 'UTC', '2026-05-05T00:00:00Z', '2026-05-10T09:00:00Z'],
    ['0 0 1,15 * *', 'UTC', '2026-05-05T00:00:00Z', '2026-05-15T00:00:00Z'],
    // either of both days
    ['0 0 15 * wed', 'UTC', '2026-05-05T00:00:00Z', '2026-05-06T00:00:00Z'],
    ['0 0 29 feb *', 'UTC', '2026-05-05T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 31 jun *', 'UTC', '2026-05-05T00:00:00Z', null],
    // 2026-03-29 has no 02:30 in Madrid; 2026-10-25 has it twice
    ['30 2 * * *', 'Europe/Madrid', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['30 2 * * *', 'Europe/Madrid', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
    ['30 2 * * *', 'Europe/Madrid', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ['0 9 * * *', 'Asia/Kolkata', '2026-05-05T03:30:00Z', '2026-05-06T03:30:00Z'],
  ])('“%s” in %s behind %s is %s', (cron, timeZone, now, next) => {
    const at = nextCron(cron, timeZone, Date.parse(now))
    expect(at === null ? null : new Date(at).toISOString()).toBe(next && new Date(next).toISOString())
  })
})

describe('the inputs of a button', () => {
  const trigger = triggerOf({
    button: {
      label: 'Go',
      inputs: [
        { name: 'branch', type: 'choice', options: ['north', 'south'] },
        { name: 'count', type: 'number', default: 1 },
        { name: 'day', type: 'date', required: false },
        { name: 'note', type: 'text', required: false },
        { name: 'sure', type: 'boolean', required: false },
      ],
    },
  })
  it.each([
    [{ branch: 'north' }, { branch: 'north', count: 1 }],
    [
      { branch: 'south', count: '3', day: '2026-05-01', note: 'x', sure: 'true' },
      { branch: 'south', count: 3, day: '2026-05-01', note: 'x', sure: true },
    ],
    [
      { branch: 'north', note: '', day: null },
      { branch: 'north', count: 1 },
    ],
  ])('%j are read as %j', (given, inputs) => {
    expect(readInputs(trigger, given)).toEqual({ ok: true, inputs })
  })

  it.each([
    [{}, ['missing']],
    [{ branch: 'west' }, ['no_option']],
    [{ branch: 'north', count: 'many', day: 'tomorrow', sure: 1 }, ['wrong_type', 'wrong_type', 'wrong_type']],
    [{ branch: 'north', note: 'x'.repeat(1_001) }, ['wrong_type']],
    [{ branch: 'north', other: 1, constructor: 2 }, ['unknown', 'unknown']],
  ])('%j are refused', (given, codes) => {
    const read = readInputs(trigger, given as never)
    expect(read.ok ? [] : read.problems.map(({ code }) => code)).toEqual(codes)
  })

  it('are none where there is no button', () => {
    expect(readInputs(triggerOf({ event: 'task.created' }), { a: 1 })).toMatchObject({ ok: false })
  })
})
