import { describe, expect, it } from 'vitest'
import { makeDocument, Play, play } from './play.ts'

// biome-ignore-start lint/suspicious/noThenProperty: the word of the format; a step is never awaited

const tag = (id: string) => ({ id, tag: id })
const N = {
  vars: {
    n: { type: 'number', default: 0 },
    s: { type: 'string' },
    b: { type: 'boolean' },
    d: { type: 'date' },
    l: { type: 'list' },
    m: { type: 'map' },
  },
}

/** Plays a run, every effect answered well: the ids of the steps that asked for one. */
function walk(steps: object[], more: object = N): { asked: string[]; one: Play } {
  const one = play(steps, more)
  while (one.run.asked) one.answer()
  return { asked: one.effects.map(({ step }) => step), one }
}

describe('if', () => {
  const step = (condition: object, more: object = { else: [tag('no')] }) => [
    { id: 'a', if: condition, then: [tag('yes')], ...more },
    tag('z'),
  ]
  it.each([
    [{ field: 'contact.fields.vip', is: true }, {}, ['yes', 'z']],
    [{ field: 'contact.fields.vip', is: false }, { else: [tag('no')] }, ['no', 'z']],
    [{ field: 'contact.fields.vip', is: false }, {}, ['z']],
    [{ field: 'contact.fields.vip', is: false }, { else: [] }, ['z']],
    [{ field: 'calendar.sales.open', is: true }, {}, ['yes', 'z']],
    [{ field: 'calendar.never.open', is: true }, {}, ['z']],
    [{ cel: 'vars.n == 0' }, {}, ['yes', 'z']],
    [{ field: 'event.name', is: 'task.created' }, {}, ['yes', 'z']],
    // What cannot be decided does not hold.
    [{ cel: 'event.buttonPayload == "x"' }, { else: [tag('no')] }, ['no', 'z']],
  ])('%j %j: %j', (condition, more, asked) => {
    const played = walk(step(condition, more))
    expect(played.asked).toEqual(asked)
    expect(played.one.run.state).toBe('finished')
    const line = played.one.log.find(({ outcome }) => outcome === 'branch')
    expect(line).toMatchObject({ took: asked[0] === 'yes' ? 'then' : 'else', conditions: [{ path: '' }] })
  })
})

describe('switch', () => {
  const step = (more: object) => [
    {
      id: 'a',
      switch: 'event.kind',
      cases: [
        { is: 'text', then: [tag('one')] },
        { in: ['image', 'video'], then: [tag('two')] },
        { is: 5, then: [] },
      ],
      ...more,
    },
    tag('z'),
  ]
  it.each([
    ['text', {}, 'one', 'cases.0'],
    ['video', {}, 'two', 'cases.1'],
    [5, { else: [tag('no')] }, 'z', 'cases.2'],
    ['audio', { else: [tag('no')] }, 'no', 'else'],
    ['audio', {}, 'z', 'else'],
    [null, {}, 'z', 'else'],
  ])('%j %j goes to %s', (kind, more, at, took) => {
    const one = new Play(makeDocument(step(more))).start({ event: { id: 'e', name: 'task.created', data: { kind } } })
    expect(one.out).toMatchObject({ step: at })
    expect(one.log.find(({ outcome }) => outcome === 'branch')?.took).toBe(took)
  })
})

describe('repeat', () => {
  const more = { id: 'm', set: { n: { cel: 'vars.n + 1' } } }
  it.each([
    [{ max: 3 }, 3, 'last_round'],
    [{ max: 5, while: { field: 'vars.n', lt: 2 } }, 2, 'through'],
    [{ max: 5, while: { field: 'vars.n', lt: 0 } }, 0, 'through'],
    [{ max: 1, while: { field: 'vars.n', lt: 9 } }, 1, 'last_round'],
  ])('%j goes round %i times', (repeat, rounds, outcome) => {
    const { asked, one } = walk([{ id: 'a', repeat, steps: [tag('x'), more] }, tag('z')])
    expect(asked).toEqual([...Array.from({ length: rounds }, () => 'x'), 'z'])
    expect(one.run.rounds).toEqual({})
    expect(one.outcomes).toContain(`a ${outcome}`)
  })

  it('inside another begins anew in each round', () => {
    const { asked } = walk([
      { id: 'a', repeat: { max: 2 }, steps: [{ id: 'b', repeat: { max: 2 }, steps: [tag('x')] }, tag('y')] },
    ])
    expect(asked).toEqual(['x', 'x', 'y', 'x', 'x', 'y'])
  })

  it('is left by a stop, wherever it stands', () => {
    const inner = { id: 'i', if: { field: 'vars.n', gte: 1 }, then: [{ id: 's', stop: true }] }
    const { asked, one } = walk([{ id: 'a', repeat: { max: 9 }, steps: [tag('x'), inner, more] }, tag('z')])
    expect(asked).toEqual(['x', 'x'])
    expect(one.run).toMatchObject({ state: 'finished', reason: null, at: null })
  })

  it('goes on where it stood behind a wait', () => {
    const one = play([
      { id: 'a', repeat: { max: 2 }, steps: [{ id: 'w', wait: { timeout: '1m' } }, tag('x')] },
      tag('z'),
    ])
    const asked: (string | undefined)[] = []
    for (let round = 0; round < 2; round++) {
      asked.push(one.after(60_000).out?.step)
      one.answer()
    }
    expect([...asked, one.out?.step]).toEqual(['x', 'x', 'z'])
  })
})

describe('set', () => {
  it.each([
    [{ n: 5 }, { n: 5 }],
    [{ n: '{{ task.fields.amount }}' }, { n: 120 }],
    [{ s: { cel: 'task.fields.amount' } }, { n: 0, s: '120' }],
    [{ b: 'true' }, { n: 0, b: true }],
    [{ d: '2026-05-01' }, { n: 0, d: '2026-05-01' }],
    [{ l: [1, '{{ contact.firstName }}', { a: { cel: '1 + 1' } }] }, { n: 0, l: [1, 'Ana', { a: 2 }] }],
    [{ m: { a: { b: { cel: '[1, 2]' } } } }, { n: 0, m: { a: { b: [1, 2] } } }],
    [{ n: null }, {}],
    // All are computed first.
    [
      { n: { cel: 'vars.n + 1' }, s: '{{ vars.n }}' },
      { n: 1, s: '0' },
    ],
  ])('%j gives %j', (set, vars) => {
    const one = play([{ id: 'a', set }, tag('z')], N)
    expect(one.run.vars).toEqual(vars)
    expect(one.out).toMatchObject({ step: 'z' })
  })

  it.each([
    [{ n: 'many' }, 'wrong_type'],
    [{ d: 'tomorrow' }, 'wrong_type'],
    [{ b: 1 }, 'wrong_type'],
    [{ l: 'a' }, 'wrong_type'],
    [{ other: 1 }, 'unknown_variable'],
    [{ constructor: 1 }, 'unknown_variable'],
    [{ n: { cel: '1 / 0' } }, 'division_by_zero'],
  ])('%j fails: %s', (set, code) => {
    const one = play([{ id: 'a', set: { s: 'x', ...set } }, tag('z')], N)
    expect(one.run).toMatchObject({ state: 'failed', vars: { n: 0 }, reason: { code, step: 'a' } })
  })
})

describe('stop', () => {
  it('ends the run inside a branch; nothing behind it is done', () => {
    const { asked, one } = walk([
      { id: 'a', if: { field: 'vars.n', is: 0 }, then: [tag('x'), { id: 's', stop: true }] },
      tag('z'),
    ])
    expect(asked).toEqual(['x'])
    expect(one.run).toMatchObject({ state: 'finished', at: null })
  })
})
// biome-ignore-end lint/suspicious/noThenProperty: the word of the format
