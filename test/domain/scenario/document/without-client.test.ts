import { describe, expect, it } from 'vitest'
import { checkDocument } from '../../../../src/domain/scenario/document/check-document.ts'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'
import { ACTIONS, type Action } from '../../../../src/domain/scenario/document/step.ts'

const read = (trigger: object, steps: object[]) => {
  const found = readDocument({
    id: 'one',
    name: 'One',
    trigger,
    vars: {
      l: { type: 'list' },
      m: { type: 'map' },
      n: { type: 'number', default: 0 },
      s: { type: 'string', default: '' },
    },
    steps: steps.map((step, index) => ({ id: `s${index}`, ...step })),
  })
  if (!found.ok) throw new Error(JSON.stringify(found.problems))
  return found.document
}
const errors = (trigger: object, steps: object[]) =>
  checkDocument(read(trigger, steps))
    .filter(({ severity }) => severity === 'error')
    .map(({ code, path }) => `${code} ${path}`)

const SCHEDULE = { event: 'schedule', cron: '0 9 * * *', timeZone: 'UTC' }

// biome-ignore-start lint/suspicious/noThenProperty: the word of the format; a step is never awaited
/** Every action, as plain as it can be; whether it can be done where there is no client. */
const STEPS: Record<Action, [works: boolean, step: object]> = {
  sendText: [false, { sendText: { text: 'Hi', ifWindowClosed: 'park' } }],
  sendTemplate: [false, { sendTemplate: { name: 't' } }],
  sendInteractive: [
    false,
    { sendInteractive: { text: 'Pick', buttons: [{ id: 'y', title: 'Yes' }], ifWindowClosed: 'skip' } },
  ],
  sendFile: [false, { sendFile: { attachmentId: '0190', ifWindowClosed: 'skip' } }],
  sendQuickReply: [false, { sendQuickReply: { quickReply: 'hello', ifWindowClosed: 'skip' } }],
  openTask: [false, { openTask: {} }],
  setStatus: [false, { setStatus: 'done' }],
  setField: [false, { setField: { field: 'amount', value: 1 } }],
  assign: [false, { assign: { employee: 'ann@x.test' } }],
  addParticipants: [false, { addParticipants: { groups: ['sales'] } }],
  comment: [false, { comment: { text: 'Look' } }],
  close: [false, { close: true }],
  setContactField: [false, { setContactField: { field: 'city', value: 'Oslo' } }],
  tag: [false, { tag: 'x' }],
  untag: [false, { untag: 'x' }],
  optOut: [false, { optOut: true }],
  if: [true, { if: { field: 'vars.n', gt: 1 }, then: [] }],
  switch: [true, { switch: 'vars.s', cases: [{ is: 'x', then: [{ id: 'in', set: { n: 1 } }] }] }],
  wait: [true, { wait: { timeout: '1d' } }],
  waitAny: [
    false,
    {
      waitAny: {
        branches: [
          { for: ['message.received'], then: [] },
          { for: ['message.read'], then: [] },
        ],
        timeout: '1d',
      },
    },
  ],
  repeat: [true, { repeat: { max: 2 }, steps: [{ id: 'in', set: { n: 1 } }] }],
  call: [true, { call: { scenario: 'other' } }],
  start: [true, { start: { scenario: 'other' } }],
  cancel: [true, { cancel: { scenario: 'other' } }],
  handoff: [false, { handoff: {} }],
  stop: [true, { stop: true }],
  http: [true, { http: { endpoint: 'crm' } }],
  emit: [true, { emit: { event: 'e' } }],
  set: [true, { set: { n: 1 } }],
  find: [true, { find: { tasks: { field: 'task.status.active', is: true }, into: 'l' } }],
}
// biome-ignore-end lint/suspicious/noThenProperty: the word of the format

describe('a scenario without a client', () => {
  it.each(ACTIONS)('and a step that says %s', (action) => {
    const [works, step] = STEPS[action]
    expect(errors(SCHEDULE, [step])).toEqual(works ? [] : [`no_client steps[0].${action}`])
    expect(errors({ event: 'webhook.received', name: 'shop' }, [step])).toHaveLength(works ? 0 : 1)
    expect(errors({ event: 'webhook.received', name: 'shop', about: { taskNumber: '7' } }, [step])).toEqual([])
  })

  it('waits for the time alone', () => {
    const wait = (inner: object) => errors(SCHEDULE, [{ wait: { timeout: '1d', ...inner } }])
    expect(wait({ for: ['message.received'] })).toEqual(['no_client steps[0].wait'])
    expect(wait({ for: [{ event: 'webhook.received', name: 'shop' }] })).toEqual(['no_client steps[0].wait'])
    expect(errors(SCHEDULE, [{ wait: { until: '2030-01-01T09:00:00Z' } }])).toEqual([])
  })

  it.each([
    ['contact.name', SCHEDULE, false],
    ['task.status.key', SCHEDULE, false],
    ['channel.name', SCHEDULE, false],
    ['current.channel.name', SCHEDULE, false],
    ['event.at', SCHEDULE, true],
    ['calendar.sales.open', SCHEDULE, true],
    ['channel.name', { event: 'channel.paused' }, true],
    ['current.channel.kind', { event: 'template.status_changed' }, true],
    ['contact.name', { event: 'channel.paused' }, false],
    ['current.task.title', { event: 'channel.quality_changed' }, false],
    ['conversation.windowOpen', { event: 'template.status_changed' }, false],
    ['channel.name', { event: 'webhook.received', name: 'shop' }, false],
  ])('and the field %s of %j', (field, trigger, isThere) => {
    const found = errors({ ...trigger, when: { field, exists: true } }, [{ stop: true }])
    expect(found).toEqual(isThere ? [] : ['no_client trigger.when'])
  })
})
