import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BulkMessage, bulkType } from '../../../src/domain/bulk/fingerprint.ts'

const message = (changes: Partial<BulkMessage> = {}): BulkMessage => ({
  kind: 'text',
  text: null,
  template: null,
  fileHash: null,
  contactName: null,
  ...changes,
})
const typeOf = (text: string, contactName: string | null = null) => bulkType(message({ text, contactName }), 'content')

describe('what decides the type', () => {
  const template = { name: 'sale', language: 'en_US' }
  test.each<[string, Partial<BulkMessage>, string, string]>([
    ['the template first', { kind: 'template', template, text: 'Sale!', fileHash: 'ab' }, 'template', 'sale:en_US'],
    ['else the file', { kind: 'image', text: 'a caption', fileHash: 'AB12' }, 'file', 'ab12'],
    ['else the text', { text: 'Hello' }, 'text', 'hello'],
    ['a caption, where the file has no hash', { kind: 'image', text: 'Hello' }, 'text', 'hello'],
    ['else the kind', { kind: 'location' }, 'kind', 'location'],
    ['blank is no text', { kind: 'sticker', text: ' \u200b\n\t\ufeff' }, 'kind', 'sticker'],
    ['digits alone are a text', { text: '4711' }, 'text', '<number>'],
    ['the name alone is a text', { text: 'Anna!', contactName: 'Anna' }, 'text', '<name>!'],
  ])('%s', (_name, changes, family, value) => {
    expect(bulkType(message(changes), 'content')).toEqual({ family, value })
  })

  test('by kind, nothing else counts', () => {
    expect(bulkType(message({ kind: 'image', template, text: 'Sale!', fileHash: 'ab' }), 'kind')).toEqual({
      family: 'kind',
      value: 'image',
    })
  })

  test('a language is another template', () => {
    const values = ['en', 'en_US', 'ru'].map((language) =>
      bulkType(message({ kind: 'template', template: { name: 'sale', language } }), 'content'),
    )
    expect(new Set(values.map(({ value }) => value)).size).toBe(3)
  })
})

describe('the same text', () => {
  type Said = [text: string, contactName: string | null]
  const said = (text: string, contactName: string | null = null): Said => [text, contactName]
  test.each<[string, Said, Said]>([
    ['case', said('Big SALE today'), said('big sale TODAY')],
    ['case, Cyrillic', said('СКИДКА сегодня'), said('Скидка Сегодня')],
    ['case, ß', said('Große Straße'), said('GROSSE STRASSE')],
    ['case, sigmas', said('ΜΕΓΑΛΟΣ ΟΔΟΣ'), said('μεγαλος οδος')],
    ['case, Turkish i', said('İSTANBUL FIRSATI'), said('istanbul fırsatı')],
    ['spacing', said('Big  sale\n\ntoday '), said('Big sale today')],
    ['spacing that nobody sees', said('Big\u00a0sa\u200ble\u3000to\u00adday\ufeff'), said('Big sale today')],
    ['direction marks', said('\u202bמבצע\u202c היום\u200f'), said('מבצע היום')],
    ['an emoji with and without its variation', said('Love ❤️'), said('Love ❤')],
    ['an accent as one character or two', said('caf\u00e9'), said('cafe\u0301')],
    ['full width', said('ＳＡＬＥ'), said('sale')],
    ['digits', said('Order 12345 is 7 days late'), said('Order 9 is 21 days late')],
    ['amounts', said('Pay 1 250,00 €'), said('Pay 99.50 €')],
    ['dates and times', said('On 01.02.2026 at 12:30'), said('On 1/2/26 at 9:05')],
    ['phone numbers', said('Call 650-555-12-34'), said('Call 7705')],
    ['digits of Arabic', said('رمز ١٢٣'), said('رمز ٩٩')],
    ['links', said('See https://a.example/x?c=1#y now'), said('See http://b.example now')],
    ['links with www', said('See www.a.example now'), said('See www.b.example/z now')],
    ['short links', said('See bit.ly/3xY now'), said('See bit.ly/Qq8 now')],
    ['links to an app', said('See tg://user?id=1 now'), said('See tg://user?id=2 now')],
    ['links behind a Chinese word', said('请点击https://a.example/1'), said('请点击https://a.example/2')],
    ['links of Cyrillic hosts', said('см. магазин.рф/а1 там'), said('см. магазин.рф/б2 там')],
    ['the name', said('Dear Anna, come', 'Anna'), said('Dear Boris, come', 'Boris')],
    ['the name in another case', said('DEAR ANNA, come', 'anna'), said('Dear boris, come', 'BORIS')],
    [
      'a first name, a whole name',
      said('Dear Anna, come', 'Anna Lee'),
      said('Dear Boris Ivanov, come', 'Boris Ivanov'),
    ],
    ['a surname first', said('Dear Lee Anna, come', 'Anna Lee'), said('Dear Bo, come', 'Bo')],
    ['initials', said('Dear John F. Kennedy, come', 'John F. Kennedy'), said('Dear Bo, come', 'Bo')],
    ['a name with a hyphen', said('Dear Anna-Maria!', 'Anna-Maria'), said('Dear Bo!', 'Bo')],
    ['a name with an apostrophe', said("Dear O'Neil!", "O'Neil"), said('Dear Bo!', 'Bo')],
    ['a name with an emoji', said('Dear Anna 🌸!', 'Anna 🌸'), said('Dear Bo!', 'Bo')],
    ['a name of signs', said('Dear (A*n+[x]\\)!', '(A*n+[x]\\)'), said('Dear Bo!', 'Bo')],
    ['Cyrillic names', said('Привет, Аня!', 'Аня'), said('Привет, Борис!', 'Борис')],
    ['Turkish names', said('Selam İPEK!', 'ipek'), said('Selam Işıl!', 'IŞIL')],
    ['Arabic names', said('مرحبا فاطمة', 'فاطمة'), said('مرحبا علي', 'علي')],
    ['Hindi names', said('नमस्ते प्रिया जी', 'प्रिया'), said('नमस्ते अमित जी', 'अमित')],
    ['Chinese names, without spaces', said('李伟您好', '李伟'), said('王芳您好', '王芳')],
    ['Korean names with an ending', said('김민수님 안녕', '김민수'), said('이지은님 안녕', '이지은')],
    ['a name spaced otherwise', said('Dear Anna\u00a0 Lee!', 'Anna Lee'), said('Dear Bo!', 'Bo')],
    ['a name as another composes it', said('Dear Rene\u0301!', 'Ren\u00e9'), said('Dear Bo!', 'Bo')],
    ['a name that is part of a word', said('The announcement', 'Ann'), said('The announcement', 'Bo')],
    ['a name of one letter', said('A day like I know', 'A'), said('A day like I know', 'I')],
    ['a name without letters', said('Hi. Bye.', '.'), said('Hi. Bye.', '🌸')],
    ['no name', said('Hi', null), said('Hi', '')],
  ])('%s', (_name, [one, itsName], [other, othersName]) => {
    expect(typeOf(one, itsName)).toEqual(typeOf(other, othersName))
  })
})

describe('another text', () => {
  test.each<[string, string, string]>([
    ['a word', 'Big sale today', 'Big sale tomorrow'],
    ['a word, Cyrillic', 'Скидка сегодня', 'Скидка завтра'],
    ['й is not и', 'мой', 'мои'],
    ['an accent', 'resume', 'résumé'],
    ['an emoji', 'Hi 🌸', 'Hi 🌹'],
    ['where the words part', 'no where', 'now here'],
    ['punctuation', 'Really?', 'Really!'],
    ['a sentence without a space after its stop', 'Thanks.Bye', 'Sorry.Later'],
    ['words with a stroke', 'and/or', 'he/she'],
    ['a number is no link', 'See 5', 'See www.example.com'],
    ['the order', 'sale big', 'big sale'],
    ['behind a link', 'https://a.example yes', 'https://a.example no'],
  ])('%s', (_name, one, other) => {
    expect(typeOf(one)).not.toEqual(typeOf(other))
  })

  test("another's name is a word", () => {
    expect(typeOf('Dear Anna', 'Boris')).not.toEqual(typeOf('Dear Boris', 'Boris'))
  })
})

const words = ['sale', 'завтра', 'प्रिय', 'שלום', 'مرحبا', '您好', '🌸', 'Äpfel', 'go!', 'z\u0323\u0307'] as const
const sentence = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 })
const name = fc.constantFrom(
  'Olga',
  'Karl Heinz',
  'Жанна',
  'İnci',
  'ليلى',
  '佐藤',
  "D'Arcy",
  'x*y(z',
  'Ann-Lou',
  'Z. Q. Xu',
)
const link = fc.constantFrom('https://e.example/1', 'HTTP://e.example?a=b', 'www.e.example', 'e.example/c/d')
const spacing = fc.constantFrom(' ', '  ', '\n', '\u00a0', '\t\u200b ', '\u2003')
/** What varies between the messages of a mailing. */
const personal = fc.record({ name, link, number: fc.integer({ min: 0, max: 10 ** 9 }), spacing, upper: fc.boolean() })

/** One mailing's text for one client: the same words, and between them the variable parts, wherever they were put. */
function written(
  text: readonly string[],
  at: number,
  to: { name: string; link: string; number: number; spacing: string; upper: boolean },
) {
  const parts = [...text.slice(0, at), to.name, 'und', String(to.number), 'und', to.link, ...text.slice(at)]
  const whole = parts.join(to.spacing)
  return typeOf(to.upper ? whole.toUpperCase() : whole, to.name)
}

describe('any text', () => {
  test('case, spacing, digits, links and the name make no difference', () => {
    fc.assert(
      fc.property(sentence, fc.nat(8), personal, personal, (text, at, anna, boris) => {
        expect(written(text, at, anna)).toEqual(written(text, at, boris))
      }),
      { numRuns: 1000 },
    )
  })

  test('other words do', () => {
    fc.assert(
      fc.property(sentence, sentence, fc.nat(8), personal, personal, (one, other, at, anna, boris) => {
        fc.pre(one.join(' ') !== other.join(' '))
        expect(written(one, 0, anna)).not.toEqual(written(other, 0, boris))
        expect(written(one, at, anna)).toEqual(written(one, at, boris))
      }),
      { numRuns: 1000 },
    )
  })

  const anything = fc.string({ unit: 'binary', maxLength: 60 })
  test('upper case or not, of anything that can be written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(typeOf(text.toUpperCase())).toEqual(typeOf(text))
      }),
      { numRuns: 5000 },
    )
  })

  test('never throws, whatever the text and the name; no digit, no capital and no run of spaces is left', () => {
    fc.assert(
      fc.property(anything, anything, (text, contactName) => {
        const { family, value } = typeOf(text, contactName)
        expect(typeOf(text, contactName)).toEqual({ family, value })
        expect(value).not.toMatch(/[0-9A-Z]| {2}|^ | $/)
      }),
      { numRuns: 5000 },
    )
  })

  test('whatever moves to the front when a text is normalised counts as a mark, so that no run of them is long', () => {
    const behindALateMark = (character: string) => `a\u0345${character}`
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code)
      const parts = character.normalize('NFKD')
      const moves = behindALateMark(character).normalize('NFKD') !== behindALateMark(parts)
      if (moves) expect(character).toMatch(/[\p{M}\uff9e\uff9f]/u)
    }
  })

  // 64 KB that make a careless pattern take minutes: the suite's time limit is the judge.
  test.each([
    'a',
    '\u0301\u0323',
    '\uff9e\u0301',
    '\ufdfa',
    '1 ',
    '1,',
    'a1.',
    'a.',
    'a-',
    'aaa.aa',
    'a.aa:',
    'a:/',
    'http://',
    'www.',
    ' ',
    '\n\u200b',
    'anna ',
    'anna',
    '<name>',
    '<name> ',
    '👨‍👩‍👧',
    '\ud800',
    'İ',
    'ß',
    '.aa/',
    '/',
    '@',
    '李',
  ])('64 KB of %j', (piece) => {
    const text = piece.repeat(Math.ceil(65_536 / piece.length))
    for (const contactName of ['Anna', 'a '.repeat(60), 'anna '.repeat(24), 'anna-'.repeat(20_000), '李李'])
      typeOf(text, contactName)
  })
})
