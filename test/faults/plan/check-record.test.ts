import { expect, it, test } from 'vitest'
import { violations } from './check-record.ts'
import type { FaultRecord } from './fault-record.ts'

/** Two clients of whom all went well. */
function goodRecord(): FaultRecord {
  const deed = (does: 'write' | 'order' | 'answer' | 'note', text: string) => ({ does, text, acknowledged: true })
  return {
    clients: [
      {
        phone: '16501',
        deeds: [
          deed('write', 'w1'),
          deed('order', 'o1'),
          deed('answer', 'a1'),
          deed('note', 'n1'),
          deed('answer', 'a2'),
        ],
        tasks: [
          {
            id: 't1',
            feed: ['w1', 'o1', 'fired by o1', 'got o1', 'a1', 'n1', 'a2'].map((text) => ({ author: 'x', text })),
          },
        ],
        received: ['got o1', 'a1', 'a2'],
      },
      {
        phone: '16502',
        deeds: [deed('write', 'w2')],
        tasks: [{ id: 't2', feed: [{ author: 'x', text: 'w2' }] }],
        received: [],
      },
    ],
    deliveries: ['got o1', 'a1', 'a2'].map((text) => ({
      id: `d-${text}`,
      text,
      state: 'delivered',
      told: ['queued', 'sending', 'queued', 'sending', 'accepted', 'sent', 'delivered'],
    })),
    calls: ['got o1', 'a1', 'a2'].map((text) => ({ delivery: `d-${text}`, taken: true })),
    unfinished: [],
    output: '{"level":30,"msg":"ready"}',
    secrets: ['token'],
  }
}

test('a good record has no violations', () => {
  expect(violations(goodRecord())).toEqual([])
})

const DOCTORED: [string, (record: FaultRecord) => void, string][] = [
  ['a lost message', ({ clients: [one] }) => one?.tasks[0]?.feed.shift(), 'P1: "w1"'],
  [
    'a scenario that did not fire',
    ({ clients: [one] }) => one?.tasks[0]?.feed.splice(2, 1),
    'P1: "o1" was acknowledged and fired no',
  ],
  ['a doubled message', ({ clients: [one] }) => one?.tasks[0]?.feed.push({ author: 'x', text: 'w1' }), 'P2: "w1"'],
  [
    'a scenario that answered twice',
    ({ clients: [one] }) => one?.tasks[0]?.feed.push({ author: 'x', text: 'got o1' }),
    'P2: "o1"',
  ],
  [
    'a scenario that fired twice',
    ({ clients: [one] }) => one?.tasks[0]?.feed.push({ author: 'x', text: 'got o1' }),
    'P2: "o1"',
  ],
  ['a second task', ({ clients: [one] }) => one?.tasks.push({ id: 't3', feed: [] }), 'M7'],
  [
    'a message that was called twice',
    ({ calls }) => calls.push({ delivery: 'd-a1', taken: true }),
    'P3: the provider took "a1" 2',
  ],
  ['a message that arrived twice', ({ clients: [one] }) => one?.received.push('a1'), 'P3: "a1" reached'],
  ['a message that never left', (record) => record.deliveries.splice(1, 1), 'P3: "a1" was to leave'],
  ['a message taken for sent', ({ calls }) => calls.splice(1, 1), 'P3: "a1" is delivered, and the provider never'],
  [
    'a message that has not ended',
    ({ deliveries: [, one] }) => Object.assign(one ?? {}, { state: 'sending' }),
    'P3: "a1" has not ended',
  ],
  [
    'a state that went back',
    ({ deliveries: [, one] }) => one?.told.push('sent'),
    'P4: "a1" went from delivered to sent',
  ],
  ['a feed in disorder', ({ clients: [one] }) => one?.tasks[0]?.feed.reverse(), 'P5: in the feed'],
  ['a phone in disorder', ({ clients: [one] }) => one?.received.reverse(), 'P5: in the phone'],
  ['a misdirected message', ({ clients: [, other] }) => other?.received.push('a1'), 'P6: "a1" reached 16502'],
  [
    'a misplaced entry',
    ({ clients: [, other] }) => other?.tasks[0]?.feed.push({ author: 'x', text: 'w1' }),
    'P6: "w1" stands in a feed of 16502',
  ],
  ['a note that left', ({ clients: [one] }) => one?.received.push('n1'), 'P6: "n1" reached'],
  ['a backlog', ({ unfinished }) => unfinished.push('two events wait'), 'P7: two events wait'],
  ['a text in a log', (record) => Object.assign(record, { output: 'sent a1 to somebody' }), 'P8: a log says "a1"'],
  ['a secret in a log', (record) => Object.assign(record, { output: 'with token' }), 'P8: a log says "token"'],
]

it.each(DOCTORED)('%s is seen', (_, doctor, says) => {
  const record = goodRecord()
  doctor(record)
  expect(violations(record).join('\n')).toContain(says)
})

it('what nobody acknowledged may be there or not', () => {
  const record = goodRecord()
  record.clients[1]?.deeds.push({ does: 'write', text: 'lost', acknowledged: false })
  expect(violations(record)).toEqual([])
  record.clients[1]?.tasks[0]?.feed.push({ author: 'x', text: 'lost' })
  expect(violations(record)).toEqual([])
})
