import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../src/channels/whatsapp-cloud/capabilities.ts'
import {
  type InteractiveChoice,
  type InteractiveMessage,
  type InteractiveRules,
  interactiveData,
  interactiveProblem,
  interactiveText,
} from '../../src/domain/interactive-message.ts'

const RULES = CAPABILITIES.interactive as InteractiveRules
const BUTTONS: InteractiveChoice = { kind: 'buttons', buttons: [{ id: 'a', title: 'A' }] }
const message = (parts: Partial<InteractiveMessage>): InteractiveMessage => ({
  text: 'Choose',
  header: null,
  footer: null,
  choice: BUTTONS,
  ...parts,
})
const buttons = (...titles: string[]): InteractiveChoice => ({
  kind: 'buttons',
  buttons: titles.map((title, n) => ({ id: `id-${n}`, title })),
})
const row = (id: string, title = 'Row', description: string | null = null) => ({ id, title, description })
const list = (...sections: { title?: string; rows: ReturnType<typeof row>[] }[]): InteractiveChoice => ({
  kind: 'list',
  button: 'Open',
  sections: sections.map(({ title = null, rows }) => ({ title, rows })),
})
const rows = (count: number, from = 0) => Array.from({ length: count }, (_, n) => row(`r${from + n}`))
const link = (url: string, title = 'Open'): InteractiveChoice => ({ kind: 'link', title, url })

describe('what WhatsApp takes (reference §5.2)', () => {
  it.each<[string, Partial<InteractiveMessage>]>([
    ['three buttons', { choice: buttons('A', 'B', 'x'.repeat(20)) }],
    ['a text of 1024', { text: 'x'.repeat(1024) }],
    ['a list below a text of 4096', { text: 'x'.repeat(4096), choice: list({ rows: rows(10) }) }],
    ['ten sections', { choice: list(...Array.from({ length: 10 }, (_, n) => ({ title: `${n}`, rows: rows(1, n) }))) }],
    ['header and footer of 60', { header: 'h'.repeat(60), footer: 'f'.repeat(60) }],
    ['rows of the same name', { choice: list({ rows: [row('a', 'Same'), row('b', 'Same')] }) }],
    ['a link', { choice: link('https://a.example/пример?x=1#y') }],
  ])('%s', (_name, parts) => {
    expect(interactiveProblem(message(parts), RULES)).toBeNull()
  })

  it.each<[string, Partial<InteractiveMessage>, RegExp]>([
    ['no button', { choice: buttons() }, /no buttons/],
    ['four buttons', { choice: buttons('A', 'B', 'C', 'D') }, /3 buttons at most/],
    ['a title of 21', { choice: buttons('x'.repeat(21)) }, /title of a button.* 20/],
    ['a title of 11 emoji, 22 UTF-16 units', { choice: buttons('🙂'.repeat(11)) }, /title of a button.* 20/],
    ['a title of blanks', { choice: buttons('  ') }, /title of a button is empty/],
    ['two titles alike', { choice: buttons('A', 'A') }, /same title/],
    [
      'two ids alike',
      {
        choice: {
          kind: 'buttons',
          buttons: [
            { id: 'a', title: 'A' },
            { id: 'a', title: 'B' },
          ],
        },
      },
      /same id/,
    ],
    ['a text of 1025', { text: 'x'.repeat(1025) }, /text may have 1024/],
    ['a text of 4097 above a list', { text: 'x'.repeat(4097), choice: list({ rows: rows(1) }) }, /4096/],
    ['an empty header', { header: ' ' }, /header is empty/],
    ['a footer of 61', { footer: 'f'.repeat(61) }, /footer may have 60/],
    [
      'eleven rows in two sections',
      { choice: list({ title: 'a', rows: rows(6) }, { title: 'b', rows: rows(5, 6) }) },
      /10/,
    ],
    ['eleven sections', { choice: list(...Array.from({ length: 11 }, () => ({ title: 't', rows: rows(1) }))) }, /10/],
    [
      'a section without a title beside another',
      { choice: list({ rows: rows(1) }, { title: 'b', rows: rows(1, 1) }) },
      /title/,
    ],
    ['a section without rows', { choice: list({ rows: [] }) }, /no rows/],
    ['two rows of one id', { choice: list({ rows: [row('a'), row('a', 'Other')] }) }, /same id/],
    ['a description of 73', { choice: list({ rows: [row('a', 'A', 'd'.repeat(73))] }) }, /description.* 72/],
    ['a link that runs something', { choice: link('javascript:alert(1)') }, /no address/],
    ['a link with a line break', { choice: link('https://a.example/\nb') }, /no address/],
    ['a link to nowhere', { choice: link('https://') }, /no address/],
    ['a link of 2001', { choice: link(`https://a.example/${'x'.repeat(1983)}`) }, /link may have 2000/],
  ])('not %s', (_name, parts, words) => {
    const problem = interactiveProblem(message(parts), RULES)
    expect(problem?.en).toMatch(words)
    expect(problem?.ru).toMatch(/[а-яё]/i)
  })
})

describe('what people see of it', () => {
  it('is what the client reads, and the parts to draw it', () => {
    const full = message({ header: 'Head', footer: 'Foot' })
    expect(interactiveText(full)).toBe('Head\nChoose\nFoot')
    expect(interactiveData(full)).toEqual({
      type: 'buttons',
      header: 'Head',
      body: 'Choose',
      footer: 'Foot',
      buttons: [{ kind: 'reply', text: 'A', id: 'a' }],
    })
    expect(interactiveData(message({ choice: link('https://a.example') })).buttons).toEqual([
      { kind: 'url', text: 'Open', url: 'https://a.example' },
    ])
    const sections = [{ title: null, rows: [row('a', 'A', 'd')] }]
    expect(interactiveData(message({ choice: { kind: 'list', button: 'Open', sections } }))).toMatchObject({
      buttons: [{ kind: 'list', text: 'Open' }],
      sections,
    })
  })
})
