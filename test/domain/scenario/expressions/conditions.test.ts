import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createBudget } from '../../../../src/domain/scenario/expressions/budget.ts'
import {
  type Condition,
  type ConditionResult,
  conditionSchema,
  evaluateCondition,
} from '../../../../src/domain/scenario/expressions/conditions.ts'
import { makeScope } from './make-scope.ts'

const scope = makeScope({
  event: { to: 'quote_sent', text: 'Да, беру', amount: 120, long: 'x'.repeat(2_000) },
  channel: { kind: 'whatsapp' },
  task: { fields: { note: null } },
})

const green: Condition = { field: 'event.amount', is: 120 }
const red: Condition = { field: 'event.amount', is: 121 }
const broken: Condition = { field: 'event.text', gt: 5 }

const decide = (condition: Condition) => {
  const { ok, error } = evaluateCondition(condition, scope)
  return error ? error.code : ok
}

describe('evaluateCondition', () => {
  it.each<[string, Condition, boolean | string]>([
    ['all, all green', { all: [green, green] }, true],
    ['all, one red', { all: [green, red] }, false],
    ['any, one green', { any: [red, green] }, true],
    ['any, none green', { any: [red, red] }, false],
    ['none, all red', { none: [red, red] }, true],
    ['none, one green', { none: [red, green] }, false],
    ['nested', { all: [{ any: [red, { none: [red] }] }, green] }, true],
    ['a part that cannot be decided', broken, 'wrong_type'],
    ['all with it', { all: [green, broken] }, 'undecided'],
    ['all with it, decided by another', { all: [red, broken] }, false],
    ['any with it', { any: [red, broken] }, 'undecided'],
    ['any with it, decided by another', { any: [green, broken] }, true],
    ['none with it', { none: [broken] }, 'undecided'],
    ['none with it, decided by another', { none: [broken, green] }, false],
    ['none of none with it', { none: [{ none: [broken] }] }, 'undecided'],
    ['a missing field', { field: 'task.fields.note', contains: 'x' }, false],
    ['none of a missing field', { none: [{ field: 'task.fields.note', contains: 'x' }] }, true],
    ['a missing field, isNot', { field: 'task.fields.note', isNot: 'x' }, true],
    ['cel', { cel: 'event.amount > 100 && channel.kind == "whatsapp"' }, true],
    ['cel that is no condition', { cel: 'event.amount + 1' }, 'cel'],
    ['cel over a missing field', { cel: 'task.fields.note.x == 1' }, 'cel'],
    ['none of cel over a missing field', { none: [{ cel: 'task.fields.gone == 1' }] }, 'undecided'],
  ])('%s', (_, condition, expected) => expect(decide(condition)).toBe(expected))

  it('tells of each part how it came out, with the values it saw', () => {
    const condition: Condition = {
      all: [
        { field: 'event.to', is: 'quote_sent' },
        { any: [{ field: 'task.fields.note', exists: true }, { cel: 'event.amount > 100' }] },
      ],
    }
    expect(evaluateCondition(condition, scope)).toEqual({
      ok: true,
      path: '',
      operator: 'all',
      conditions: [
        { ok: true, path: 'all.0', operator: 'is', field: 'event.to', expected: 'quote_sent', actual: 'quote_sent' },
        {
          ok: true,
          path: 'all.1',
          operator: 'any',
          conditions: [
            { ok: false, path: 'all.1.any.0', operator: 'exists', field: 'task.fields.note', expected: true },
            {
              ok: true,
              path: 'all.1.any.1',
              operator: 'cel',
              expected: 'event.amount > 100',
              values: { 'event.amount': 120 },
            },
          ],
        },
      ],
    })
  })

  it('shortens what it saw', () => {
    const wide = makeScope({ event: { list: Array.from({ length: 900 }, (_, n) => n), task: { a: 1, b: 2 } } })
    const seen = (field: string, of = wide) => evaluateCondition({ field, exists: true }, of).actual
    expect(seen('event.list')).toHaveLength(21)
    expect(seen('event.task')).toBe('{a, b}')
    expect(String(seen('event.long', scope)).length).toBe(501)
  })

  it('costs the budget of all its parts together', () => {
    const rows = Array.from({ length: 900 }, (_, n): Condition => ({ field: 'event.long', matches: `y+z{${n % 9}}q` }))
    const budget = createBudget()
    const result = evaluateCondition({ any: rows }, scope, { budget })
    expect(result).toMatchObject({ ok: false, error: { code: 'undecided' } })
    expect(result.conditions?.at(-1)?.error?.code).toBe('too_much_work')
    expect(budget.spent).toBeGreaterThan(100_000)
  })
})

const name = fc.constantFrom('a', 'b', 'list', '0', 'constructor', '__proto__', 'toString', 'length', 'text')
const field = fc
  .tuple(fc.constantFrom('event', 'task', 'vars', 'current'), fc.array(name, { maxLength: 3 }))
  .map((names) => names.flat().join('.'))
const scalar = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
)
const comparable = fc.oneof(fc.integer(), fc.constantFrom('2026-05-01', '12', '2026-05-01T10:00:00Z'))
const row = fc.tuple(
  field,
  fc.oneof(
    fc.record({ is: scalar }),
    fc.record({ isNot: scalar }),
    fc.record({ in: fc.array(scalar, { minLength: 1, maxLength: 4 }) }),
    fc.record({ contains: scalar.filter((value) => value !== '') }),
    fc.record({ startsWith: fc.string({ minLength: 1, maxLength: 4 }) }),
    fc.record({ matches: fc.constantFrom('a+', '(?i)b', '^$', '\\P{L}') }),
    fc.record({ gt: comparable }),
    fc.record({ lte: comparable }),
    fc.record({ between: fc.tuple(comparable, comparable) }),
    fc.record({ exists: fc.boolean() }),
  ),
)
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    row.map(([at, operator]) => ({ field: at, ...operator }) as Condition),
    fc.constantFrom('event.a == 1', 'event.list.exists(x, x == task.a)', 'size(event.a) > 2').map((cel) => ({ cel })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((none) => ({ none })),
  ),
}))
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })),
) as fc.Arbitrary<unknown>

const leaves = (result: ConditionResult): ConditionResult[] => result.conditions?.flatMap(leaves) ?? [result]

describe('for any condition and any values', () => {
  it('is total, the same each time, and mirrors the condition', () => {
    fc.assert(
      fc.property(condition, json, json, (some, event, task) => {
        const values = makeScope({ event, task })
        const before = JSON.stringify(values)
        const result = evaluateCondition(some, values)
        expect(evaluateCondition(some, values)).toEqual(result)
        expect(JSON.stringify(values)).toBe(before)
        if (result.error) expect(result.ok).toBe(false)
        for (const leaf of leaves(result)) expect(leaf.operator === 'cel' || leaf.field !== undefined).toBe(true)
      }),
    )
  })

  it('is accepted by the schema, as it is', () => {
    fc.assert(
      fc.property(condition, (some) => {
        expect(conditionSchema.parse(some)).toEqual(some)
      }),
    )
  })

  it('none is the opposite of any, wherever both are decided', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 3 }), json, (parts, event) => {
        const values = makeScope({ event })
        const any = evaluateCondition({ any: parts }, values)
        const none = evaluateCondition({ none: parts }, values)
        expect(none.error).toEqual(any.error)
        if (!any.error) expect(none.ok).toBe(!any.ok)
      }),
    )
  })
})

const problems = (value: unknown): string[] => {
  const parsed = conditionSchema.safeParse(value)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('conditionSchema', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', {}, /^: A condition is all, any, none, cel/],
    ['an unknown word', { field: 'event.a', equals: 1 }, /Unrecognized key: "equals"/],
    ['no operator', { all: [{ field: 'event.a' }] }, /^all\.0: The field needs an operator: is, /],
    ['two operators', { field: 'event.a', is: 1, gt: 2 }, /^: A row has one operator, not is and gt/],
    ['no field', { is: 1 }, /^: The field is missing/],
    ['two kinds', { all: [green], any: [green] }, /^: A condition is one of them, not all and any at once/],
    ['an empty group', { any: [] }, /^any: Name at least one condition/],
    ['an unknown root', { field: 'client.name', is: 'a' }, /^field: A field begins with one of event, /],
    ['null', { field: 'event.a', is: null }, /^is: .*exists: false/],
    ['an order of words', { field: 'event.a', gt: 'soon' }, /^gt: Only numbers, and dates/],
    ['half a range', { field: 'event.a', between: [1] }, /^between: Name the lowest and the highest value/],
    ['a bad pattern', { any: [{ field: 'event.a', matches: '(' }] }, /^any\.0\.matches: Not a pattern/],
    ['bad CEL', { cel: 'event.a ==\n &&' }, /^cel: .*\(line 2, column 2\)/],
    ['no object', [], /expected object/],
  ])('%s', (_, value, message) => expect(problems(value).join('\n')).toMatch(message))

  it('refuses what is too deep or too large before it goes into it', () => {
    let deep: unknown = green
    for (let level = 0; level < 100_000; level++) deep = { all: [deep] }
    expect(problems(deep)).toEqual([': Conditions are nested at most 20 levels deep'])
    expect(problems({ any: Array.from({ length: 100_000 }, () => green) })).toEqual([
      ': A condition has at most 1000 parts',
    ])
    const cyclic: { all: unknown[] } = { all: [] }
    cyclic.all.push(cyclic)
    expect(problems(cyclic)).toHaveLength(1)
  })

  it('can be written as JSON Schema', () => {
    expect(JSON.stringify(z.toJSONSchema(z.object({ when: conditionSchema })))).toContain('"$ref"')
  })
})
