import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../src/domain/scenario/document/read-document.ts'
import type { ScenarioDocument } from '../../../src/domain/scenario/document/scenario-document.ts'
import { cycleThrough } from '../../../src/domain/scenario/scenario-cycles.ts'

function document(id: string, trigger: object, ...steps: object[]): ScenarioDocument {
  const read = readDocument({ id, name: id, trigger, steps: steps.map((step, n) => ({ id: `s${n}`, ...step })) })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.document
}
const MESSAGE = { event: 'message.received' }
const WHEN = { field: 'contact.name', exists: true }
const start = (scenario: string) => ({ start: { scenario } })
// biome-ignore-start lint/suspicious/noThenProperty: the word of the format; a step is never awaited
const perhaps = (...inner: object[]) => ({ if: WHEN, then: inner.map((step, n) => ({ id: `i${n}`, ...step })) })
// biome-ignore-end lint/suspicious/noThenProperty: the word of the format

const cycle = (...all: ScenarioDocument[]) => {
  const [first, ...others] = all
  const found = first && cycleThrough(first, others)
  return found ? `${found.keys.join(' ')} ${found.certain ? 'certain' : 'possible'}` : null
}

describe('a cycle of scenarios', () => {
  const b = document('b', MESSAGE, start('a'))

  it('by starts is certain, over any number of them', () => {
    expect(cycle(document('a', MESSAGE, start('b')), b)).toBe('a b a certain')
    const c = document('c', MESSAGE, start('b'))
    expect(cycle(document('a', MESSAGE, { tag: 'x' }, start('c')), c, b)).toBe('a c b a certain')
    expect(cycle(document('a', MESSAGE, start('c')), document('c', MESSAGE, { tag: 'x' }))).toBeNull()
  })

  it.each([
    ['a branch', [perhaps(start('b'))], 'possible'],
    ['behind what may end it', [perhaps({ stop: true }), start('b')], 'possible'],
    ['behind what cannot end it', [perhaps({ tag: 'x' }), start('b')], 'certain'],
    ['behind a wait', [{ wait: { timeout: '1d' } }, start('b')], 'certain'],
    [
      'what happens at a timeout',
      [{ wait: { for: ['message.received'], timeout: '1d' }, onTimeout: [{ id: 'x', ...start('b') }] }],
      'possible',
    ],
    [
      'rounds',
      [
        {
          repeat: { max: 2 },
          steps: [
            { id: 'w', wait: { timeout: '1h' } },
            { id: 'x', ...start('b') },
          ],
        },
      ],
      'certain',
    ],
    ['rounds with a condition', [{ repeat: { max: 2, while: WHEN }, steps: [{ id: 'x', ...start('b') }] }], 'possible'],
  ])('through %s', (_, steps, expected) => {
    expect(cycle(document('a', MESSAGE, ...steps), b)).toBe(`a b a ${expected}`)
  })

  it('by events is found, and a condition of the trigger makes it a possible one', () => {
    const status = (id: string, to: string, rest: object = {}) =>
      document(id, { event: 'task.status_changed', ...rest }, { setStatus: to })
    expect(cycle(status('a', 'done'), status('b', 'waiting'))).toBe('a b a certain')
    expect(cycle(status('a', 'done'), status('b', 'waiting', { when: WHEN }))).toBe('a a possible')
    expect(cycle(document('a', { event: 'task.created' }, { setStatus: 'done' }), status('b', 'x'))).toBeNull()
  })

  it('by tags and fields needs the same one', () => {
    const tagged = (id: string, tag: string, added: string) => document(id, { event: 'tag.added', tag }, { tag: added })
    expect(cycle(tagged('a', 'x', 'y'), tagged('b', 'y', 'x'))).toBe('a b a certain')
    expect(cycle(tagged('a', 'x', 'y'), tagged('b', 'z', 'x'))).toBeNull()
    expect(cycle(tagged('a', 'x', '{{ contact.name }}'), tagged('b', 'z', 'x'))).toBe('a a possible')
  })

  it('by ends is found; listening to every end is no cycle by itself', () => {
    const atEnd = (id: string, scenario?: string) =>
      document(id, { event: 'scenario.finished', ...(scenario && { scenario }) }, { tag: id })
    expect(cycle(atEnd('a', 'b'), atEnd('b', 'a'))).toBe('a b a certain')
    expect(cycle(atEnd('a'))).toBeNull()
    expect(cycle(document('a', MESSAGE, start('b')), atEnd('b', 'a'))).toBeNull()
    expect(
      cycle(
        document('a', { event: 'scenario.finished', scenario: 'b' }, start('b')),
        document('b', MESSAGE, { tag: 'x' }),
      ),
    ).toBe('a b a certain')
  })

  it('of others that does not lead here is not this one’s', () => {
    expect(cycle(document('c', MESSAGE, start('a')), document('a', MESSAGE, start('b')), b)).toBeNull()
  })
})
