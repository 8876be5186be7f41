import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REASON_CODES } from '../../../src/domain/scenario/interpreter/reason-codes.ts'
import { en } from '../../../web/src/words/run-reasons.en.ts'
import { ru } from '../../../web/src/words/run-reasons.ru.ts'
import { reasonDetail, reasonText } from '../../../web/src/words/run-reasons.ts'

test.each(REASON_CODES)('%s is said in both languages', (code) => {
  expect(en[code]).toMatch(/^[A-Z][^а-яё]*\.$/)
  expect(ru[code]).toMatch(/[а-яё].*\.$/)
})

const SOURCES = [
  'domain/outside',
  'domain/scenario/engine',
  'domain/scenario/expressions',
  'domain/scenario/interpreter',
  'outside',
  'store/outgoing',
  'store/outside',
  'store/scenarios/running',
  'store/templates',
]

/** How a run's reason is written in the sources. */
const WRITTEN = [
  /\b(?:StepFault|LimitHit|TextFault|CelFault|stop|stopAll|refused|failure|ends|failed)\(\s*'([a-z_]+)'/g,
  /laterOr\([^']*'([a-z_]+)'/g,
  /ok: false,\s*code: '([a-z_]+)'/g,
  /\bcode: '([a-z_]+)', message\b/g,
  /\brefuse\(\s*'(?:invalid|conflict)',\s*'([a-z_]+)'/g,
  /notSent\('([a-z_]+)'\)/g,
]

/** Written alike, and no reason of a run: of conditions, of schemas, of what people do. */
const OF_NO_RUN = new Set(['cel', 'custom', 'group', 'name_taken', 'secret_needed', 'undecided'])

const written = SOURCES.flatMap((folder) => {
  const at = join(import.meta.dirname, '../../../src', folder)
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(at, name), 'utf8')
      return WRITTEN.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => [code, name] as const))
    })
})

test('no reason that the sources write lacks words', () => {
  const known = new Set<string>(REASON_CODES)
  expect(written.length).toBeGreaterThan(60)
  expect(written.filter(([code]) => !known.has(code) && !OF_NO_RUN.has(code))).toEqual([])
})

describe('a reason in words', () => {
  const TABLE: [code: string, message: string, en: string, ru: string][] = [
    ['human_reply', 'An employee wrote to the client', en.human_reply, ru.human_reply],
    [
      'http_404',
      'The endpoint answered with status 404',
      `${en.invalid_response} (HTTP 404)`,
      `${ru.invalid_response} (HTTP 404)`,
    ],
    ['131026', 'The message could not be sent', en.not_sent, ru.not_sent],
    ['constructor', 'Something new', 'Something new', 'Something new'],
  ]
  test.each(TABLE)('%s', (code, message, english, russian) => {
    expect([reasonText(en, { code, message }), reasonText(ru, { code, message })]).toEqual([english, russian])
  })

  test('what the record names stays: all of it in English, the names in Russian', () => {
    const reason = { code: 'unknown_group', message: 'There is no group “Night shift” with anybody in it' }
    expect(reasonDetail('en', en.unknown_group, reason)).toBe(reason.message)
    expect(reasonDetail('ru', ru.unknown_group, reason)).toBe('«Night shift»')
    expect(reasonDetail('ru', 'x', { code: 'no_task', message: 'There is no task' })).toBe('')
  })
})
