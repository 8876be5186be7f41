import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBudget } from '../../../../src/domain/scenario/expressions/budget.ts'
import { compileCel, evaluateCel } from '../../../../src/domain/scenario/expressions/cel.ts'
import type { Scope } from '../../../../src/domain/scenario/expressions/scope.ts'
import { makeScope } from './make-scope.ts'

const scope = makeScope({
  event: {
    text: 'Да, OK 👍',
    amount: 12.5,
    count: 3,
    now: '2026-05-01T12:00:00Z',
    items: [
      { name: 'cup', price: 4 },
      { name: 'pot', price: 20 },
    ],
    none: null,
  },
  task: { fields: { 'Order no': '17' }, tags: ['vip', 'eu'] },
})

function run(source: string, over: Scope = scope) {
  const compiled = compileCel(source)
  if (!compiled.ok) throw new Error(`${source}: ${compiled.message}`)
  return evaluateCel(compiled.expression, over)
}

describe('evaluateCel', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['7 / 2', 3.5],
    ['int(7 / 2)', 3],
    ['7 % 4', 3],
    ['-event.count', -3],
    ['event.amount + 1', 13.5],
    ['event.count + 0.5', 3.5],
    ['event.count == 3 && event.count == 3.0', true],
    ['1 == 1.0', true],
    ['int("17") + 1', 18],
    ['double(task.fields["Order no"])', 17],
    ['string(event.count) + "x"', '3x'],
    ['event.text.contains("OK")', true],
    ['event.text.lowerAscii().startsWith("да")', true],
    ['event.text.endsWith("👍")', true],
    ['event.text.matches("(?i)(^|\\\\P{L})да(\\\\P{L}|$)")', true],
    ['event.text.matches(r"^\\d+$")', false],
    ['size(event.text)', 8],
    ['event.items.size()', 2],
    ['"a-b-c".split("-").join("+")', 'a+b+c'],
    ['" a ".trim().upperAscii()', 'A'],
    ['"hello".substring(1, 3)', 'el'],
    ['"hello".indexOf("l") + "hello".lastIndexOf("l")', 5],
    ['event.items[1].name', 'pot'],
    ['event.items.map(i, i.price)', [4, 20]],
    ['event.items.map(i, i.price > 5, i.name)', ['pot']],
    ['event.items.filter(i, i.price > 5).size()', 1],
    ['event.items.exists(i, i.name == "cup")', true],
    ['event.items.all(i, i.price > 5)', false],
    ['event.items.exists_one(i, i.price > 5)', true],
    ['task.tags.exists(t, event.items.exists(i, i.name == t))', false],
    ['{"a": 1, "b": 2}.exists(name, name == "b")', true],
    ['"vip" in task.tags', true],
    ['"name" in event.items[0]', true],
    ['"toString" in event.items[0]', false],
    ['{"a": [1, {"b": 2}]} == {"a": [1, {"b": 2}]}', true],
    ['[1, "a", true]', [1, 'a', true]],
    ['event.count > 2 ? "many" : "few"', 'many'],
    ['has(event.text)', true],
    ['has(event.none)', false],
    ['has(event.gone.deeper)', false],
    ['event.none == null', true],
    ['timestamp(event.now) - timestamp("2026-05-01") == duration("12h")', true],
    ['timestamp(event.now) + duration("1h30m")', '2026-05-01T13:30:00.000Z'],
    ['timestamp(event.now) > timestamp("2026-05-01T13:00:00+02:00")', true],
    ['duration("90s")', '90s'],
    ['string(duration("90s")) + string(timestamp("2026-05-01"))', '90s2026-05-01T00:00:00.000Z'],
    ['int(timestamp("1970-01-01T00:01:00Z"))', 60],
    // One side decides, whichever it is, even where the other has no value.
    ['event.gone == 1 || true', true],
    ['true || event.gone == 1', true],
    ['event.gone == 1 && false', false],
    ['event.items.exists(i, i.color == "red" || i.name == "pot")', true],
  ])('%s', (source, value) => expect(run(source)).toEqual({ ok: true, value }))

  it.each([
    ['event.gone', 'missing_field'],
    ['event.none.x', 'missing_field'],
    ['event.items[2]', 'missing_field'],
    ['event.items[0.5]', 'missing_field'],
    ['event.text.x', 'wrong_type'],
    ['event.text + 1', 'wrong_type'],
    ['event.text > 1', 'wrong_type'],
    ['event.text && true', 'wrong_type'],
    ['event.gone == 1 || false', 'missing_field'],
    ['!event.count', 'wrong_type'],
    ['event.count / 0', 'division_by_zero'],
    ['event.count % 0', 'division_by_zero'],
    ['1e308 * 10.0', 'out_of_range'],
    ['int(event.text)', 'invalid_value'],
    ['timestamp("today")', 'invalid_value'],
    ['duration("soon")', 'invalid_value'],
    ['"abc".substring(2, 9)', 'out_of_range'],
    ['event.count.map(x, x)', 'wrong_type'],
  ])('%s has no value: %s', (source, code) => expect(run(source)).toMatchObject({ ok: false, error: { code } }))

  it('names the field that is missing', () => {
    expect(run('1 + task.fields.gone')).toMatchObject({ error: { message: '“task.fields.gone” is missing' } })
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'length', 'valueOf'])('sees no %s', (name) => {
    for (const value of ['event', 'event.items[0]', '{"a": 1}']) {
      expect(run(`${value}["${name}"]`)).toMatchObject({ ok: false, error: { code: 'missing_field' } })
      expect(run(`"${name}" in ${value}`)).toEqual({ ok: true, value: false })
    }
  })

  it('is total and the same each time for any values', () => {
    const sources = [
      'event.a + event.b',
      'event.a == event.b',
      'event.a.map(x, x)',
      'event.a[event.b]',
      'size(event.a)',
      'event.a < event.b',
      'event.a in event.b',
      'event.a ? 1 : 2',
      '-event.a',
      'event.a.contains(event.b)',
      'event.a.split(event.b).join(event.a)',
      'timestamp(event.a) - timestamp(event.b)',
      'event.a.matches("a+")',
      'event',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.jsonValue(), fc.jsonValue(), (source, a, b) => {
        const values = makeScope({ event: { a, b } })
        const result = run(source, values)
        expect(run(source, values)).toEqual(result)
        if (result.ok) expect(JSON.parse(JSON.stringify(result.value))).toEqual(result.value)
      }),
    )
  })
})

describe('compileCel', () => {
  it.each([
    ['1 +', 1, 4],
    ['event.a ==\n  ~', 2, 3],
    ['true &&\n now() > 1', 2, 2],
    ['client.name == "x"', 1, 1],
    ['"a" - 1', 1, 1],
    ['event.a.reverse()', 1, 1],
    ['size()', 1, 1],
    ['cel.bind(x, 1, x)', 1, 1],
    ['type(1)', 1, 1],
    ['google.protobuf', 1, 1],
    ['b"bytes"', 1, 1],
    ['1u', 1, 1],
    ['9007199254740993', 1, 1],
    ['event.a.map(event, 1)', 1, 13],
    ['event.a.map(1, 1)', 1, 13],
    ['event.text.matches("(")', 1, 20],
    ['event.text.matches(contact.name)', 1, 28],
    ['[1].map(x, [1].map(y, [1].map(z, z)))', 1, 23],
    ['__proto__', 1, 1],
    ['event.?a', 1, 7],
  ])('refuses %j at %i:%i', (source, line, column) => {
    const compiled = compileCel(source)
    expect(compiled).toMatchObject({ ok: false, line, column })
  })

  it('knows the fields that are read', () => {
    const compiled = compileCel(
      'event.a.b > 1 && task.fields["x y"][0].z == vars.map[inputs.key].more && event.list.exists(i, i.q == contact.n)',
    )
    expect(compiled.ok && compiled.expression.fields.map((names) => names.join('/'))).toEqual([
      'event/a/b',
      'task/fields/x y/0/z',
      'vars/map',
      'inputs/key',
      'event/list',
      'contact/n',
    ])
  })

  it('never throws', () => {
    const part = fc.constantFrom(
      'event',
      '.a',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '1',
      '+',
      '==',
      '&&',
      '?',
      ':',
      ',',
      'has',
      '.map',
      'x',
      '!',
      '-',
      '\\',
      'b"',
      'r"',
      'in',
      ' ',
      '\n',
      '.matches',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const compiled = compileCel(parts.join(''))
        if (compiled.ok) evaluateCel(compiled.expression, scope)
        else expect(compiled.line).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the budget', () => {
  const list = Array.from({ length: 1_000 }, (_, place) => place)
  const large = makeScope({ event: { list, text: 'ab'.repeat(30_000), longer: [...list, 1_000] } })

  it.each([
    ['event.list.all(x, event.list.all(y, x + y < 5000))', 'too_much_work'],
    ['event.list.exists(x, event.list.map(y, event.text)[x].contains("c"))', 'too_much_work'],
    ['event.list.map(x, event.text + "") == []', 'too_much_work'],
    ['event.list.all(x, event.list == event.list.map(y, y))', 'too_much_work'],
    ['event.text + event.text', 'too_large'],
    ['event.list + event.list', 'too_large'],
    ['event.text.split("a")', 'too_large'],
    ['["a", "b", "c"].join(event.text)', 'too_large'],
    ['event.longer.exists(x, true)', 'too_large'],
    ['event.text.matches("c")', 'too_much_work'],
  ])('%s ends with %s', (source, code) => expect(run(source, large)).toMatchObject({ ok: false, error: { code } }))

  it('is enough for a list of a thousand', () => {
    expect(run('event.list.filter(x, x % 2 == 0 && x > 10).size()', large)).toEqual({ ok: true, value: 494 })
  })

  it('can be shared', () => {
    const compiled = compileCel('1 + 1')
    expect(compiled.ok && evaluateCel(compiled.expression, scope, { budget: createBudget(1) })).toMatchObject({
      error: { code: 'too_much_work' },
    })
  })
})
