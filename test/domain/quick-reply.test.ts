import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkQuickReply,
  QUICK_REPLY_VARIABLES,
  type QuickReplyValues,
  renderQuickReply,
} from '../../src/domain/quick-reply.ts'

const values: QuickReplyValues = {
  contact: {
    name: 'Grace Hopper',
    phone: '+16505550100',
    fields: { city: 'Oslo', visits: 3, vip: true, 'delivery day': 'Monday', empty: ' ', list: ['a'] },
  },
  task: { number: 42, title: 'Compiler', fields: { order: 'A-1' } },
  me: { name: 'Anna' },
  channel: { name: 'Shop' },
}
const named = (name: string | null, phone: string | null = '+16505550100'): QuickReplyValues => ({
  ...values,
  contact: { ...values.contact, name, phone },
})

describe('filling', () => {
  it.each([
    ['Hello {{contact.name}}!', 'Hello Grace Hopper!'],
    ['{{contact.firstName}}, {{ contact.phone }}', 'Grace, +16505550100'],
    [
      '{{contact.fields.city}} {{contact.fields.visits}} {{contact.fields.vip}} {{contact.fields.delivery day}}',
      'Oslo 3 true Monday',
    ],
    ['#{{task.number}} {{task.title}} {{task.fields.order}}', '#42 Compiler A-1'],
    ['{{me.name}} of {{channel.name}}', 'Anna of Shop'],
    ['Hello {{contact.name | there}}', 'Hello Grace Hopper'],
    ['Hello {{contact.fields.nick | there}}', 'Hello there'],
    ['Hello{{contact.fields.nick | }}!', 'Hello!'],
    ['{{contact.fields.nick | a | b}}', 'a | b'],
    ['no variables } here {', 'no variables } here {'],
    ['{{me.name}}}', 'Anna}'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(checkQuickReply(text)).toEqual([])
    expect(renderQuickReply(text, values)).toEqual({ text: expected, missing: [] })
  })

  it.each([
    ['a field that is not there', 'contact.fields.nick', values],
    ['a value of blanks', 'contact.fields.empty', values],
    ['a value that is no text', 'contact.fields.list', values],
    [
      'a value that is no line of text',
      'contact.fields.city',
      { ...values, contact: { ...values.contact, fields: { city: 'x'.repeat(1_001) } } },
    ],
    ['a client without a name', 'contact.name', named(null)],
    ['a client named by their number', 'contact.firstName', named('+16505550100')],
    ['a client without a number', 'contact.phone', named('Grace', null)],
    ['a token, which is no person', 'me.name', { ...values, me: { name: null } }],
    ['what every object inherits', 'contact.fields.constructor', values],
    ['what every object inherits', 'task.fields.__proto__', values],
  ])('%s leaves nothing, and says so', (_, variable, from) => {
    expect(renderQuickReply(`Hello {{${variable}}}, {{${variable}}}.`, from)).toEqual({
      text: 'Hello , .',
      missing: [variable],
    })
    expect(renderQuickReply(`Hello {{${variable} | you}}.`, from)).toEqual({ text: 'Hello you.', missing: [] })
  })

  it.each([
    ['Grace Hopper', 'Grace'],
    ['  Anna-Maria  ', 'Anna-Maria'],
    ['👑Жанна👑 Д.', 'Жанна'],
    ['Müller, Jörg', 'Müller'],
    ["O'Neil 2", "O'Neil"],
    ['सरिता देवी', 'सरिता'],
    ['李雷', '李雷'],
  ])('the first name of %j', (name, first) => {
    expect(renderQuickReply('{{contact.firstName}}', named(name)).text).toBe(first)
  })

  it('names what is missing once, in the order of the text', () => {
    const text = '{{task.fields.b}} {{task.fields.a}} {{task.fields.b}}'
    expect(renderQuickReply(text, values).missing).toEqual(['task.fields.b', 'task.fields.a'])
  })

  it('finds fields of inherited names where the record holds them', () => {
    const fields = JSON.parse('{ "__proto__": "mine", "constructor": "ours" }')
    const { text } = renderQuickReply('{{task.fields.__proto__}} {{task.fields.constructor}}', {
      ...values,
      task: { ...values.task, fields },
    })
    expect(text).toBe('mine ours')
  })
})

describe('checking', () => {
  it.each([
    ['Hi\n  {{contact.nme}}', 'unknown_variable', 'contact.nme', 5, 2, 3],
    ['{{}}', 'unknown_variable', '', 0, 1, 1],
    ['{{contact.fields.}}', 'unknown_variable', 'contact.fields.', 0, 1, 1],
    ['{{__proto__}}', 'unknown_variable', '__proto__', 0, 1, 1],
    ['{{constructor}}', 'unknown_variable', 'constructor', 0, 1, 1],
    ['{{Contact.name}}', 'unknown_variable', 'Contact.name', 0, 1, 1],
    ['{{{me.name}}}', 'unknown_variable', '{me.name', 0, 1, 1],
    ['Hello {{me.name', 'variable_not_closed', 'me.name', 6, 1, 7],
    ['{{contact.name | {{me.name}} }}', 'variable_in_fallback', 'contact.name', 0, 1, 1],
  ])('%j', (text, code, variable, position, line, column) => {
    expect(checkQuickReply(text)).toEqual([
      { code, variable, position, line, column, message: expect.stringContaining('“{{') },
    ])
  })

  it('names every mistake', () => {
    const found = checkQuickReply('{{a}}\n{{me.name}}{{b}}\n\n{{c')
    expect(found.map(({ variable, line, column }) => [variable, line, column])).toEqual([
      ['a', 1, 1],
      ['b', 2, 12],
      ['c', 4, 1],
    ])
  })
})

/** Pieces that texts like these are made of, good and bad. */
const piece = fc.oneof(
  fc.constantFrom(
    '{{',
    '}}',
    '|',
    '{',
    '}',
    '\n',
    ' ',
    'contact.name',
    'contact.fields.',
    'task.fields.__proto__',
    'me.name',
    '__proto__',
  ),
  fc.string(),
)
const anyText = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
const hostile = fc.oneof(anyText, fc.constantFrom('{{me.name}}', '$&', '$1', '}} {{task.title}}'))
const anyValues: fc.Arbitrary<QuickReplyValues> = fc.record({
  contact: fc.record({
    name: fc.option(hostile),
    phone: fc.option(hostile),
    fields: fc.dictionary(fc.string(), fc.anything()),
  }),
  task: fc.record({ number: fc.nat(), title: hostile, fields: fc.dictionary(fc.string(), fc.anything()) }),
  me: fc.record({ name: fc.option(hostile) }),
  channel: fc.record({ name: hostile }),
})

describe('whatever was written', () => {
  it('is answered, and never loses or re-reads what stands around the variables', () => {
    fc.assert(
      fc.property(anyText, anyValues, (text, from) => {
        const { text: filled, missing } = renderQuickReply(text, from)
        expect(new Set(missing).size).toBe(missing.length)
        if (!text.includes('{{')) expect(filled).toBe(text)
        for (const { position } of checkQuickReply(text)) expect(text.slice(position, position + 2)).toBe('{{')
      }),
    )
  })

  it('a value stands in the text literally, whatever it is', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (before, value, after) => {
        fc.pre(
          !before.includes('{{') &&
            !`${before}{`.includes('{{') &&
            !after.includes('{{') &&
            value.trim() !== '' &&
            value.length <= 1_000,
        )
        const filled = renderQuickReply(`${before}{{task.title}}${after}`, {
          ...values,
          task: { ...values.task, title: value },
        })
        expect(filled).toEqual({ text: before + value + after, missing: [] })
      }),
    )
  })

  it('a text without mistakes fills to its parts, one after the other', () => {
    const variable = fc.constantFrom(...QUICK_REPLY_VARIABLES.map((name) => name.replace('…', 'city')))
    const literal = fc.string().map((text) => text.replace(/[{}]/g, ''))
    fc.assert(
      fc.property(fc.array(fc.tuple(literal, variable)), literal, anyValues, (parts, end, from) => {
        const text = parts.map(([words, name]) => `${words}{{${name} | ?}}`).join('') + end
        expect(checkQuickReply(text)).toEqual([])
        const alone = parts.map(([words, name]) => words + renderQuickReply(`{{${name} | ?}}`, from).text)
        expect(renderQuickReply(text, from)).toEqual({ text: alone.join('') + end, missing: [] })
      }),
    )
  })

  it.each(['{{', '}}', '{{|', '{{a', '{{a}}', '{{a|{{', '\n{{a}}', '{{contact.fields.a', '{ {', '{{me.name}}'])(
    'a megabyte of %j is answered',
    (part) => {
      const text = part.repeat(1_000_000 / part.length)
      expect(checkQuickReply(text).length).toBeLessThanOrEqual(20)
      expect(renderQuickReply(text, named(`${'!'.repeat(999)}a`))).toBeDefined()
    },
  )
})
