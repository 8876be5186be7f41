import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { API_ERROR_CODES } from '../../../src/domain/api-error-codes.ts'
import { en } from '../../../web/src/words/en.ts'
import { words as rareEn } from '../../../web/src/words/rare-refusals.en.ts'
import { words as rareRu } from '../../../web/src/words/rare-refusals.ru.ts'
import { ru } from '../../../web/src/words/ru.ts'

const source = join(import.meta.dirname, '../../../src')
const inEnglish: Record<string, string> = { ...rareEn, ...en.errors }
const inRussian: Record<string, string> = { ...rareRu, ...ru.errors }

/** Everything that can end as an answer of the API: its routes, and what they ask of the rooms below. */
const code = ['http', 'store', 'domain', 'intake']
  .flatMap((room) =>
    readdirSync(join(source, room), { recursive: true, encoding: 'utf8' }).map((name) => `${room}/${name}`),
  )
  .filter((name) => name.endsWith('.ts') && !name.endsWith('api-error-codes.ts'))
  .map((name) => readFileSync(join(source, name), 'utf8'))

describe('a refusal of the API', () => {
  it.each(API_ERROR_CODES)('%s has words in both languages', (refusal) => {
    expect(inEnglish[refusal]).toMatch(/^[A-Z].*[.?]$/)
    expect(inRussian[refusal]).toMatch(/[а-яё].*[.?]$/)
  })

  it('is one of those that there are: each is answered somewhere, and nothing else is', () => {
    const text = code.join('\n')
    expect(API_ERROR_CODES.filter((refusal) => !new RegExp(`['\\s{]${refusal}\\b`).test(text))).toEqual([])
    const known = new Set<string>(API_ERROR_CODES)
    const answered = code.flatMap((file) =>
      [
        ...file.matchAll(/new ApiError\(\s*[\w.]+,\s*'(\w+)'/g),
        ...file.matchAll(/\brefuse\(\s*(?:c,\s*\d+|'(?:missing|conflict|invalid)'),\s*'(\w+)'/g),
        ...file.matchAll(/\benvelope\(\s*'(\w+)'/g),
      ].map((match) => match[1] ?? ''),
    )
    expect(answered.length).toBeGreaterThan(150)
    expect(answered.filter((refusal) => !known.has(refusal))).toEqual([])
  })

  it('has no words for what is never answered', () => {
    const shown = new Set(Object.keys(inEnglish))
    for (const refusal of API_ERROR_CODES) shown.delete(refusal)
    // What the app itself finds out.
    expect([...shown]).toEqual(['network'])
    expect(Object.keys(inRussian).toSorted()).toEqual(Object.keys(inEnglish).toSorted())
  })
})
