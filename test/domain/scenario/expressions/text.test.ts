import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Scope } from '../../../../src/domain/scenario/expressions/scope.ts'
import { compileText, renderText } from '../../../../src/domain/scenario/expressions/text.ts'
import { makeScope } from './make-scope.ts'

const options = { timeZone: 'Europe/Madrid', locale: 'en-GB', now: '2026-05-01T10:00:00Z' }
const scope = makeScope({
  event: { text: 'hi', list: [1, 2, 3], mixed: ['a', null], object: { a: 1 } },
  contact: { name: 'anna maría', firstName: null, phone: '34600123456', blank: '', vip: true },
  task: { number: 7, dueAt: '2026-12-31T23:30:00Z', day: '2026-12-31', fields: { amount: '1234.5', when: 'soon' } },
  vars: {
    addresses: { north: '1 North St' },
    items: [
      { name: 'cup', price: 4 },
      { name: 'pot', price: 20 },
    ],
  },
  inputs: { branch: 'north' },
})

function render(source: string, over: Scope = scope, region: Partial<typeof options> = {}) {
  const compiled = compileText(source)
  if (!compiled.ok) throw new Error(`${source}: ${compiled.message}`)
  return renderText(compiled.template, over, { ...options, ...region })
}

describe('renderText', () => {
  it.each([
    ['', ''],
    ['plain text { } % }}', 'plain text { } % }}'],
    ['Hi {{ contact.name }}, task {{ task.number }}', 'Hi anna maría, task 7'],
    ['{{ vars.addresses[inputs.branch] }}', '1 North St'],
    [
      '{{ vars.addresses["north"] }} {{ event.list[1] }} {{ event.list.size }} {{ event.list.last }}',
      '1 North St 2 3 3',
    ],
    ['{{ contact.vip }}', 'true'],
    ['{{ event.now }}', options.now],
    ['{% if contact.vip and task.number > 5 %}a{% else %}b{% endif %}', 'a'],
    ['{% if contact.gone %}a{% elsif contact.name contains "mar" %}b{% endif %}', 'b'],
    ['{% unless contact.firstName %}nobody{% endunless %}', 'nobody'],
    ['{% case inputs.branch %}{% when "south" %}s{% when "north", "n" %}n{% else %}?{% endcase %}', 'n'],
    ['{% for i in vars.items %}{{ forloop.index }}. {{ i.name }}\n{% endfor %}', '1. cup\n2. pot\n'],
    ['{% for i in event.list reversed %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}', '31'],
    ['{% for i in (1..3) %}{{ i }}{% break %}{% endfor %}', '1'],
    ['{%- assign name = contact.name | upcase -%} {{ name }}', 'ANNA MARÍA'],
  ])('%j → %j', (source, text) => expect(render(source)).toEqual({ ok: true, text }))

  it.each([
    ['{{ contact.firstName | default: "friend" }}', 'friend'],
    ['{{ contact.gone.deeper | default: "friend" | upcase }}', 'FRIEND'],
    ['{{ contact.blank | default: "friend" }}', 'friend'],
    ['{{ contact.name | default: "friend" }}', 'anna maría'],
    ['{{ contact.name | first_word | capitalize }}', 'Anna'],
    ['{{ contact.phone | phone }}', '+34 600 12 34 56'],
    ['{{ "not a phone" | phone }}', 'not a phone'],
    ['{{ task.fields.amount | money: "EUR" }}', '€1,234.50'],
    ['{{ task.fields.amount | money: "points" }}', '1,234.50 points'],
    ['{{ task.fields.amount | number }} {{ 2 | number: 2 }}', '1,234.5 2.00'],
    ['{{ task.dueAt | date }}', '1 Jan 2027'],
    ['{{ task.day | date: "long" }}', '31 December 2026'],
    ['{{ task.dueAt | time }} {{ task.dueAt | date_time: "short" }}', '00:30 01/01/2027, 00:30'],
    [
      '{{ task.dueAt | date: "%d.%m.%Y %H:%M:%S %e %y %I%p %B %b %A %a %%" }}',
      '01.01.2027 00:30:00 1 27 12AM January Jan Friday Fri %',
    ],
    ['{{ event.now | date: "%H:%M" }}', '12:00'],
    ['{{ "  a  " | strip | append_not: 1 }}', null],
    ['{{ "abcdef" | truncate: 4 }} {{ "abcdef" | truncate: 4, "" }} {{ "abc" | truncate: 4 }}', 'abc… abcd abc'],
    ['{{ "a-b" | replace: "-", "+" }} {{ "A" | downcase }}', 'a+b a'],
    ['{{ "a,b" | split: "," | join: " and " }} {{ "a,b" | split: "," | first }} {{ "👍" | size }}', 'a and b a 1'],
    ['{{ 0.1 | plus: 0.2 }} {{ 10 | minus: "4" }} {{ 3 | times: 2 }} {{ 7 | divided_by: 2 }}', '0.3 6 6 3.5'],
    ['{{ 2.5 | round }} {{ -2.5 | round }} {{ 1.005 | round: 2 }}', '3 -3 1.01'],
  ])('%j → %j', (source, text) => {
    if (text === null) expect(compileText(source)).toMatchObject({ ok: false, message: 'undefined filter: append_not' })
    else expect(render(source)).toEqual({ ok: true, text })
  })

  it('writes dates and numbers as people of the region do', () => {
    const source = '{{ task.dueAt | date: "%e %B" }}, {{ task.fields.amount | money: "RUB" }}, {{ "i" | upcase }}'
    expect(render(source, scope, { locale: 'ru', timeZone: 'Asia/Tokyo' })).toEqual({
      ok: true,
      text: '1 января, 1 234,50 ₽, I',
    })
    expect(render('{{ "i" | upcase }}', scope, { locale: 'tr' })).toEqual({ ok: true, text: 'İ' })
    expect(render('{{ task.number }}', scope, { timeZone: 'Mars/Base' })).toMatchObject({ error: { code: 'invalid' } })
  })

  it.each([
    ['Dear\n  {{ contact.firstName }}', 'missing_value', 'contact.firstName', 2, 6],
    ['{{ contact.gone.deeper }}', 'missing_value', 'contact.gone', 1, 4],
    ['{{ contact.gone | upcase | default: "x" }}', 'missing_value', 'contact.gone', 1, 4],
    ['{{ contact.name | default: contact.gone }}', 'missing_value', 'contact.gone', 1, 28],
    ['{% assign name = contact.gone %}{{ name }}', 'missing_value', 'name', 1, 36],
    ['{% for x in event.gone %}{% endfor %}', 'missing_value', 'event.gone', 1, 13],
    ['{% for x in event.mixed %}{{ x }}{% endfor %}', 'missing_value', 'x', 1, 30],
    ['{{ vars.addresses[inputs.gone] }}', 'missing_value', 'inputs.gone', 1, 19],
    ['{{ event.list[9] }}', 'missing_value', 'event.list.9', 1, 4],
    ['{{ nil }}', 'missing_value', undefined, 1, 1],
    ['{{ event.object }}', 'wrong_type', undefined, 1, 1],
    ['{{ event.list }}', 'wrong_type', undefined, 1, 1],
    ['{{ event.list | upcase }}', 'wrong_type', undefined, 1, 1],
    ['{{ event.text | first }}', 'wrong_type', undefined, 1, 1],
    ['{{ event.text | plus: 1 }}', 'wrong_type', undefined, 1, 1],
    ['{{ task.fields.when | date }}', 'wrong_type', undefined, 1, 1],
    ['{{ "now" | date }}', 'wrong_type', undefined, 1, 1],
    ['{{ "today" | date: "%Y" }}', 'wrong_type', undefined, 1, 1],
    ['{{ event.now | date: "%s" }}', 'wrong_type', undefined, 1, 1],
    ['{{ 1 | divided_by: 0 }}', 'invalid', undefined, 1, 1],
  ])('%j: %s %s', (source, code, variable, line, column) => {
    const rendered = render(source)
    expect(rendered).toMatchObject({ ok: false, error: { code, line, column } })
    expect(rendered.ok || rendered.error.variable).toBe(variable)
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'valueOf'])('sees no %s', (name) => {
    for (const path of [`contact.${name}`, `contact["${name}"]`, `event.list["${name}"]`, `contact.name["${name}"]`]) {
      expect(render(`{{ ${path} }}`)).toMatchObject({ ok: false, error: { code: 'missing_value' } })
      expect(render(`{{ ${path} | default: "none" }}`)).toEqual({ ok: true, text: 'none' })
    }
  })

  it('never reads a value as a template', () => {
    const hostile = makeScope({ contact: { name: '{{ task.number }}{% include "x" %}' } })
    expect(render('{{ contact.name }}', hostile)).toEqual({ ok: true, text: '{{ task.number }}{% include "x" %}' })
  })

  it('is total, the same each time, and changes nothing, for any values', () => {
    const sources = [
      '{{ event.a }}',
      '{{ event.a | first }}',
      '{{ event.a | date }}',
      '{{ event.a | money: event.b }}',
      '{% for x in event.a %}{{ x | plus: 1 }}{% endfor %}',
      '{% if event.a contains event.b %}1{% endif %}',
      '{{ event.a[event.b] }}',
      '{{ event.a | replace: event.b, event.a }}',
      '{% case event.a %}{% when event.b %}1{% endcase %}',
      '{{ event.a | truncate: event.b }}',
      '{{ event.a | phone | number: event.b }}',
      '{% assign x = event.a | default: event.b %}{{ x | join }}',
      '{% for i in (event.a..event.b) %}.{% endfor %}',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.jsonValue(), fc.jsonValue(), (source, a, b) => {
        const values = makeScope({ event: { a, b } })
        const before = JSON.stringify(values)
        const rendered = render(source, values)
        expect(render(source, values)).toEqual(rendered)
        expect(JSON.stringify(values)).toBe(before)
      }),
      { numRuns: 300 },
    )
  })
})

describe('compileText', () => {
  it.each([
    ['Hi\n {{ contact.name', 2, 2, 'not closed'],
    ['{% if contact.name %}', 1, 1, 'not closed'],
    ['{{ contact.name | shout }}', 1, 1, 'undefined filter: shout'],
    ['a {{ now | date }}', 1, 6, 'no “now”'],
    ['{{ today }}', 1, 4, 'no “today”'],
    ['{{ client.name }}', 1, 4, 'no “client”'],
    ['{{ x }}{% assign x = 1 %}', 1, 4, 'no “x”'],
    ['{% for x in event.list %}{% endfor %}{{ x }}', 1, 41, 'no “x”'],
    ['{% assign event = 1 %}', 1, 11, 'has a meaning already'],
    ['{% for task in event.list %}{% endfor %}', 1, 1, 'has a meaning already'],
    ...[
      'include "x"',
      'render "x"',
      'layout "x"',
      'raw',
      'capture x',
      'liquid',
      'tablerow x in event.list',
      'increment x',
      'cycle 1, 2',
      'echo 1',
      'block x',
      '# note',
    ].map((tag) => [`{% ${tag} %}`, 1, 1, 'not found'] as [string, number, number, string]),
    [`${'{% if event.a %}'.repeat(25)}${'{% endif %}'.repeat(25)}`, 1, 337, 'nested'],
  ])('refuses %j', (source, line, column, message) => {
    expect(compileText(source)).toMatchObject({ ok: false, line, column, message: expect.stringContaining(message) })
  })

  it('tells the fields that have to be there from those that are read', () => {
    const compiled = compileText(
      `{{ contact.name }} {{ contact.firstName | default: contact.nick }} {% if task.dueAt %}{{ task.fields.amount | plus: vars.fee }}{% endif %}
       {% assign a = vars.maybe %}{% for i in vars.items limit: inputs.n %}{{ i.name }}{{ forloop.index }}{{ a }}{% endfor %}{{ vars.addresses[inputs.branch].street }}`,
    )
    if (!compiled.ok) throw new Error(compiled.message)
    expect(compiled.variables.sort()).toEqual([
      'contact.name',
      'contact.nick',
      'inputs.branch',
      'inputs.n',
      'task.fields.amount',
      'vars.addresses',
      'vars.fee',
      'vars.items',
    ])
    expect([...compiled.template.fields].sort()).toEqual(
      [...compiled.variables, 'contact.firstName', 'task.dueAt', 'vars.maybe'].sort(),
    )
  })

  it('never throws', () => {
    const part = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      ' ',
      'if',
      'endif',
      'for',
      'x',
      'in',
      'event.a',
      'endfor',
      'assign',
      '=',
      '|',
      'default',
      ':',
      '"',
      "'",
      '(',
      '..',
      ')',
      '1',
      '[',
      ']',
      '.',
      ',',
      '-',
      'case',
      'when',
      'endcase',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const compiled = compileText(parts.join(''))
        if (compiled.ok) renderText(compiled.template, scope, options)
        else expect(compiled.line).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the limits', () => {
  const list = Array.from({ length: 1_000 }, (_, place) => place)
  const large = makeScope({ event: { list, lists: [list, list, list], text: 'a'.repeat(60_000) } })

  it.each([
    ['{% for i in (1..100000000) %}x{% endfor %}', 'invalid'],
    ['{% for i in (1..1001) %}x{% endfor %}', 'too_many_rounds'],
    ['{% for i in event.list %}{% for k in event.list %}{% endfor %}{% endfor %}', 'too_many_rounds'],
    ['{% for i in (1..9) %}{{ event.text }}{% endfor %}', 'too_large'],
    ['{{ event.text | replace: "a", event.text }}', 'too_large'],
    ['{{ event.list | join: event.text }}', 'too_large'],
    ['{{ event.text | split: "" | size }}', 'too_large'],
    [`{% for i in event.list %}${'{{ event.text | upcase | size }}'.repeat(50)}{% endfor %}`, 'too_much_work'],
    [`{% for i in event.list %}${'{% if 1 %}{% endif %}'.repeat(200)}{% endfor %}`, 'too_much_work'],
    [
      `{% for i in event.list %}${'{% if event.lists == event.lists %}{% endif %}'.repeat(50)}{% endfor %}`,
      'too_much_work',
    ],
    [
      `{% for i in event.list %}{% case event.lists %}${'{% when event.lists %}'.repeat(50)}{% endcase %}{% endfor %}`,
      'too_much_work',
    ],
  ])('%.60s ends with %s', (source, code) =>
    expect(render(source, large)).toMatchObject({ ok: false, error: { code } }),
  )

  it('are enough for a list of a thousand', () => {
    const rendered = render('{% for i in event.list %}{{ i }},{% endfor %}', large)
    expect(rendered.ok && rendered.text.length).toBe(3_890)
  })
})
