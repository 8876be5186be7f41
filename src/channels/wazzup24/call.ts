import { type ApiAnswer, type ApiRequest, callApi } from '../api-call.ts'
import { apiFailure, failureOfApi } from '../api-failure.ts'
import type { ProviderFailure } from '../port.ts'
import { textAt } from '../wire/fields.ts'
import { secretsOf, type WazzupAccount } from './config.ts'

export const callWazzup = (
  { apiUrl, apiKey }: WazzupAccount,
  { path, ...request }: Pick<ApiRequest, 'method' | 'json'> & { path: string },
  signal: AbortSignal,
): Promise<ApiAnswer> =>
  callApi({ ...request, url: `${apiUrl}/v3/${path}`, headers: { authorization: `Bearer ${apiKey}` } }, signal)

/** Wazzup's names of errors, in answers and in statuses, that say more than the HTTP status does. */
const CODES: Readonly<Record<string, string | undefined>> = {
  '24_HOURS_EXCEEDED': '131047',
  BAD_CONTACT: 'api_no_such_client',
  CHAT_NO_ACCESS: 'api_no_such_client',
  INVALID_CHANNEL: 'api_account_down',
  CHANNEL_BLOCKED: 'api_account_down',
  CHANNEL_NO_MONEY: 'api_account_down',
  CHANNEL_NOT_FOUND: 'api_account_down',
  CHANNEL_UNAVAILABLE: 'api_account_down',
}
export const codeOf = (error: string | null): string | null =>
  error !== null && Object.hasOwn(CODES, error) ? (CODES[error] ?? null) : null

export const errorOf = (body: unknown): string | null => textAt(body, 'error')

export const failureOf = (account: WazzupAccount, answer: Exclude<ApiAnswer, { kind: 'ok' }>): ProviderFailure =>
  failureOfApi(answer, secretsOf(account), (_status, body) => {
    const words = [errorOf(body), textAt(body, 'description')].filter((word) => word !== null).join(': ')
    return { code: codeOf(errorOf(body)), words: words || null }
  })

export const ownFailure = (account: WazzupAccount, code: string, detail: string): ProviderFailure =>
  apiFailure(code, detail, secretsOf(account))
