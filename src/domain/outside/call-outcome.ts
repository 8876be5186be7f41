import { isPlainJson, type Json } from '../scenario/expressions/scope.ts'
import type { Answer } from '../scenario/interpreter/stimulus.ts'

/** How one attempt ended, as the caller saw it. */
export type Attempt =
  | { kind: 'answered'; status: number; body: Uint8Array; retryAfterMs: number | null }
  /** nothing came, or not all of it: it may have been carried out */
  | { kind: 'failed'; code: 'timeout' | 'network' | 'interrupted' }
  /** it will never be better */
  | { kind: 'refused'; code: 'bad_request' | 'address_refused' | 'response_too_large'; message: string }

export type Verdict =
  | { next: 'again'; afterMs: number; code: string }
  | { next: 'answer'; answer: Answer; code: string | null }

/** Statuses that say “not now” (RFC 9110, RFC 8470); everything from 500 on does, too. */
const NOT_NOW = new Set([408, 425, 429])
const FIRST_WAIT_MS = 1_000

/**
 * What becomes of a call after an attempt: another attempt, or its end.
 * @param of `tries` made, this one included; `retries` that are allowed; `leftMs` until the call's deadline;
 *   `wantsJson`: somebody reads the answer
 * @param jitter 0..1, so that many calls do not come back in the same moment
 */
export function afterAttempt(
  attempt: Attempt,
  of: { tries: number; retries: number; leftMs: number; wantsJson: boolean },
  jitter: number,
): Verdict {
  if (attempt.kind === 'refused') return failed(attempt.code, attempt.message)
  const code = attempt.kind === 'failed' ? attempt.code : statusCode(attempt.status)
  if (code === null) return attempt.kind === 'answered' ? taken(attempt.body, of.wantsJson) : failed('network', '')
  const isWorthIt = attempt.kind === 'failed' || attempt.status >= 500 || NOT_NOW.has(attempt.status)
  if (isWorthIt && of.tries <= of.retries) {
    const hint = attempt.kind === 'answered' ? (attempt.retryAfterMs ?? 0) : 0
    const wait = Math.round(Math.max(hint, FIRST_WAIT_MS * 2 ** (of.tries - 1)) * (1 + jitter * 0.25))
    if (wait < of.leftMs) return { next: 'again', afterMs: wait, code }
  }
  return failed(code, wordsOf(attempt, of.tries))
}

/** Does the endpoint work? Null: the attempt says nothing about it. */
export function speaksFor(attempt: Attempt): boolean | null {
  if (attempt.kind === 'answered') return attempt.status < 500
  if (attempt.kind === 'failed') return attempt.code === 'interrupted' ? null : false
  return attempt.code === 'response_too_large' ? true : null
}

const statusCode = (status: number): string | null => (status >= 200 && status < 300 ? null : `http_${status}`)

function wordsOf(attempt: Attempt, tries: number): string {
  const times = tries === 1 ? '' : ` (${tries} attempts)`
  if (attempt.kind === 'answered') return `The endpoint answered with status ${attempt.status}${times}`
  return `${attempt.kind === 'failed' ? WORDS[attempt.code] : 'The call failed'}${times}`
}

const WORDS = {
  timeout: 'The endpoint did not answer in time',
  network: 'The endpoint could not be reached, or the connection broke',
  interrupted: 'The calling process ended during the call',
}

const failed = (code: string, message: string): Verdict => ({
  next: 'answer',
  answer: { ok: false, code, message, final: true },
  code,
})

function taken(body: Uint8Array, wantsJson: boolean): Verdict {
  if (!wantsJson) return { next: 'answer', answer: { ok: true }, code: null }
  const value = readJson(body)
  if (value === undefined) return failed('not_json', 'The answer is no JSON, or has too much of it')
  return { next: 'answer', answer: { ok: true, value }, code: null }
}

/** @returns undefined where it is none that can be kept; an empty body is null */
function readJson(body: Uint8Array): Json | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    if (text.trim() === '') return null
    const value: unknown = JSON.parse(text)
    // PostgreSQL keeps neither a zero character nor half of a pair.
    return isPlainJson(value) && isKept(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isKept(value: Json): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed()
  if (Array.isArray(value)) return value.every(isKept)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, part]) => isKept(name) && isKept(part))
}

/**
 * How long `Retry-After` asks to wait, in ms: seconds or a date (RFC 9110, 10.2.3). Null: it says nothing.
 * @param now milliseconds since 1970
 */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  // JavaScript takes almost anything for a date; an HTTP date begins with the day of the week.
  return Number.isNaN(at) || !/^[A-Z][a-z]+,? /.test(text) ? null : Math.max(0, at - now)
}
