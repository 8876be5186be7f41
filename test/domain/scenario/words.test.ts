import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { checkDocument } from '../../../src/domain/scenario/document/check-document.ts'
import { FINDING_WORDS, type FindingCode } from '../../../src/domain/scenario/document/checks/finding-words.ts'
import { FORM_WORDS } from '../../../src/domain/scenario/document/form-words.ts'
import { readDocument } from '../../../src/domain/scenario/document/read-document.ts'
import { ScenarioDocument } from '../../../src/domain/scenario/document/scenario-document.ts'
import { YAML_WORDS } from '../../../src/domain/scenario/document/yaml-words.ts'
import { EXPRESSION_WORDS } from '../../../src/domain/scenario/expressions/expression-words.ts'
import { isSpoken } from '../../../src/domain/scenario/spoken.ts'
import type { Words } from '../../../src/domain/words.ts'

type Sentences = Record<string, (...values: never[]) => Words>

/** Stands for a name, a number, a list, words and a place alike: 77 in each sentence that names it. */
const ANYTHING = Object.assign(['77'], { en: '77', ru: '77', line: 77, column: 77, name: '77', mime: '77', size: 77 })

/** Where only certain values can stand. */
const CERTAIN: Record<string, unknown[]> = {
  'FORM_WORDS.mustBeAny': [[{ en: 'must be a text', ru: 'нужно указать: текст' }, ANYTHING]],
  'FORM_WORDS.bothKeys': ['A step', '77', '77'],
  'FORM_WORDS.noSuchKey': ['A trigger', '77', '77'],
  'FORM_WORDS.needsKey': ['A find', ['77']],
  'FORM_WORDS.cronField': ['minute', { en: '77', ru: '77' }],
  'YAML_WORDS.syntax': ['BAD_INDENT', 'Something of the reader'],
  'unreachable_branch.never': ['onTimeout', 'events to wait for'],
}
/** What is said in somebody else's words, or in a name alone. */
const BARE = new Set([
  'invalid_cel.because',
  'invalid_text.because',
  'template_parameters.because',
  'FORM_WORDS.labelled',
  'FORM_WORDS.leaf',
  'FORM_WORDS.cronPart',
])

const sentences: [string, Sentences[string]][] = [
  ...Object.entries(FINDING_WORDS as Record<FindingCode, Sentences>),
  ...Object.entries({ FORM_WORDS, YAML_WORDS, EXPRESSION_WORDS } as unknown as Record<string, Sentences>),
].flatMap(([group, each]) =>
  Object.entries(each).map(([name, say]): [string, Sentences[string]] => [`${group}.${name}`, say]),
)

describe('every sentence of a check is there in both languages', () => {
  test.each(sentences)('%s', (name, say) => {
    const values = (CERTAIN[name] ?? Array.from({ length: say.length }, () => ANYTHING)) as never[]
    const { en, ru } = say(...values)
    expect(`${en} ${ru}`).not.toMatch(/undefined|NaN|\[object/)
    if (BARE.has(name)) return
    expect(en).toMatch(/[a-z]/i)
    expect(en).not.toMatch(/[а-яё]/i)
    expect(ru).toMatch(/[а-яё]/i)
    // What a sentence names, it names in each language.
    expect(ru.includes('77')).toBe(en.includes('77'))
  })
})

/** Every message that the schema of a document keeps, however deep. */
function messagesOf(schema: z.core.$ZodType): Set<string> {
  const messages = new Set<string>()
  const seen = new Set<unknown>()
  const open: unknown[] = [schema]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue
    seen.add(next)
    const def = (next as Partial<z.core.$ZodType>)._zod?.def as
      | { error?: (issue: object) => unknown; getter?: () => unknown }
      | undefined
    if (!def) {
      if (Array.isArray(next) || Object.getPrototypeOf(next) === Object.prototype) open.push(...Object.values(next))
      continue
    }
    const message = def.error?.({})
    if (typeof message === 'string') messages.add(message)
    if (def.getter) open.push(def.getter())
    open.push(...Object.values(def))
  }
  return messages
}

test('every message of the schema is spoken in both languages', () => {
  const messages = [...messagesOf(ScenarioDocument)]
  expect(messages.length).toBeGreaterThan(30)
  expect(messages.filter((message) => !isSpoken(message))).toEqual([])
})

const DRAFT = (step: string, trigger = 'event: message.received') =>
  `id: a\nname: A\ntrigger: { ${trigger} }\nsteps:\n  - ${step}`

/** A document that cannot be read, and what its author is told. */
test.each([
  ['', 'The text is empty', 'Текст пуст'],
  ['a: [', expect.any(String), 'Здесь что-то не закрыто (скобка, кавычка) или у строки мал отступ'],
  ['a: 1\na: 2', '“a” is there twice', '«a» указано дважды'],
  [
    DRAFT('{ id: s, sendTxt: { text: Hi } }'),
    'A step has no “sendTxt”: is it “sendText”?',
    'У шага нет ключа «sendTxt»: может быть, «sendText»?',
  ],
  [DRAFT('{ id: s, sendText: {} }'), 'text is missing', 'text: не указано'],
  [
    DRAFT('{ id: s, sendText: { text: Hi, txt: 1 } }'),
    'unknown key “txt”: is it “text”?',
    'неизвестный ключ «txt»: может быть, «text»?',
  ],
  [DRAFT('{ id: s, sendText: { text: {} } }'), 'text must be a text', 'text: нужно указать: текст'],
  [
    DRAFT('{ id: s, wait: { timeout: soon } }'),
    'timeout must be a duration: 30s, 5m, 2h, 3d, or in open hours 4bh, 2bd',
    'timeout: нужна длительность: 30s, 5m, 2h, 3d или в рабочем времени 4bh, 2bd',
  ],
  [
    DRAFT('{ id: s, stop: true }', 'event: schedule, cron: "61 * * * *", timeZone: Europe/Berlin'),
    'cron has a wrong minute: “61” is not within 0 to 59',
    'cron: минута: «61» не входит в пределы от 0 до 59',
  ],
  [
    DRAFT('{ id: s, if: { field: event.text, matches: "(" }, then: [] }'),
    'Not a pattern (RE2): missing closing ): (',
    'Это не шаблон поиска RE2: не закрыта скобка (: (',
  ],
])('%j is refused in both languages', (text, en, ru) => {
  const [english, russian] = [readDocument(text), readDocument(text, 'ru')]
  expect(english).toMatchObject({ ok: false, problems: [{ message: en }] })
  expect(russian).toMatchObject({ ok: false, problems: [{ message: ru }] })
  const places = (read: typeof english) => (read.ok ? [] : read.problems.map(({ message: _, ...place }) => place))
  expect(places(russian)).toEqual(places(english))
})

/** What cannot be published, and what its author is told. */
test.each([
  ['{ id: s, sendText: { text: "{{ vars.nme }}" } }', 'unknown_variable', /Переменной «nme» нет/],
  ['{ id: s, sendText: { text: "{{ contact.name | shout }}" } }', 'invalid_text', /^Фильтра shout нет$/],
  ['{ id: s, set: { a: { cel: "1 +" } } }', 'invalid_cel', /^Здесь это стоять не может, или выражение не закончено/],
  ['{ id: s, set: { a: { cel: "nobody.name" } } }', 'invalid_cel', /^«nobody» не существует: в выражении можно читать/],
  ['{ id: s, wait: { timeout: 2bd } }', 'calendar_missing', /^2bd считается в рабочем времени/],
])('%s is held against it in both languages', (step, code, ru) => {
  const read = readDocument(DRAFT(step))
  if (!read.ok) throw new Error(read.problems[0]?.message)
  const english = checkDocument(read.document, read.placeOf)
  const russian = checkDocument(read.document, read.placeOf, 'ru')
  expect(russian.find((one) => one.code === code)?.message).toMatch(ru)
  const withoutWords = (found: typeof english) => found.map(({ message: _, ...rest }) => rest)
  expect(withoutWords(russian)).toEqual(withoutWords(english))
})
