import { describe, expect, it } from 'vitest'
import { readColumns, recipientsOf } from '../../../src/domain/campaign/csv-columns.ts'
import type { ChannelId, TemplateId } from '../../../src/domain/ids.ts'
import type { Template, TemplateParameters } from '../../../src/domain/template/template.ts'

const template = (body: string, rest: Partial<Template> = {}): Template => ({
  id: 't' as TemplateId,
  channelId: 'c' as ChannelId,
  providerId: null,
  name: 'sale',
  language: 'en',
  category: 'marketing',
  status: 'approved',
  quality: null,
  parameterFormat: 'positional',
  components: [{ type: 'BODY', text: body }],
  ...rest,
})
const two = template('Hi {{1}}, {{2}}')
const named = template('Hi {{first_name}}, {{name}}', { parameterFormat: 'named' })

function read(headings: string[], of: Template, cells: string[][] = [], base?: TemplateParameters) {
  const found = readColumns(headings, of)
  if (!found.ok) return found.code
  const rows = cells.map((row, index) => ({ line: index + 2, cells: row }))
  return {
    ignored: found.columns.ignored,
    recipients: recipientsOf({ header: headings, rows }, found.columns, of, base),
  }
}

describe('the columns of a list', () => {
  it.each([
    'to',
    'Phone',
    'phone number',
    'PHONE_NUMBER',
    'number',
    'Телефон',
    'Номер телефона',
    'ｐｈｏｎｅ',
    'WhatsApp',
  ])('takes the number from "%s"', (heading) => {
    expect(read(['x', heading], two, [['', '+1 650 555 1234']])).toMatchObject({
      recipients: [{ row: 2, to: '+1 650 555 1234', parameters: null, problem: null }],
    })
  })

  it.each([[['name', '1']], [['16505551234', 'Anna']], [['']], [[]]])('%j has no number', (headings) => {
    expect(read(headings, two)).toBe('csv_no_number_column')
  })

  it.each([[['phone', 'mobile']], [['to', 'name', 'Name']], [['to', '1', 'body1']], [['to', 'button0', 'button 0']]])(
    '%j means something twice',
    (headings) => {
      expect(read(headings, two)).toBe('csv_column_twice')
    },
  )

  it('takes "to" where another number stands beside it, and says which columns it ignores', () => {
    expect(read(['phone', 'to', 'city', '7'], two, [['1', '2', 'Rome', 'x']])).toMatchObject({
      recipients: [{ to: '2', parameters: null }],
      ignored: ['city', '7', 'phone'],
    })
  })

  it('fills the body in order, whatever the order of the columns', () => {
    for (const headings of [
      ['2', 'to', '1'],
      ['body2', 'to', 'Body 1'],
      ['{{2}}', 'to', 'body_1'],
    ]) {
      expect(read(headings, two, [['b', '+1', 'a']])).toMatchObject({
        recipients: [{ parameters: { body: ['a', 'b'] } }],
      })
    }
  })

  it('fills the body by name; a parameter called name is the name, too', () => {
    expect(read(['to', 'Name', 'FIRST_NAME'], named, [['+1', 'Anna Smith', 'Anna']])).toMatchObject({
      recipients: [{ name: 'Anna Smith', parameters: { body: { first_name: 'Anna', name: 'Anna Smith' } } }],
    })
  })

  it('leaves to an empty cell what the campaign gives, and nothing where that gives nothing', () => {
    const base = { body: ['x', 'y'] }
    expect(
      read(
        ['to', '1', '2'],
        two,
        [
          ['+1', '', 'b'],
          ['+2', '', ''],
        ],
        base,
      ),
    ).toMatchObject({
      recipients: [{ parameters: { body: ['x', 'b'] } }, { parameters: null }],
    })
    expect(read(['to', '2'], two, [['+1', 'b']])).toMatchObject({ recipients: [{ parameters: { body: ['', 'b'] } }] })
    expect(read(['to', 'first_name'], named, [['+1', '']])).toMatchObject({ recipients: [{ parameters: null }] })
  })

  it('fills header and buttons; a picture by its link', () => {
    const headings = ['to', 'button1', 'header', 'button0']
    const cells = [['+1', 'b', 'https://a.test/x.png', 'a']]
    const buttons = [
      { index: 0, value: 'a' },
      { index: 1, value: 'b' },
    ]
    expect(read(headings, two, cells)).toMatchObject({
      recipients: [{ parameters: { header: ['https://a.test/x.png'], buttons } }],
    })
    const picture = template('Hi', {
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'Hi' },
      ],
    })
    expect(read(headings, picture, cells)).toMatchObject({
      recipients: [{ parameters: { header: [{ link: 'https://a.test/x.png' }], buttons } }],
    })
  })

  it('takes a shorter line, and marks a longer one', () => {
    expect(read(['to', 'name'], two, [['+1'], ['+2', 'a', ''], ['+3', 'a', 'b']])).toMatchObject({
      recipients: [{ name: null, problem: null }, { problem: null }, { problem: { why: 'surplus', columns: 2 } }],
    })
  })

  it('reads a number that was kept from being a formula', () => {
    expect(read(['to'], two, [["'+16505551234"], ["'16505551234"]])).toMatchObject({
      recipients: [{ to: '+16505551234' }, { to: '16505551234' }],
    })
  })
})
