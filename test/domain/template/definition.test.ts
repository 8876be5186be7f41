import { describe, expect, test } from 'vitest'
import { checkDefinition, type TemplateDefinition } from '../../../src/domain/template/definition.ts'
import type { TemplateComponent } from '../../../src/domain/template/template.ts'
import { type ChangingTemplate, changeTemplate, sameLanguage } from '../../../src/domain/template/template-change.ts'

const sound: TemplateDefinition = {
  name: 'order_ready',
  language: 'en_US',
  category: 'utility',
  parameterFormat: 'positional',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['A-1'] } },
    { type: 'BODY', text: 'Hello {{1}}, order {{2}} is ready.', example: { body_text: [['Anna', 'A-1']] } },
    { type: 'FOOTER', text: 'Reply STOP' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Confirm' },
        { type: 'URL', text: 'Track', url: 'https://a.example/{{1}}', example: ['https://a.example/1'] },
      ],
    },
  ],
}
const problems = (more: Partial<TemplateDefinition>) =>
  checkDefinition({ ...sound, ...more }).map(({ where, key, code }) => [where, key, code].join(' '))
const withBody = (body: object, more: TemplateComponent[] = []) => ({
  components: [{ type: 'BODY', ...body }, ...more],
})

describe('a definition', () => {
  test('that Meta takes', () => {
    expect(checkDefinition(sound)).toEqual([])
    expect(
      problems({
        parameterFormat: 'named',
        ...withBody({
          text: 'Hello {{first_name}}!',
          example: { body_text_named_params: [{ param_name: 'first_name', example: 'Anna' }] },
        }),
      }),
    ).toEqual([])
    const OTP = { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] }
    expect(problems({ category: 'authentication', components: [{ type: 'BODY' }, OTP] })).toEqual([])
  })

  test.each<[string, Partial<TemplateDefinition>, string[]]>([
    ['a name with capitals', { name: 'Order' }, ['name  wrong_kind']],
    ['a language with a hyphen', { language: 'en-US' }, ['language  wrong_kind']],
    ['no body', { components: [{ type: 'FOOTER', text: 'x' }] }, ['body  missing']],
    ['an empty body', withBody({ text: ' ' }), ['body  missing']],
    ['a long body', withBody({ text: 'x'.repeat(1025) }), ['body  too_long']],
    ['a variable at the start', withBody({ text: '{{1}} hi', example: { body_text: [['a']] } }), ['body  at_the_edge']],
    ['a variable at the end', withBody({ text: 'hi {{1}}', example: { body_text: [['a']] } }), ['body  at_the_edge']],
    [
      'variables side by side',
      withBody({ text: 'a {{1}}{{2}} b', example: { body_text: [['a', 'b']] } }),
      ['body  touching'],
    ],
    ['no example', withBody({ text: 'a {{1}} b' }), ['body 1 no_example']],
    ['a gap', withBody({ text: 'a {{2}} b', example: { body_text: [['a']] } }), ['body 1 wrong_kind']],
    ['a name among numbers', withBody({ text: 'a {{x}} b', example: { body_text: [['a']] } }), ['body x wrong_kind']],
    ['a footer with a variable', withBody({ text: 'a' }, [{ type: 'FOOTER', text: '{{1}}' }]), ['footer  unexpected']],
    ['a file without example', withBody({ text: 'a' }, [{ type: 'HEADER', format: 'IMAGE' }]), ['header  no_example']],
    [
      'a long button',
      withBody({ text: 'a' }, [{ type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'x'.repeat(26) }] }]),
      ['buttons 0 too_long'],
    ],
    [
      'mixed buttons',
      withBody({ text: 'a' }, [
        {
          type: 'BUTTONS',
          buttons: [
            { type: 'QUICK_REPLY', text: 'a' },
            { type: 'PHONE_NUMBER', text: 'b', phone_number: '+1555' },
            { type: 'QUICK_REPLY', text: 'c' },
          ],
        },
      ]),
      ['buttons  wrong_kind'],
    ],
    [
      'a link that varies in the middle',
      withBody({ text: 'a' }, [
        { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'a', url: 'https://{{1}}.example', example: ['x'] }] },
      ]),
      ['buttons 0 wrong_kind'],
    ],
    [
      'a code in an ordinary template',
      withBody({ text: 'a' }, [{ type: 'BUTTONS', buttons: [{ type: 'OTP' }] }]),
      ['buttons 0 unexpected'],
    ],
  ])('that Meta refuses: %s', (_, more, expected) => {
    expect(problems(more)).toEqual(expected)
  })
})

describe('a change', () => {
  const known: ChangingTemplate = {
    category: 'utility',
    status: 'approved',
    quality: 'green',
    reason: null,
    heard: {},
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::'] } },
      { type: 'BODY', text: 'old {{1}}', example: { body_text: [['a']] } },
      { type: 'FOOTER', text: 'gone' },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'a', url: 'https://old', example: ['x'] }] },
    ],
  }
  const paused = { what: 'status', status: 'paused', reason: 'FIRST_PAUSE', category: null } as const
  const approved = { what: 'status', status: 'approved', reason: null, category: 'marketing' } as const
  const at = (seconds: number) => new Date(seconds * 1000)

  test('of each kind the newest stands, whatever the order', () => {
    const first = changeTemplate(known, paused, at(20))
    expect(first).toMatchObject({ status: 'paused', reason: 'FIRST_PAUSE', category: 'utility' })
    expect(first && changeTemplate(first, approved, at(10))).toBeNull()
    expect(first && changeTemplate(first, { what: 'quality', quality: 'red' }, at(10))).toMatchObject({
      status: 'paused',
      quality: 'red',
    })
    expect(first && changeTemplate(first, approved, at(30))).toMatchObject({
      status: 'approved',
      reason: null,
      category: 'marketing',
    })
    expect(first && changeTemplate(first, approved, at(20))).toMatchObject({ status: 'approved' })
  })

  test('of the texts keeps what the event does not tell', () => {
    const changed = changeTemplate(
      known,
      {
        what: 'components',
        title: null,
        body: 'new {{1}}',
        footer: null,
        buttons: [{ type: 'URL', text: 'b', url: 'https://new', phone: null }],
      },
      at(1),
    )
    expect(changed?.components).toEqual([
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::'] } },
      { type: 'BODY', text: 'new {{1}}', example: { body_text: [['a']] } },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'b', url: 'https://new', example: ['x'] }] },
    ])
  })

  test('finds its template under either way to write a language', () => {
    expect([sameLanguage('en-US', 'en_US'), sameLanguage('en', 'en_US')]).toEqual([true, false])
  })
})
