import { describe, expect, it } from 'vitest'
import { type Attempt, afterAttempt, retryAfterMs, speaksFor } from '../../../src/domain/outside/call-outcome.ts'

const answered = (status: number, text = '', retryAfter: number | null = null): Attempt => ({
  kind: 'answered',
  status,
  body: new TextEncoder().encode(text),
  retryAfterMs: retryAfter,
})
const failed = (code: 'timeout' | 'network' | 'interrupted'): Attempt => ({ kind: 'failed', code })
const FRESH = { tries: 1, retries: 3, leftMs: 600_000, wantsJson: true }
const judge = (attempt: Attempt, of: Partial<typeof FRESH> = {}, jitter = 0) =>
  afterAttempt(attempt, { ...FRESH, ...of }, jitter)
const codeOf = (attempt: Attempt, of: Partial<typeof FRESH> = {}) => {
  const verdict = judge(attempt, of)
  return verdict.next === 'again' ? 'again' : verdict.answer.ok ? 'ok' : verdict.answer.code
}

describe('after an attempt', () => {
  it.each<[string, Attempt, string, boolean | null]>([
    ['200', answered(200, '{}'), 'ok', true],
    ['201', answered(201, '{}'), 'ok', true],
    ['204', answered(204), 'ok', true],
    ['301', answered(301), 'http_301', true],
    ['302', answered(302), 'http_302', true],
    ['400', answered(400), 'http_400', true],
    ['401', answered(401), 'http_401', true],
    ['404', answered(404), 'http_404', true],
    ['408', answered(408), 'again', true],
    ['409', answered(409), 'http_409', true],
    ['425', answered(425), 'again', true],
    ['429', answered(429), 'again', true],
    ['500', answered(500), 'again', false],
    ['503', answered(503), 'again', false],
    ['599', answered(599), 'again', false],
    ['a timeout', failed('timeout'), 'again', false],
    ['no connection', failed('network'), 'again', false],
    ['an end of the worker', failed('interrupted'), 'again', null],
    ['too much', { kind: 'refused', code: 'response_too_large', message: '' }, 'response_too_large', true],
    ['a refused address', { kind: 'refused', code: 'address_refused', message: '' }, 'address_refused', null],
    ['a bad request', { kind: 'refused', code: 'bad_request', message: '' }, 'bad_request', null],
  ])('%s', (_, attempt, code, works) => {
    expect(codeOf(attempt)).toBe(code)
    expect(speaksFor(attempt)).toBe(works)
  })

  it('fails once the retries are used, with the code of the last attempt', () => {
    expect(codeOf(answered(503), { tries: 3 })).toBe('again')
    expect(codeOf(answered(503), { tries: 4 })).toBe('http_503')
    expect(codeOf(failed('timeout'), { tries: 1, retries: 0 })).toBe('timeout')
  })

  it('waits longer each time, as long as the endpoint asks, and not beyond the deadline', () => {
    const waits = [1, 2, 3].map((tries) => judge(failed('network'), { tries }))
    expect(waits).toMatchObject([{ afterMs: 1_000 }, { afterMs: 2_000 }, { afterMs: 4_000 }])
    expect(judge(failed('network'), {}, 1)).toMatchObject({ afterMs: 1_250 })
    expect(judge(answered(429, '', 30_000))).toMatchObject({ afterMs: 30_000 })
    expect(judge(answered(429, '', 10))).toMatchObject({ afterMs: 1_000 })
    expect(codeOf(answered(429, '', 700_000))).toBe('http_429')
    expect(codeOf(answered(503), { leftMs: 500 })).toBe('http_503')
  })

  it.each([
    ['{"a":[1,null,true,"x"]}', { a: [1, null, true, 'x'] }],
    ['[]', []],
    ['"text"', 'text'],
    ['', null],
    [' \n', null],
    ['null', null],
  ])('reads %j', (text, value) => {
    expect(judge(answered(200, text))).toMatchObject({ next: 'answer', answer: { ok: true, value } })
  })

  it.each([
    ['<html>', '<html></html>'],
    ['half of it', '{"a":'],
    ['a number that is none', '{"a":1e999}'],
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`],
    ['100,000 levels', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['100,001 values', JSON.stringify(Array(100_001).fill(0))],
    ['a zero character', '{"a":"\\u0000"}'],
    ['a zero character in a name', '{"\\u0000":1}'],
    ['half of a pair', '{"a":"\\ud800"}'],
  ])('does not take %s', (_, text) => {
    expect(codeOf(answered(200, text))).toBe('not_json')
  })

  it('does not take what is no UTF-8', () => {
    expect(
      codeOf({ kind: 'answered', status: 200, body: new Uint8Array([0x22, 0xff, 0x22]), retryAfterMs: null }),
    ).toBe('not_json')
  })

  it('lets a prototype be a field like any other', () => {
    const verdict = judge(answered(200, '{"__proto__":{"isAdmin":true}}'))
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
    expect(JSON.stringify(verdict)).toContain('__proto__')
  })

  it('takes whatever comes where nobody reads it, and keeps nothing of it', () => {
    expect(judge(answered(200, 'OK'), { wantsJson: false })).toEqual({
      next: 'answer',
      answer: { ok: true },
      code: null,
    })
  })

  it('says nothing of the answer in its words', () => {
    const verdict = judge(answered(400, 'secret words of the endpoint'))
    expect(JSON.stringify(verdict)).not.toContain('secret')
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  it.each([
    [undefined, null],
    ['', null],
    ['soon', null],
    ['-5', null],
    ['0', 0],
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ])('%j: %s ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms)
  })
})
