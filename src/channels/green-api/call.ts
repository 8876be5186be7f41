import { type ApiAnswer, callApi } from '../api-call.ts'
import { apiFailure, failureOfApi } from '../api-failure.ts'
import type { ProviderFailure } from '../port.ts'
import { textAt } from '../wire/fields.ts'
import { type GreenApiAccount, secretsOf } from './config.ts'

/**
 * One call of a method of the instance. The token stands in the path: no address is put into an outcome or a log, and
 * what Green-API answers is scrubbed of it.
 */
export function callInstance(
  account: GreenApiAccount,
  method: string,
  json: object | undefined,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  const { apiUrl, idInstance, apiToken } = account
  const url = `${apiUrl}/waInstance${idInstance}/${method}/${encodeURIComponent(apiToken)}`
  return callApi(json === undefined ? { method: 'GET', url } : { method: 'POST', url, json }, signal)
}

export const failureOf = (account: GreenApiAccount, answer: Exclude<ApiAnswer, { kind: 'ok' }>): ProviderFailure =>
  failureOfApi(answer, secretsOf(account), (status, body) => ({
    // 466: the month's number of correspondents is used up.
    code: status === 466 ? 'api_account_down' : null,
    words: textAt(body, 'message') ?? textAt(body, 'error'),
  }))

export const ownFailure = (account: GreenApiAccount, code: string, detail: string): ProviderFailure =>
  apiFailure(code, detail, secretsOf(account))
