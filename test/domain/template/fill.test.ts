import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttachmentId, ChannelId, TemplateId } from '../../../src/domain/ids.ts'
import { fillTemplate } from '../../../src/domain/template/fill.ts'
import type { Template, TemplateParameters } from '../../../src/domain/template/template.ts'
import { templateFields } from '../../../src/domain/template/template-fields.ts'

const template = (components: object[], more: Partial<Template> = {}): Template => ({
  id: 't' as TemplateId,
  channelId: 'c' as ChannelId,
  providerId: '1',
  name: 'order_ready',
  language: 'en_US',
  category: 'utility',
  status: 'approved',
  quality: null,
  parameterFormat: 'positional',
  components: components as Template['components'],
  ...more,
})
const body = (text: string, more: object = {}) => ({ type: 'BODY', text, ...more })
const header = (format: string, more: object = {}) => ({ type: 'HEADER', format, ...more })
const buttons = (...list: object[]) => ({ type: 'BUTTONS', buttons: list })
const LINK = { type: 'URL', text: 'Track', url: 'https://shop.example/o/{{1}}', example: ['https://shop.example/o/7'] }
const QUICK = { type: 'QUICK_REPLY', text: 'Confirm' }
const CODE = { type: 'COPY_CODE', text: 'Copy', example: 'SALE' }
const PHONE = { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+15550783881' }

const problems = (of: Template, parameters?: unknown) => {
  const filled = fillTemplate(of, parameters as TemplateParameters)
  return filled.ok ? [] : filled.problems.map(({ where, key, code }) => [where, key, code].join(' '))
}
const words = (of: Template, parameters?: unknown) => {
  const filled = fillTemplate(of, parameters as TemplateParameters)
  return filled.ok ? [] : filled.problems.map(({ message }) => message)
}
const filled = (of: Template, parameters?: TemplateParameters) => {
  const result = fillTemplate(of, parameters)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result
}

const TWO = template([body('Hello {{1}}, order {{2}} of {{1}} is ready.')])
const NAMED = template([body('Hello {{first_name}}, quote {{no}}.')], { parameterFormat: 'named' })

describe('the body', () => {
  test('is filled in order, a repeated variable once', () => {
    const { rendered, filled: what } = filled(TWO, { body: ['Anna', 'A-1'] })
    expect(rendered.body).toBe('Hello Anna, order A-1 of Anna is ready.')
    expect(what.body).toEqual([
      { name: null, text: 'Anna' },
      { name: null, text: 'A-1' },
    ])
  })

  test('takes {{1}} first, wherever it stands', () => {
    expect(filled(template([body('No {{2}} for {{1}}.')]), { body: ['a', 'b'] }).rendered.body).toBe('No b for a.')
  })

  test('is filled by name', () => {
    const { rendered, filled: what } = filled(NAMED, { body: { no: 'Q-1', first_name: 'Anna' } })
    expect(rendered.body).toBe('Hello Anna, quote Q-1.')
    expect(what.body).toEqual([
      { name: 'first_name', text: 'Anna' },
      { name: 'no', text: 'Q-1' },
    ])
  })

  test('takes values as they are', () => {
    const { rendered } = filled(TWO, { body: ['{{2}}', '$& $1 {{1}}'] })
    expect(rendered.body).toBe('Hello {{2}}, order $& $1 {{1}} of {{2}} is ready.')
  })

  test.each<[string, Template, unknown, string[]]>([
    ['too few', TWO, { body: ['Anna'] }, ["The template's body needs 2 values, 1 was given"]],
    ['none', TWO, undefined, ["The template's body needs 2 values, none was given"]],
    ['too many', TWO, { body: ['a', 'b', 'c'] }, ["The template's body needs 2 values, 3 were given"]],
    ['to a fixed text', template([body('Hi')]), { body: ['a'] }, ["The template's body takes no values, 1 was given"]],
    ['empty ones', TWO, { body: ['a', ' '] }, ['Value 2 of the body is empty']],
    ['no text', TWO, { body: ['a', 7] }, ['Value 2 of the body must be a text']],
    [
      'by number where names are wanted',
      NAMED,
      { body: ['a', 'b'] },
      ['The values of the body must be given by name: first_name, no'],
    ],
    [
      'under wrong names',
      NAMED,
      { body: { first_name: 'a', nr: 'b' } },
      ['The template\'s body has no value "nr"', 'The value "no" of the body is missing'],
    ],
    [
      'of inherited names',
      template([body('{{constructor}} and {{__proto__}}')], { parameterFormat: 'named' }),
      { body: {} },
      ['The value "constructor" of the body is missing', 'The value "__proto__" of the body is missing'],
    ],
  ])('refuses values: %s', (_, of, parameters, expected) => {
    expect(words(of, parameters)).toEqual(expected)
  })

  test.each(['line\nbreak', 'tab\tinside', 'five     spaces', 'nul\u0000', 'half \ud83d'])('refuses %j', (value) => {
    expect(problems(TWO, { body: [value, 'b'] })).toEqual(['body 1 forbidden_characters'])
  })

  test('has 1024 characters at most, counted as the stricter of two ways', () => {
    const one = template([body('{{1}} !')])
    expect(problems(one, { body: ['x'.repeat(1022)] })).toEqual([])
    expect(problems(one, { body: ['x'.repeat(1023)] })).toEqual(['body  too_long'])
    expect(problems(one, { body: ['😀'.repeat(511)] })).toEqual([])
    expect(problems(one, { body: ['😀'.repeat(512)] })).toEqual(['body  too_long'])
  })
})

describe('the header', () => {
  const text = template([header('TEXT', { text: 'Order {{1}}' }), body('Hi')])
  const image = template([header('IMAGE'), body('Hi')])
  const place = template([header('LOCATION'), body('Hi')])
  const OFFICE = { latitude: 1.5, longitude: -2, name: 'Office', address: 'Main st. 1' }

  test('shows a text, a file or a place', () => {
    expect(filled(text, { header: ['A-1'] }).rendered).toMatchObject({ header: 'Order A-1', text: 'Order A-1\nHi' })
    const file = filled(image, { header: [{ attachmentId: 'a1' as AttachmentId }] })
    expect(file.filled.header).toEqual({
      kind: 'media',
      media: 'image',
      source: { attachmentId: 'a1' },
      fileName: null,
    })
    expect(file.rendered.header).toBeNull()
    const document = template([header('DOCUMENT'), body('Hi')])
    expect(
      filled(document, { header: [{ link: 'https://a.example/b.pdf', fileName: 'b.pdf' }] }).filled.header,
    ).toMatchObject({ source: { link: 'https://a.example/b.pdf' }, fileName: 'b.pdf' })
    expect(filled(place, { header: [OFFICE] })).toMatchObject({
      filled: { header: { kind: 'location', ...OFFICE } },
      rendered: { header: 'Office, Main st. 1' },
    })
  })

  test.each<[string, Template, unknown, string[]]>([
    ['is missing', text, undefined, ['header  missing']],
    ['is missing: a file', image, { header: [] }, ['header  missing']],
    ['is there twice', text, { header: ['a', 'b'] }, ['header  unexpected']],
    ['has no place', template([body('Hi')]), { header: ['a'] }, ['header  unexpected']],
    ['is empty', text, { header: [''] }, ['header 1 empty']],
    ['is too long alone', text, { header: ['x'.repeat(61)] }, ['header 1 too_long']],
    ['is too long together', text, { header: ['x'.repeat(55)] }, ['header  too_long']],
    ['is a text for a file', image, { header: ['https://a.example/b.png'] }, ['header  wrong_kind']],
    ['is no https link', image, { header: [{ link: 'http://a.example/b.png' }] }, ['header  wrong_kind']],
    ['is a link with a password', image, { header: [{ link: 'https://u:p@a.example/' }] }, ['header  wrong_kind']],
    ['is a file for a text', text, { header: [{ link: 'https://a.example' }] }, ['header 1 wrong_kind']],
    ['is nowhere', place, { header: [{ ...OFFICE, latitude: 91, name: '' }] }, ['header  wrong_kind', 'header  empty']],
    ['is no list', text, { header: 'A-1' }, ['header  wrong_kind']],
  ])('value %s', (_, of, parameters, expected) => {
    expect(problems(of, parameters)).toEqual(expected)
  })
})

describe('buttons', () => {
  const all = template([body('Hi'), buttons(QUICK, LINK, CODE, PHONE)])

  test('texts go to those that need one; an index names its button', () => {
    expect(filled(all, { buttons: ['77', 'SALE'] }).filled.buttons).toEqual([
      { index: 1, kind: 'url', value: '77' },
      { index: 2, kind: 'copy_code', value: 'SALE' },
    ])
    expect(filled(all, { buttons: ['yes', '77', 'SALE'] }).filled.buttons[0]).toEqual({
      index: 0,
      kind: 'quick_reply',
      value: 'yes',
    })
    expect(filled(all, { buttons: [{ index: 2, value: 'SALE' }, '77'] }).filled.buttons).toHaveLength(2)
  })

  test('are shown as the client sees them', () => {
    expect(filled(all, { buttons: ['a$&b', 'SALE'] }).rendered.buttons).toEqual([
      { kind: 'quick_reply', text: 'Confirm' },
      { kind: 'url', text: 'Track', url: 'https://shop.example/o/a$&b' },
      { kind: 'copy_code', text: 'Copy' },
      { kind: 'phone_number', text: 'Call', phone: '+15550783881' },
    ])
  })

  test.each<[string, unknown, string[]]>([
    ['all missing', undefined, ['buttons 1 missing', 'buttons 2 missing']],
    ['one missing', ['77'], ['buttons 2 missing']],
    ['too many', ['a', 'b', 'c', 'd'], ['buttons  unexpected']],
    ['one for no button', ['77', 'S', { index: 9, value: 'x' }], ['buttons  unexpected']],
    ['one for a button without', ['77', 'S', { index: 3, value: 'x' }], ['buttons 3 unexpected']],
    ['a space in a link', ['7 7', 'S'], ['buttons 1 forbidden_characters']],
    ['a link too long', ['x'.repeat(1999), 'S'], ['buttons 1 too_long']],
    ['a code too long', ['77', 'x'.repeat(21)], ['buttons 2 too_long']],
    ['a payload too long', [{ index: 0, value: 'x'.repeat(257) }, '77', 'S'], ['buttons 0 too_long']],
    ['an empty suffix', ['', 'S'], ['buttons 1 empty']],
  ])('%s', (_, given, expected) => {
    expect(problems(all, { buttons: given })).toEqual(expected)
  })

  test('a flow starts with a token of its own, or with none', () => {
    const flow = template([body('Hi'), buttons({ type: 'FLOW', text: 'Book', flow_id: '1' })])
    expect(filled(flow).filled.buttons).toEqual([{ index: 0, kind: 'flow', value: 'unused' }])
    expect(filled(flow, { buttons: ['t'] }).filled.buttons).toEqual([{ index: 0, kind: 'flow', value: 't' }])
  })

  test.each([
    [{ type: 'CAROUSEL', cards: [] }, 'Templates with cards (a carousel) cannot be sent from here'],
    [header('PRODUCT'), 'Templates whose header is of the kind "product" cannot be sent from here'],
    [buttons({ type: 'MPM', text: 'See' }), 'Button 1 (See) is of a kind that cannot be sent from here'],
  ])('what cannot be sent is said: %j', (component, expected) => {
    expect(words(template([body('Hi'), component]))).toEqual([expected])
    expect(templateFields(template([body('Hi'), component])).unsupported).toEqual([expected])
  })
})

describe('codes (reference §5.3, §7.2)', () => {
  const OTP = { type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy code' }
  const authentication = (...components: object[]) => template(components, { category: 'authentication' })
  const asMade = authentication(
    { type: 'BODY', add_security_recommendation: true },
    { type: 'FOOTER', code_expiration_minutes: 10 },
    buttons(OTP),
  )
  const asRead = authentication(
    body('*{{1}}* is your verification code.'),
    buttons({ type: 'URL', text: 'Copy code', url: 'https://www.whatsapp.com/otp/code/?code=otp{{1}}' }),
  )

  test.each([asMade, asRead])('go to the body and to the button', (of) => {
    const { filled: what, rendered } = filled(of, { body: ['123456'] })
    expect(what.body).toEqual([{ name: null, text: '123456' }])
    expect(what.buttons).toEqual([{ index: 0, kind: 'url', value: '123456' }])
    expect(rendered.body).toMatch(/^\*123456\* is your verification code\./)
    expect(problems(of, { body: ['1234567890123456'] })).toEqual(['body 1 too_long'])
    expect(problems(of, { body: ['1'], buttons: [{ index: 0, value: '2' }] })).toEqual(['buttons 0 unexpected'])
  })

  test('have the words of the provider', () => {
    expect(filled(asMade, { body: ['1'] }).rendered.text).toBe(
      '*1* is your verification code. For your security, do not share this code.\nThis code expires in 10 minutes.',
    )
    expect(templateFields(asMade)).toMatchObject({ body: [{ name: null }], buttons: [] })
  })
})

test('everything that is wrong is told at once', () => {
  const of = template([header('IMAGE'), body('{{1}} and {{2}}.'), buttons(LINK)])
  expect(problems(of, { body: ['', 'a\nb'] })).toEqual([
    'header  missing',
    'body 1 empty',
    'body 2 forbidden_characters',
    'buttons 0 missing',
  ])
})

test('a form learns what to ask for', () => {
  const of = template([
    header('TEXT', { text: 'Order {{1}}', example: { header_text: ['A-1'] } }),
    body('Hi {{1}}, {{2}}.', { example: { body_text: [['Anna', 'soon']] } }),
    buttons(QUICK, LINK, PHONE),
  ])
  expect(templateFields(of)).toEqual({
    header: { kind: 'text', name: null, example: 'A-1' },
    body: [
      { name: null, example: 'Anna' },
      { name: null, example: 'soon' },
    ],
    buttons: [
      { index: 0, kind: 'quick_reply', text: 'Confirm', example: null, required: false },
      { index: 1, kind: 'url', text: 'Track', example: 'https://shop.example/o/7', required: true },
    ],
    unsupported: [],
  })
})

describe('whatever comes', () => {
  const hostile = fc.oneof(
    fc.anything({ withNullPrototype: true, maxDepth: 3 }),
    fc.constantFrom('BODY', 'HEADER', 'BUTTONS', '{{1}}', '{{__proto__}}', 'constructor', '__proto__', 'TEXT'),
  )
  const component = fc.oneof(
    hostile,
    fc.record(
      {
        type: fc.constantFrom('BODY', 'body', 'HEADER', 'FOOTER', 'BUTTONS', 'CAROUSEL', '__proto__', 'constructor'),
        text: fc.oneof(fc.string(), fc.constantFrom('Hi {{1}} {{2}}', '{{__proto__}}', '{{{{1}}}}'), hostile),
        format: fc.oneof(fc.constantFrom('TEXT', 'IMAGE', 'LOCATION', 'toString'), hostile),
        example: hostile,
        buttons: fc.oneof(fc.array(fc.oneof(hostile, fc.constantFrom(LINK, QUICK, CODE))), hostile),
      },
      { requiredKeys: ['type'] },
    ),
  )
  const parameters = fc.oneof(
    hostile,
    fc.record({ header: hostile, body: hostile, buttons: hostile }, { requiredKeys: [] }),
    fc.record({ header: fc.array(hostile), body: fc.array(fc.string()), buttons: fc.array(hostile) }),
  )

  test('it answers', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.array(component), hostile),
        parameters,
        fc.constantFrom('positional' as const, 'named' as const),
        fc.constantFrom('utility', 'authentication'),
        (components, given, parameterFormat, category) => {
          const of = template([], { parameterFormat, category, components: components as Template['components'] })
          const result = fillTemplate(of, given as TemplateParameters)
          if (!result.ok) expect(result.problems.length).toBeGreaterThan(0)
          expect(Array.isArray(templateFields(of).unsupported)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('it answers to what holds itself', () => {
    const circle: Record<string, unknown> = { type: 'BODY', text: '{{1}}' }
    circle.example = circle
    circle.buttons = [circle]
    expect(problems(template([circle]), circle)).toEqual(['body 1 missing', 'buttons  unexpected'])
  })

  const value = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((text) => !/[\p{C}\p{Zl}\p{Zp}]| {5}/u.test(text) && text.trim() !== '')
  test('what is filled has a value for each variable, and shows each as it is', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), fc.boolean(), (values, isNamed) => {
        const keys = values.map((_, place) => (isNamed ? `v_${place}` : String(place + 1)))
        const of = template([body(`So: ${keys.map((key) => `{{${key}}}`).join(' and ')}, again {{${keys[0]}}}.`)], {
          parameterFormat: isNamed ? 'named' : 'positional',
        })
        const given = isNamed ? Object.fromEntries(keys.map((key, place) => [key, values[place] ?? ''])) : values
        const { filled: what, rendered } = filled(of, { body: given })
        expect(what.body.map(({ text }) => text)).toEqual(values)
        expect(rendered.body).toBe(`So: ${values.join(' and ')}, again ${values[0]}.`)
      }),
    )
  })
})
