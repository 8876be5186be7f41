import { describe, expect, it } from 'vitest'
import { fillTemplate } from '../../../src/domain/template/fill.ts'
import type { TemplateParameters } from '../../../src/domain/template/template.ts'
import { templateFields } from '../../../src/domain/template/template-fields.ts'
import type { Template, TemplateComponent } from '../../../web/src/templates/api.ts'
import { domainTemplate } from '../../../web/src/templates/domain-template.ts'
import { richText } from '../../../web/src/templates/rich-text.ts'
import { splitOpen, templateLook } from '../../../web/src/templates/template-look.ts'
import { findTemplates, inOrderOfUse, NO_SEARCH, nameOf } from '../../../web/src/templates/template-search.ts'
import {
  emptyValues,
  isSendable,
  parametersOf,
  problemsOf,
  type TemplateValues,
} from '../../../web/src/templates/template-values.ts'

const body = (text: string): TemplateComponent => ({ type: 'BODY', text })

function template(components: TemplateComponent[], more: Partial<Template> = {}): Template {
  const bare = {
    id: 't1',
    channelId: 'c1',
    name: 'order_ready',
    language: 'en_US',
    category: 'utility',
    status: 'approved',
    quality: null,
    parameterFormat: 'positional' as const,
    components,
    reason: null,
    syncedAt: '',
    ...more,
  }
  return { ...bare, parameters: templateFields(domainTemplate(bare)) }
}

const FILE = { id: '01a22979-8ebf-7189-9e9f-adc68720a5b8', name: 'a.png', mime: 'image/png', size: 3 }

const POSITIONAL = template([body('Hello {{1}}, order {{2}} is ready.')])
const NAMED = template([body('Hello {{first_name}}, quote {{quote_no}} is here.')], { parameterFormat: 'named' })
const PICTURE = template([{ type: 'HEADER', format: 'IMAGE' }, body('Look')])
const PLACE = template([{ type: 'HEADER', format: 'LOCATION' }, body('Come, {{1}}, to us.')])
const HEADED = template([{ type: 'HEADER', format: 'TEXT', text: 'News of {{1}}' }, body('Read on')])
const LINKED = template([
  body('Track it'),
  {
    type: 'BUTTONS',
    buttons: [
      { type: 'QUICK_REPLY', text: 'Thanks' },
      { type: 'URL', text: 'Track', url: 'https://shop.example/t/{{1}}', example: ['https://shop.example/t/77'] },
      { type: 'COPY_CODE', text: 'Copy', example: 'SUMMER' },
    ],
  },
])
const CODE = template([{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] }], {
  category: 'authentication',
})

const filled = (one: Template, values: Partial<TemplateValues>): TemplateValues => ({ ...emptyValues(one), ...values })

describe('the form of a template', () => {
  it.each([
    ['by number', POSITIONAL, { body: [' Anna ', 'A-1'] }, { body: ['Anna', 'A-1'] }],
    ['by name', NAMED, { body: ['Anna', 'Q-7'] }, { body: { first_name: 'Anna', quote_no: 'Q-7' } }],
    ['a picture', PICTURE, { file: FILE }, { header: [{ attachmentId: FILE.id }] }],
    ['a heading', HEADED, { header: 'May' }, { header: ['May'] }],
    [
      'a place',
      PLACE,
      { body: ['Anna'], place: { name: 'Shop', address: 'Main St 1', latitude: '52,5', longitude: '-13.4' } },
      {
        header: [{ latitude: 52.5, longitude: -13.4, name: 'Shop', address: 'Main St 1' }],
        body: ['Anna'],
      },
    ],
    [
      'buttons, without the ones left empty',
      LINKED,
      { buttons: { 1: '77', 2: 'SAVE', 0: ' ' } },
      {
        buttons: [
          { index: 1, value: '77' },
          { index: 2, value: 'SAVE' },
        ],
      },
    ],
    ['a code, once', CODE, { body: ['123456'] }, { body: ['123456'] }],
  ] as const)('gives values %s, which the server takes', (_, one, values, expected) => {
    const entered = filled(one, values as Partial<TemplateValues>)
    expect(parametersOf(one, entered)).toEqual(expected)
    expect(problemsOf(one, entered)).toEqual([])
  })

  it.each([
    [POSITIONAL, {}, ['body.0 missing', 'body.1 missing']],
    [POSITIONAL, { body: ['Anna', ' '] }, ['body.1 missing']],
    [POSITIONAL, { body: ['An\nna', 'x'.repeat(1025)] }, ['body.0 forbidden_characters', 'body.1 too_long']],
    [NAMED, { body: ['Anna', ''] }, ['body.1 missing']],
    [PICTURE, {}, ['file missing']],
    [HEADED, {}, ['header missing']],
    [HEADED, { header: 'x'.repeat(70) }, ['header too_long']],
    [LINKED, {}, ['button.1 missing', 'button.2 missing']],
    [LINKED, { buttons: { 1: 'a b', 2: 'x'.repeat(21) } }, ['button.1 forbidden_characters', 'button.2 too_long']],
    [
      PLACE,
      { body: ['Anna'], place: { name: '', address: 'a', latitude: '91', longitude: '' } },
      ['place.latitude wrong_kind', 'place.longitude wrong_kind', 'place.name missing'],
    ],
  ] as const)('names every field that is missing or wrong (%#)', (one, values, expected) => {
    const problems = problemsOf(one, filled(one, values as Partial<TemplateValues>))
    expect(problems.map(({ field, code }) => `${field} ${code}`)).toEqual(expected)
  })

  it('offers what is approved and of a kind that can be sent', () => {
    expect(isSendable(POSITIONAL)).toBe(true)
    expect(isSendable(template([body('x')], { status: 'paused' }))).toBe(false)
    expect(isSendable(template([body('x'), { type: 'CAROUSEL' }]))).toBe(false)
  })
})

describe('the preview', () => {
  it.each([
    [POSITIONAL, { body: ['Anna {{2}}', 'A-1'] }],
    [NAMED, { body: ['Anna', 'Q-7'] }],
    [HEADED, { header: 'May' }],
    [LINKED, { buttons: { 1: '77', 2: 'SAVE' } }],
    [CODE, { body: ['123456'] }],
  ] as const)('is what the server renders, once all is there (%#)', (one, values) => {
    const entered = filled(one, values as Partial<TemplateValues>)
    const server = fillTemplate(domainTemplate(one), parametersOf(one, entered) as TemplateParameters)
    const look = templateLook(one, entered)
    if (!server.ok) throw new Error('the values do not fit')
    expect(look.body).toBe(server.rendered.body)
    expect(look.footer).toBe(server.rendered.footer)
    expect(look.header && 'text' in look.header ? look.header.text : null).toBe(server.rendered.header)
    expect(look.buttons.map(({ text }) => text)).toEqual(server.rendered.buttons.map(({ text }) => text))
    const urls = server.rendered.buttons.map(({ url }) => url).filter(Boolean)
    expect(look.buttons.map(({ detail }) => detail).filter((detail) => detail?.startsWith('https'))).toEqual(urls)
  })

  it('marks the places that are still open, and no text that merely looks like one', () => {
    const look = templateLook(POSITIONAL, filled(POSITIONAL, { body: ['{{2}}', ''] }))
    expect(splitOpen(look.body)).toEqual([
      { text: 'Hello {{2}}, order ', open: false },
      { text: '{{2}}', open: true },
      { text: ' is ready.', open: false },
    ])
  })

  it.each([
    ['plain', 'plain'],
    ['*bold* end', '[bold:bold] end'],
    ['_a *b* c_', '[italic:a ][italic+bold:b][italic: c]'],
    ['~no~ ```x *y*```', '[struck:no] [code:x *y*]'],
    ['2*3*4 and * a *', '2*3*4 and * a *'],
    ['snake_case_name', 'snake_case_name'],
    ['*а*, *б*!', '[bold:а], [bold:б]!'],
  ])('shows %s as WhatsApp does', (text, expected) => {
    const shown = richText(text).map((piece) =>
      piece.look.length ? `[${piece.look.join('+')}:${piece.text}]` : piece.text,
    )
    expect(shown.join('')).toBe(expected)
  })
})

describe('the search for a template', () => {
  const russian = template([body('Ваш заказ готов')], { id: 't2', language: 'ru', category: 'marketing' })
  const paused = template([body('Sale')], { id: 't3', name: 'summer_sale', status: 'paused' })
  const all = [POSITIONAL, paused, russian]

  it.each([
    [{}, ['t1', 't3', 't2']],
    [{ text: 'order ready' }, ['t1', 't2']],
    [{ text: 'READY hello' }, ['t1']],
    [{ text: 'заказ' }, ['t2']],
    [{ language: 'ru' }, ['t2']],
    [{ category: 'marketing' }, ['t2']],
    [{ status: 'paused' }, ['t3']],
    [{ text: 'nothing' }, []],
    [{ text: 'sale' }, ['t3']],
  ])('%o', (search, ids) => {
    expect(findTemplates(all, { ...NO_SEARCH, ...search }).map(({ id }) => id)).toEqual(ids)
  })

  it('puts a name that fits before a text that does', () => {
    const byText = template([body('A summer sale')], { id: 't0', name: 'news' })
    expect(findTemplates([byText, paused], { ...NO_SEARCH, text: 'sale' }).map(({ id }) => id)).toEqual(['t3', 't0'])
  })

  it('puts those used last first, and those that cannot be sent last', () => {
    const ids = (recent: string[]) => inOrderOfUse(all, recent).map(({ id }) => id)
    expect(ids([])).toEqual(['t1', 't2', 't3'])
    expect(ids([nameOf(paused), nameOf(russian)])).toEqual(['t2', 't1', 't3'])
  })
})
