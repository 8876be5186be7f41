import { describe, expect, it } from 'vitest'
import { deedLines, shown } from '../../../web/src/scenarios/deed-lines.ts'
import { durationIn } from '../../../web/src/scenarios/duration.ts'
import type { RunEntry } from '../../../web/src/scenarios/run-api.ts'
import { blocksOf, deedIn, retryOf } from '../../../web/src/scenarios/step-blocks.ts'

let n = 0
const entry = (step: string | null, action: string, outcome: string, inputs?: unknown): RunEntry => ({
  n: ++n,
  step,
  action,
  at: '2030-01-01T00:00:00.000Z',
  outcome,
  ...(inputs === undefined ? {} : { inputs }),
})

describe('the record of a run', () => {
  it.each([
    [
      'a step with its outcome',
      [entry(null, 'start', 'started'), entry('a', 'sendText', 'asked'), entry('a', 'sendText', 'done')],
      ['start 0', 'a 1'],
    ],
    [
      'tried again after somebody let it go on',
      [
        entry('a', 'assign', 'asked'),
        entry('a', 'assign', 'blocked'),
        entry('a', 'resume', 'resumed'),
        entry('a', 'assign', 'asked'),
        entry('a', 'assign', 'done'),
      ],
      ['a 1', 'resume 0', 'a 1'],
    ],
    ['tried again by itself', [entry('a', 'http', 'asked'), entry('a', 'http', 'asked')], ['a 2']],
    [
      'rounds of a repeat',
      [entry('r', 'repeat', 'round'), entry('x', 'tag', 'asked'), entry('r', 'repeat', 'round')],
      ['r 0', 'x 1', 'r 0'],
    ],
    [
      'the same wait in another round',
      [entry('w', 'wait', 'waits'), entry('w', 'wait', 'time'), entry('w', 'wait', 'waits')],
      ['w 0', 'w 0'],
    ],
    ['the end', [entry('a', 'tag', 'done'), entry('a', 'end', 'finished')], ['a 0', 'end 0']],
  ])('%s', (_, entries, expected) => {
    const blocks = blocksOf(entries)
    expect(
      blocks.map(
        ({ step, action, attempts }) => `${['start', 'resume', 'end'].includes(action) ? action : step} ${attempts}`,
      ),
    ).toEqual(expected)
    expect(blocks.flatMap((block) => block.entries)).toEqual(entries)
  })

  it('tells what a step was given, and what came', () => {
    const entries = [entry('w', 'wait', 'waits', { events: ['a'] }), entry('w', 'wait', 'event', { event: 'a' })]
    expect(deedIn({ entries })).toEqual({ events: ['a'], event: 'a' })
    expect(deedIn({ entries: [entry('w', 'wait', 'time')] })).toBeNull()
  })
})

describe('trying a step again', () => {
  const asked = (inputs: object) => [entry('a', 'x', 'asked', inputs), entry('a', 'x', 'blocked')]
  it.each([
    ['a message', asked({ do: 'sendText', text: 'Hello' }), { sends: true, text: 'Hello' }],
    ['a quick reply', asked({ do: 'sendQuickReply', quickReply: 'hours' }), { sends: true, text: null }],
    ['nothing for the client', asked({ do: 'assign', to: { group: 'sales' } }), { sends: false, text: null }],
    ['nothing yet', [], { sends: false, text: null }],
  ])('%s', (_, entries, expected) => {
    expect(retryOf(entries, 'a')).toEqual(expected)
  })
})

describe('what a step did, for people', () => {
  it.each([
    [
      { do: 'sendText', text: 'Hi', holdMs: 0, delivery: 'at_most_once', ifWindowClosed: 'fail' },
      { text: 'Hi', reader: 'client', lines: [] },
    ],
    [
      { do: 'comment', text: 'Note', notify: ['assignee', { group: 'leads' }], send: null },
      { text: 'Note', reader: 'colleagues', lines: [{ key: 'notify', value: ['assignee', { group: 'leads' }] }] },
    ],
    [
      { do: 'comment', text: 'Hi', notify: ['contact'], send: { holdMs: 0 } },
      {
        text: 'Hi',
        reader: 'client',
        lines: [
          { key: 'notify', value: ['contact'] },
          { key: 'send', value: true },
        ],
      },
    ],
    [
      { do: 'sendTemplate', template: { name: 'address', language: 'ru', body: ['south'] }, holdMs: 30_000 },
      {
        text: null,
        reader: 'client',
        lines: [
          { key: 'template', value: 'address' },
          { key: 'language', value: 'ru' },
          { key: 'body', value: ['south'] },
          { key: 'holdMs', value: 30_000 },
        ],
      },
    ],
    [
      { do: 'tag', tag: 'vip' },
      { text: null, reader: 'nobody', lines: [{ key: 'tag', value: 'vip' }] },
    ],
  ])('%j', (deed, expected) => {
    expect(deedLines(deed)).toEqual(expected)
  })

  it.each([
    ['a', 'a'],
    [12, '12'],
    [['a', 2], 'a, 2'],
    [{ group: 'sales' }, 'group: sales'],
    [['assignee', { group: 'leads' }], 'assignee, group: leads'],
    [{ a: 1, b: 2 }, '{"a":1,"b":2}'],
    [[{ a: 1, b: 2 }], '[{"a":1,"b":2}]'],
  ])('%j is shown', (value, text) => {
    expect(shown(value)).toBe(text)
  })
})

describe('a length of time', () => {
  it.each([
    [-5, '0 sec'],
    [320, '0.3 sec'],
    [61_000, '1 min 1 sec'],
    [3_600_000, '1 hr'],
    [90_061_000, '1 day 1 hr'],
  ])('%d ms', (milliseconds, text) => {
    expect(durationIn('en')(milliseconds)).toBe(text)
  })
})
