import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseField, readField } from '../../../../src/domain/scenario/expressions/fields.ts'
import { createScope, isPlainJson, MAX_DEPTH, MAX_VALUES } from '../../../../src/domain/scenario/expressions/scope.ts'
import { makeScope } from './make-scope.ts'

const read = (values: Parameters<typeof makeScope>[0], field: string) => {
  const parsed = parseField(field)
  if (!parsed.ok) throw new Error(parsed.message)
  return readField(makeScope(values), parsed.segments)
}

describe('createScope', () => {
  it('fills the roots that are not given, and freezes all of it', () => {
    const scope = makeScope({ event: { list: [{ a: 1 }] } })
    expect(scope.task).toEqual({})
    expect(() => Object.assign(scope, { task: 1 })).toThrow(TypeError)
    expect(() => Object.assign((scope.event as { list: [object] }).list[0], { a: 2 })).toThrow(TypeError)
  })

  it('is a copy: what happens to the values later does not show', () => {
    const event = { text: 'yes', list: [1] }
    const scope = makeScope({ event })
    event.text = 'no'
    event.list.push(2)
    expect(scope.event).toEqual({ text: 'yes', list: [1] })
  })

  it('copies any JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.stringify(makeScope({ event: { value } }).event)).toBe(`{"value":${text}}`)
        expect(isPlainJson(JSON.parse(text))).toBe(true)
      }),
    )
  })

  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  const deep = Array.from({ length: MAX_DEPTH + 1 }).reduce<unknown>((inner) => [inner], 1)
  it.each([
    ['a Date', { at: new Date(0) }, 'event.at'],
    ['a Map', { map: new Map() }, 'event.map'],
    ['a function', { run: () => 1 }, 'event.run'],
    ['a bigint', { n: 1n }, 'event.n'],
    ['NaN', { n: Number.NaN }, 'event.n'],
    ['a getter', Object.defineProperty({}, 'x', { get: () => 1, enumerable: true }), 'event.x'],
    ['a class', { list: [1, new (class Client {})()] }, 'event.list[1]'],
  ])('refuses %s, with its path', (_, event, path) => {
    expect(createScope({ event })).toMatchObject({ ok: false, path })
  })

  it.each([
    ['what holds itself', cyclic],
    ['deep nesting', deep],
    ['a huge list', Array.from({ length: MAX_VALUES + 1 }, () => 0)],
  ])('refuses %s', (_, event) => {
    expect(createScope({ event })).toMatchObject({ ok: false })
  })

  it('refuses a root that there is not', () => {
    const values = { event: {}, secrets: {} }
    expect(createScope(values)).toMatchObject({ ok: false, path: 'secrets' })
  })
})

describe('parseField', () => {
  it.each(['event', 'task.fields.amount', 'event.items.0.name', 'calendar.sales.open', 'task.fields.Order no'])(
    'takes %s',
    (field) => expect(parseField(field)).toEqual({ ok: true, segments: field.split('.') }),
  )

  it.each([
    '',
    'text',
    '__proto__',
    'constructor.name',
    'event.',
    'event..text',
    'event. text',
    'event.a\nb',
    `event.${'a.'.repeat(20)}b`,
    `event.${'a'.repeat(400)}`,
  ])('refuses %j', (field) => expect(parseField(field)).toMatchObject({ ok: false }))
})

describe('readField', () => {
  it('goes into objects by name and into lists by number', () => {
    expect(read({ event: { items: [{ name: 'cup' }] } }, 'event.items.0.name')).toBe('cup')
    expect(read({ event: { items: [1] } }, 'event.items.1')).toBeUndefined()
    expect(read({ event: { items: [1] } }, 'event.items.00')).toBeUndefined()
  })

  it('takes null for missing', () => {
    expect(read({ contact: { name: null } }, 'contact.name')).toBeUndefined()
    expect(read({ contact: { name: null } }, 'contact.name.first')).toBeUndefined()
  })

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'prototype',
    'length',
    'map',
    'constructor.name',
    '__proto__.polluted',
  ])('sees no %s of an object, a list or a text', (name) => {
    for (const value of [{}, [], 'text', 1, true])
      expect(read({ event: { value } }, `event.value.${name}`)).toBeUndefined()
  })

  it('reads a field that happens to be called constructor or __proto__', () => {
    const fields = JSON.parse('{"constructor":"Müller","__proto__":"x"}') as unknown
    expect(read({ task: { fields } }, 'task.fields.constructor')).toBe('Müller')
    expect(read({ task: { fields } }, 'task.fields.__proto__')).toBe('x')
  })
})
