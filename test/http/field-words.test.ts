import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isSpoken } from '../../src/domain/scenario/spoken.ts'
import { fieldWords } from '../../src/http/field-words.ts'
import { workRoutes } from '../../src/http/work/index.ts'
import { type Api, openApi } from './api.ts'
import { messagesOf } from './schema-messages.ts'

let api: Api
beforeAll(async () => {
  api = await openApi({ parts: (deps) => [{ mount: (app) => app.route('/api', workRoutes(deps).routes) }] })
})
afterAll(() => api.close())

const refused = async (path: string, body: unknown, language?: string) => {
  const answer = await api.owner(path, { body, ...(language ? { headers: { 'accept-language': language } } : {}) })
  expect([answer.status, answer.json.error.code]).toEqual([400, 'invalid_request'])
  return answer.json.error
}

describe('what is wrong with a field', () => {
  it('is told in the language that was asked for', async () => {
    const wrong = { name: '', email: 'nobody', role: 'queen', colour: 'red' }
    expect(await refused('/api/users', wrong, 'ru-RU,ru;q=0.9')).toEqual({
      code: 'invalid_request',
      message: 'name: не может быть пустым',
      details: [
        { in: 'json', path: 'name', message: 'не может быть пустым' },
        { in: 'json', path: 'email', message: 'нужен адрес электронной почты' },
        { in: 'json', path: 'role', message: 'нужно одно из: owner, admin, author, operator' },
        { in: 'json', path: 'colour', message: 'неизвестное поле' },
      ],
    })
    expect((await refused('/api/users', wrong)).details).toEqual([
      { in: 'json', path: 'name', message: 'must not be empty' },
      { in: 'json', path: 'email', message: 'must be an e-mail address' },
      { in: 'json', path: 'role', message: 'must be one of owner, admin, author, operator' },
      { in: 'json', path: 'colour', message: 'unknown key' },
    ])
  })

  it('is told so where a route checks for itself, too', async () => {
    const body = { provider: 'carrier-pigeon', name: 'Roof' }
    expect((await refused('/api/channels', body, 'ru')).message).toMatch(/^provider: нужен провайдер, которого/)
  })

  it('has words in Russian for everything that a schema of a route says', () => {
    const messages = [...messagesOf(api.app)]
    expect(messages.length).toBeGreaterThan(40)
    expect(messages.filter((message) => !isSpoken(message))).toEqual([])
  })

  it('has them for what is found while a value is read', () => {
    const source = join(import.meta.dirname, '../../src')
    const messages = ['http', 'channels'].flatMap((room) =>
      readdirSync(join(source, room), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) => [
          ...readFileSync(join(source, room, name), 'utf8').matchAll(
            /addIssue\(\{[^}]*message: (?:\w+ \?\? )?'([^']+)'/g,
          ),
        ])
        .map((match) => match[1] ?? ''),
    )
    expect(messages.length).toBeGreaterThan(3)
    expect(messages.filter((message) => !isSpoken(message))).toEqual([])
  })

  it.each([
    [z.string(), undefined, 'is missing: expected string', 'не указано: нужен текст'],
    [z.number(), 'x', 'expected number, received string', 'нужно число'],
    [z.int(), 1.5, 'expected int, received number', 'нужно целое число'],
    [z.string().min(2), 'x', 'must have at least 2 characters', 'не короче 2 символов'],
    [z.string().max(21), 'x'.repeat(22), 'must have at most 21 characters', 'не длиннее 21 символа'],
    [z.array(z.string()).min(1), [], 'must not be empty', 'не может быть пустым'],
    [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 entry', 'нужно не больше 1 записи'],
    [z.number().min(3), 2, 'must be at least 3', 'не меньше 3'],
    [z.number().positive(), 0, 'must be more than 0', 'должно быть больше 0'],
    [z.number().max(3), 4, 'must be at most 3', 'не больше 3'],
    [z.number().multipleOf(5), 4, 'must be a multiple of 5', 'должно делиться на 5 нацело'],
    [z.iso.date(), 'x', 'must be a date such as 2026-05-03', 'нужна дата, например 2026-05-03'],
    [z.string().regex(/a/), 'x', 'does not have the form that it needs', 'имеет не тот вид, который нужен'],
    [z.literal('a'), 'x', 'must be a', 'может быть только a'],
    [
      z.union([z.string(), z.number()]),
      true,
      'fits none of the forms that are possible here',
      'не подходит ни под один из возможных видов',
    ],
  ])('%# is worded in both languages, and never repeats the value', (schema, value, en, ru) => {
    const issue = schema.safeParse(value).error?.issues[0]
    expect(issue && fieldWords(issue)).toEqual({ en, ru })
  })
})
