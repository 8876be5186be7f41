import { describe, expect, it } from 'vitest'
import { checkDocument } from '../../../../src/domain/scenario/document/check-document.ts'
import { namesUsed } from '../../../../src/domain/scenario/document/names-used.ts'
import { pathText } from '../../../../src/domain/scenario/document/problem.ts'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'
import { around, EVERY_STEP, QUOTE_FOLLOW_UP, SEND_ADDRESS } from './examples.ts'

function check(text: string) {
  const result = readDocument(text)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return checkDocument(result.document, result.placeOf)
}
/** `code line:column path` */
const found = (text: string) => check(text).map(({ code, line, column, path }) => `${code} ${line}:${column} ${path}`)
const codes = (steps: string, top?: string) => check(around(steps, top)).map(({ code }) => code)
const errors = (steps: string, top?: string) =>
  check(around(steps, top))
    .filter(({ severity }) => severity === 'error')
    .map(({ code, path }) => `${code} ${path}`)

describe('the examples', () => {
  it.each([
    ['the follow-up', QUOTE_FOLLOW_UP],
    ['the button', SEND_ADDRESS],
    ['every step', EVERY_STEP],
  ])('can be published: %s', (_, text) => {
    expect(check(text).filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('warn of what may be missing', () => {
    expect(found(QUOTE_FOLLOW_UP)).toEqual([
      'may_be_missing 15:70 steps[0].onTimeout[0].sendTemplate.body[0]',
      'may_be_missing 15:97 steps[0].onTimeout[0].sendTemplate.body[1]',
    ])
  })
})

const TEXT = 'sendText: { text: hi }'
const WAIT = 'wait: { for: [message.received], timeout: 1h }'

describe('a free message needs a fallback where the reply window may be closed', () => {
  const MANUAL = 'trigger: { button: { label: Go } }'
  it.each<[string, string, string | undefined, boolean]>([
    ['behind a message', `- { id: a, ${TEXT} }`, undefined, false],
    ['behind a message and other steps', `- { id: t, tag: x }\n  - { id: a, ${TEXT} }`, undefined, false],
    ['behind another event', `- { id: a, ${TEXT} }`, 'trigger: { event: task.created }', true],
    ['of a button', `- { id: a, ${TEXT} }`, MANUAL, true],
    ['that has one', '- { id: a, sendText: { text: hi, ifWindowClosed: skip } }', MANUAL, false],
    [
      'of a button for open windows',
      `- { id: a, ${TEXT} }`,
      'trigger: { button: { label: Go }, when: { field: conversation.windowOpen, is: true } }',
      false,
    ],
    ['behind a pause', `- { id: w, wait: { timeout: 1h } }\n  - { id: a, ${TEXT} }`, undefined, true],
    ['in the reply of a wait', `- { id: w, ${WAIT}, onReply: [{ id: a, ${TEXT} }] }`, MANUAL, false],
    ['in the timeout of a wait', `- { id: w, ${WAIT}, onTimeout: [{ id: a, ${TEXT} }] }`, undefined, true],
    ['behind a wait that may time out', `- { id: w, ${WAIT} }\n  - { id: a, ${TEXT} }`, undefined, true],
    [
      'behind a wait whose timeout ends the run',
      `- { id: w, ${WAIT}, onTimeout: [{ id: s, stop: true }] }\n  - { id: a, ${TEXT} }`,
      MANUAL,
      false,
    ],
    [
      'behind a wait for something else',
      `- { id: w, wait: { for: [comment.added] } }\n  - { id: a, ${TEXT} }`,
      undefined,
      true,
    ],
    [
      'behind a condition',
      `- { id: i, if: { field: conversation.windowOpen, is: true }, then: [{ id: a, ${TEXT} }] }`,
      MANUAL,
      false,
    ],
    [
      'in its else',
      `- { id: i, if: { field: conversation.windowOpen, is: true }, then: [], else: [{ id: a, ${TEXT} }] }`,
      MANUAL,
      true,
    ],
    [
      'in the second round',
      `- { id: r, repeat: { max: 2 }, steps: [{ id: a, ${TEXT} }, { id: w, wait: { timeout: 1h } }] }`,
      undefined,
      true,
    ],
    ['behind a call', `- { id: c, call: { scenario: other } }\n  - { id: a, ${TEXT} }`, undefined, true],
    ['as a comment', '- { id: a, comment: { text: hi, notify: [contact] } }', MANUAL, true],
    ['as an internal comment', '- { id: a, comment: { text: hi, notify: [assignee] } }', MANUAL, false],
    ['as a template', '- { id: a, sendTemplate: { name: t } }', MANUAL, false],
  ])('%s', (_, steps, trigger, refused) => {
    expect(codes(`  ${steps}`, trigger).filter((code) => code === 'window_may_be_closed')).toEqual(
      refused ? ['window_may_be_closed'] : [],
    )
  })

  it('with its place', () => {
    expect(found(around('  - id: a\n    sendText: { text: hi }', 'trigger: { event: task.created }'))).toEqual([
      'window_may_be_closed 6:5 steps[0].sendText',
    ])
  })

  it('not behind a button that is enabled for open windows, among other things', () => {
    const top =
      'trigger:\n  button: { label: Go }\n  when: { all: [{ field: task.status.active, is: true }, { field: conversation.windowOpen, is: true }] }'
    expect(codes(`  - { id: a, ${TEXT} }`, top)).toEqual([])
  })
})

describe('what would never happen is refused', () => {
  it.each([
    ['behind stop', '- { id: s, stop: true }\n  - { id: a, tag: x }', 'unreachable_step steps[1]'],
    ['behind a handoff', '- { id: s, handoff: {} }\n  - { id: a, tag: x }', 'unreachable_step steps[1]'],
    [
      'behind branches that all end',
      '- { id: i, if: { field: event.a, is: 1 }, then: [{ id: s, stop: true }], else: [{ id: t, stop: true }] }\n  - { id: a, tag: x }',
      'unreachable_step steps[1]',
    ],
    [
      'onTimeout without one',
      '- { id: w, wait: { for: [message.received] }, onTimeout: [] }',
      'unreachable_branch steps[0].onTimeout',
    ],
    ['onReply to nothing', '- { id: w, wait: { timeout: 1h }, onReply: [] }', 'unreachable_branch steps[0].onReply'],
    [
      'a case that was taken',
      '- { id: s, switch: event.a, cases: [{ in: [1, 2], then: [] }, { is: 2, then: [] }] }',
      'unreachable_branch steps[0].cases[1]',
    ],
    [
      'a fallback of nothing',
      '- { id: c, comment: { text: x, ifWindowClosed: skip } }',
      'no_effect steps[0].comment.ifWindowClosed',
    ],
    ['a repeat of nothing', '- { id: r, repeat: { max: 2 }, steps: [] }', 'no_effect steps[0].repeat'],
    ['a call of itself', '- { id: c, call: { scenario: one } }', 'starts_itself steps[0].call.scenario'],
  ])('%s', (_, steps, expected) => {
    expect(errors(`  ${steps}`)).toEqual([expected])
  })

  it('is not a branch that goes on', () => {
    expect(
      errors('  - { id: i, if: { field: event.a, is: 1 }, then: [{ id: s, stop: true }] }\n  - { id: a, tag: x }'),
    ).toEqual([])
  })

  it('is a step for a client where there is none', () => {
    const schedule =
      'trigger: { event: schedule, cron: "0 9 * * mon-fri", timeZone: Europe/Berlin }\nvars: { l: { type: list } }'
    expect(
      errors('  - { id: a, tag: x }\n  - { id: b, emit: { event: e, data: { n: "{{ contact.name }}" } } }', schedule),
    ).toEqual(['no_client steps[0].tag', 'no_client steps[1].emit.data.n'])
    const found =
      '  - { id: f, find: { contacts: { field: contact.fields.city, is: Oslo }, into: l } }\n  - { id: s, start: { scenario: other, each: vars.l } }'
    expect(errors(found, schedule)).toEqual([])
  })
})

describe('loops', () => {
  it('do not send without a wait', () => {
    const loop = (inner: string) => `  - { id: r, repeat: { max: 3 }, steps: [${inner}] }`
    expect(errors(loop('{ id: a, sendTemplate: { name: t } }'))).toEqual(['loop_without_wait steps[0].repeat'])
    expect(errors(loop('{ id: a, sendTemplate: { name: t } }, { id: w, wait: { timeout: 1d } }'))).toEqual([])
    expect(codes('  - { id: r, repeat: { max: 300 }, steps: [{ id: a, tag: x }, { id: b, tag: y }] }')).toEqual([
      'many_steps',
    ])
  })
})

describe('names and types', () => {
  const top = 'trigger: { event: message.received }\nvars: { amount: { type: number }, list: { type: list } }'
  it.each([
    [
      'a variable',
      '- { id: a, comment: { text: "{{ vars.amuont | default: 0 }}" } }',
      'unknown_variable steps[0].comment.text',
    ],
    [
      'a variable in a condition',
      '- { id: a, if: { any: [{ field: vars.x, is: 1 }] }, then: [] }',
      'unknown_variable steps[0].if',
    ],
    [
      'a variable in CEL',
      '- { id: a, set: { amount: { cel: "vars.x + 1" } } }',
      'unknown_variable steps[0].set.amount.cel',
    ],
    ['a variable that is set', '- { id: a, set: { x: 1 } }', 'unknown_variable steps[0].set.x'],
    ['an input of no button', '- { id: a, tag: "{{ inputs.x }}" }', 'unknown_input steps[0].tag'],
    ['a type', '- { id: a, set: { amount: [1] } }', 'wrong_type steps[0].set.amount'],
    [
      'a type of what is found',
      '- { id: a, find: { tasks: { field: task.id, exists: true }, into: amount } }',
      'wrong_type steps[0].find.into',
    ],
    ['a calendar', '- { id: a, if: { field: calendar.sales, is: true }, then: [] }', 'unknown_field steps[0].if'],
    ['hours of no calendar', '- { id: a, wait: { timeout: 2bd } }', 'calendar_missing steps[0].wait.timeout'],
    ['an opening of no calendar', '- { id: a, wait: { until: open } }', 'calendar_missing steps[0].wait.until'],
    ['a time', '- { id: a, wait: { until: tomorrow } }', 'invalid_time steps[0].wait.until'],
  ])('are checked: %s', (_, steps, expected) => {
    expect(errors(`  ${steps}`, top)).toEqual([expected])
  })

  it('warn of a variable that nothing has given a value', () => {
    expect(codes('  - { id: a, comment: { text: "{{ vars.amount }}" } }', top)).toEqual(['may_be_missing'])
    expect(
      codes('  - { id: s, set: { amount: 1 } }\n  - { id: a, comment: { text: "{{ vars.amount }}" } }', top),
    ).toEqual([])
    expect(codes('  - { id: a, comment: { text: "{{ task.number }}" } }', top)).toEqual([])
  })
})

describe('an expression that does not compile', () => {
  it.each([
    ['plain', '  - { id: a, comment: { text: Hello {{ contact.name } } }', null],
    ['in quotes', "  - id: a\n    comment: { text: 'Hi {{ contact.name | nothing }}' }", 'invalid_text 6:'],
    [
      'in a block',
      '  - id: a\n    comment:\n      text: |\n        Hi\n        there {{ contact.name | nothing }}',
      'invalid_text 9:',
    ],
    ['CEL', "  - id: a\n    setField: { field: x, value: { cel: '1 + + 1' } }", 'invalid_cel 6:'],
  ])('is told with its line: %s', (_, steps, expected) => {
    if (expected === null) return expect(readDocument(around(steps)).ok).toBe(false)
    expect(found(around(steps))).toEqual([expect.stringContaining(expected)])
  })

  it('is told at its place inside the text', () => {
    const text = '  - id: a\n    comment:\n      text: |\n        Hi\n        {{ contact.name }} {% nothing %}'
    expect(found(around(text)).at(-1)).toBe('invalid_text 9:28 steps[0].comment.text')
  })
})

describe('the names that a document uses', () => {
  it('are all there, with their paths', () => {
    const result = readDocument(EVERY_STEP)
    if (!result.ok) throw new Error('unread')
    const used = namesUsed(result.document).map(({ kind, name, path }) => `${kind} ${name} ${pathText(path)}`)
    expect(used).toEqual(
      expect.arrayContaining([
        'template t steps[1].sendTemplate.name',
        'quick_reply hello steps[5].sendQuickReply.quickReply',
        'task_template Sales steps[6].openTask.template',
        'employee ann@x.test steps[9].assign.employee',
        'group sales steps[10].addParticipants.groups[0]',
        'employee ann@x.test steps[11].comment.notify[1].employee',
        'status done steps[12].close.status',
        'calendar sales steps[18].waitAny.calendar',
        'scenario other steps[20].call.scenario',
        'endpoint crm steps[24].http.endpoint',
        'group sales steps[28].then[0].handoff.to.group',
      ]),
    )
    const address = readDocument(SEND_ADDRESS)
    expect(address.ok && namesUsed(address.document).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'template address',
    ])
  })
})

describe('a tree of loops in loops', () => {
  it('is gone through a bounded number of times', () => {
    // Were each loop tried twice at every level, this would go on for hours.
    let inner = Array.from({ length: 450 }, (_, index) => `{ id: s${index}, ${TEXT} }`).join(', ')
    for (let level = 0; level < 19; level++) inner = `{ id: r${level}, repeat: { max: 2 }, steps: [${inner}] }`
    const closed = codes(`  - ${inner}`, 'trigger: { event: task.created }')
    expect(closed.filter((code) => code === 'window_may_be_closed')).toHaveLength(450)
  })
})
