import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'
import type { ScenarioDocument } from '../../../../src/domain/scenario/document/scenario-document.ts'
import { findStep, nextOf, steps, wayInto, wayOn } from '../../../../src/domain/scenario/document/walk.ts'
import { around, QUOTE_FOLLOW_UP } from './examples.ts'

function read(input: string | object): ScenarioDocument {
  const result = readDocument(input)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.document
}

const tree = read(
  around(`
  - id: a
    if: { field: event.a, is: 1 }
    then: [{ id: b, tag: x }, { id: c, wait: { for: [message.received], timeout: 1h }, onReply: [{ id: d, tag: x }], onTimeout: [] }]
    else: [{ id: e, stop: true }]
  - id: r
    repeat: { max: 3 }
    steps:
      - { id: f, tag: x }
      - { id: g, if: { field: event.a, is: 1 }, then: [{ id: h, tag: x }] }
  - { id: s, switch: event.kind, cases: [{ is: text, then: [{ id: t, tag: x }] }] }
`),
)

describe('the steps of a document', () => {
  it('come in the order of the text, with their places', () => {
    expect([...steps(tree)].map(({ step, depth }) => `${step.id}${depth}`).join(' ')).toBe(
      'a1 b2 c2 d3 e2 r1 f2 g2 h3 s1 t2',
    )
    expect(findStep(tree, 'd')).toMatchObject({
      path: ['steps', 0, 'then', 1, 'onReply', 0],
      parent: { id: 'c' },
      branch: 'onReply',
      sibling: null,
    })
    expect(findStep(tree, 't')?.path).toEqual(['steps', 2, 'cases', 0, 'then', 0])
    expect(findStep(tree, 'nobody')).toBeNull()
  })

  it.each([
    ['a', 'step r'],
    ['b', 'step c'],
    ['c', 'step r'],
    ['d', 'step r'],
    ['e', 'end'],
    ['r', 'step s'],
    ['f', 'step g'],
    ['g', 'again r'],
    ['h', 'again r'],
    ['s', 'end'],
    ['t', 'end'],
  ])('lead on from %s: %s', (id, expected) => {
    const way = wayOn(tree, id)
    expect(way.go === 'end' ? 'end' : `${way.go} ${way.id}`).toBe(expected)
  })

  it.each([
    ['a', 'then', { go: 'step', id: 'b' }],
    ['c', 'onReply', { go: 'step', id: 'd' }],
    ['c', 'onTimeout', { go: 'step', id: 'r' }],
    ['g', 'else', { go: 'again', id: 'r' }],
    ['r', 'steps', { go: 'step', id: 'f' }],
    ['s', 'cases.0', { go: 'step', id: 't' }],
    ['s', 'else', { go: 'end' }],
  ])('lead into a branch of %s: %s', (id, branch, expected) => {
    expect(wayInto(tree, id, branch)).toEqual(expected)
  })

  it('lead on without rounds', () => {
    expect(nextOf(tree, 'h')).toBe('s')
    expect(nextOf(tree, 't')).toBeNull()
    expect(nextOf(read(QUOTE_FOLLOW_UP), 'w2')).toBe('answered')
    expect(() => nextOf(tree, 'nobody')).toThrow('no step nobody')
  })
})

/** Trees of all forms; ids are given afterwards. */
const anyTree = fc.letrec<{ list: object[]; step: object }>((tie) => ({
  list: fc.array(tie('step'), { maxLength: 4 }),
  step: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom({ tag: 'x' }, { stop: true }, { handoff: {} }),
    fc
      // biome-ignore lint/suspicious/noThenProperty: the word of the format; a step is never awaited
      .record({ then: tie('list'), else: tie('list') })
      .map((branches) => ({ if: { field: 'event.a', is: 1 }, ...branches })),
    tie('list').map((list) => ({ repeat: { max: 2 }, steps: list })),
    fc.record({ onReply: tie('list'), onTimeout: tie('list') }).map((branches) => ({
      wait: { for: ['message.received'], timeout: '1h' },
      ...branches,
    })),
  ),
})).list

function withIds(list: object[]): ScenarioDocument {
  let count = 0
  const number = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value.map((item) => (typeof item === 'object' ? number({ ...item, id: `s${count++}` }) : item))
    if (typeof value !== 'object' || value === null) return value
    const branches = ['then', 'else', 'steps', 'onReply', 'onTimeout']
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, branches.includes(key) ? number(inner) : inner]),
    )
  }
  return read({
    id: 'x',
    name: 'X',
    trigger: { event: 'message.received' },
    steps: number([...list, { tag: 'last' }]) as object[],
  })
}

describe('any document', () => {
  it('has an end from each of its steps, and never goes back without a repeat', () => {
    fc.assert(
      fc.property(anyTree, (list) => {
        const document = withIds(list)
        const order = [...steps(document)].map(({ step }) => step.id)
        for (const start of order) {
          for (let id: string | null = start; id !== null; ) {
            const next: string | null = nextOf(document, id)
            if (next !== null) expect(order.indexOf(next)).toBeGreaterThan(order.indexOf(id))
            id = next
          }
          const way = wayOn(document, start)
          if (way.go === 'again') expect(order.indexOf(way.id)).toBeLessThan(order.indexOf(start))
        }
      }),
      { numRuns: 200 },
    )
  })
})
