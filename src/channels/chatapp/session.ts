import { createHash } from 'node:crypto'
import { type ApiAnswer, callApi } from '../api-call.ts'
import { apiFailure, failureOfApi } from '../api-failure.ts'
import type { ProviderFailure } from '../port.ts'
import { numberAt, objectAt, textAt } from '../wire/fields.ts'
import { errorIn } from './answer.ts'
import { type ChatAppAccount, isToken, secretsOf } from './config.ts'

export type SignedIn = { ok: true; token: string } | { ok: false; failure: ProviderFailure }

interface Tokens {
  access: string
  /** asks for the next pair, without the password */
  refresh: string | null
  /** of the access token, in milliseconds since 1970 */
  endsAt: number
}

const PATIENCE_MS = 30_000
/** A token is a day old at most (reference §12); one whose end ChatApp does not tell is taken for that. */
const DAY_MS = 24 * 60 * 60_000
/** Not used in its last minute: a clock may go wrong, and a call takes a while. */
const SPARE_MS = 60_000

/** By account, in this process's memory alone: decision 0041. */
const TOKENS = new Map<string, Tokens>()
const UNDER_WAY = new Map<string, Promise<SignedIn>>()

/**
 * An access token for a call. One login serves all calls of an account until its token ends: ChatApp gives a hundred a
 * day and asks for no more than are needed. Calls that come meanwhile wait for the same one.
 * @param refused a token that ChatApp has just turned away, though its time has not come; null: none
 */
export function accessToken(account: ChatAppAccount, refused: string | null, signal: AbortSignal): Promise<SignedIn> {
  const key = keyOf(account)
  const known = TOKENS.get(key)
  if (known && known.access !== refused && known.endsAt - SPARE_MS > Date.now()) {
    return Promise.resolve({ ok: true, token: known.access })
  }
  const underWay = UNDER_WAY.get(key) ?? begin(key, account, known?.refresh ?? null)
  return unlessStopped(underWay, signal, account)
}

function begin(key: string, account: ChatAppAccount, refresh: string | null): Promise<SignedIn> {
  const underWay = signIn(account, refresh)
    .then((tokens): SignedIn => {
      if ('failure' in tokens) {
        TOKENS.delete(key)
        return { ok: false, failure: tokens.failure }
      }
      TOKENS.set(key, tokens)
      return { ok: true, token: tokens.access }
    })
    .finally(() => UNDER_WAY.delete(key))
  UNDER_WAY.set(key, underWay)
  return underWay
}

/** The password is asked for where the other way is closed: that token has ended, too, or was used up. */
async function signIn(account: ChatAppAccount, refresh: string | null): Promise<Tokens | { failure: ProviderFailure }> {
  const renewed = refresh === null ? null : tokensIn(await post(account, 'tokens/refresh', { refresh }))
  if (renewed !== null) return renewed
  const { email, password, appId } = account
  const answer = await post(account, 'tokens', { json: { email, password, appId } })
  return tokensIn(answer) ?? { failure: failureOfLogin(account, answer) }
}

function post(
  { apiUrl }: ChatAppAccount,
  path: string,
  { refresh, json }: { refresh?: string; json?: object },
): Promise<ApiAnswer> {
  const headers = refresh === undefined ? {} : { refresh }
  const request = { method: 'POST' as const, url: `${apiUrl}/v1/${path}`, headers, json: json ?? {} }
  return callApi(request, AbortSignal.timeout(PATIENCE_MS))
}

function tokensIn(answer: ApiAnswer): Tokens | null {
  const data = answer.kind === 'ok' ? objectAt(answer.body, 'data') : null
  const access = textAt(data, 'accessToken')
  if (!isToken(access)) return null
  const refresh = textAt(data, 'refreshToken')
  const seconds = numberAt(data, 'accessTokenEndTime')
  return {
    access,
    refresh: isToken(refresh) ? refresh : null,
    endsAt: seconds === null ? Date.now() + DAY_MS : seconds * 1000,
  }
}

/** Whatever ChatApp says of a login that it turns away, people have to look at what they entered. */
function failureOfLogin(account: ChatAppAccount, answer: ApiAnswer): ProviderFailure {
  const secrets = secretsOf(account)
  if (answer.kind === 'ok') {
    const words = errorIn(answer.body)?.words
    return words
      ? apiFailure('key_refused', `the login: ${words}`, secrets)
      : apiFailure('unreadable_answer', 'a login without a token', secrets)
  }
  return failureOfApi(answer, secrets, (status, body) => ({
    code: [400, 401, 403, 422].includes(status) ? 'key_refused' : null,
    words: errorIn(body)?.words ?? null,
  }))
}

/** A login serves others, too: who does not want to wait any longer leaves it to them. */
function unlessStopped(login: Promise<SignedIn>, signal: AbortSignal, account: ChatAppAccount): Promise<SignedIn> {
  return new Promise((resolve, reject) => {
    const stop = () =>
      resolve({ ok: false, failure: apiFailure('not_started', 'stopped before the call', secretsOf(account)) })
    signal.addEventListener('abort', stop, { once: true })
    login.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

const keyOf = ({ apiUrl, email, appId, password }: ChatAppAccount): string =>
  createHash('sha256')
    .update(JSON.stringify([apiUrl, email, appId, password]))
    .digest('hex')
