import { type ApiAnswer, type ApiRequest, callApi } from '../api-call.ts'
import { apiFailure, failureOfApi, withoutSecrets } from '../api-failure.ts'
import type { ProviderFailure } from '../port.ts'
import { errorIn } from './answer.ts'
import { type ChatAppAccount, secretsOf } from './config.ts'
import { accessToken } from './session.ts'

/** `failed`: certainly not carried out. `unclear`: nobody can say. */
export type ChatAppAnswer =
  | { kind: 'ok'; body: unknown }
  | { kind: 'failed'; failure: ProviderFailure }
  | { kind: 'unclear'; detail: string; failure: ProviderFailure }

/**
 * One call as whom the account says, with a login before it where there is no token. A token that ChatApp turns away is
 * changed for another, once: what was turned away was not carried out, so that the call may be made again (P3).
 */
export async function callChatApp(
  account: ChatAppAccount,
  { path, ...request }: Pick<ApiRequest, 'method' | 'json'> & { path: string },
  signal: AbortSignal,
): Promise<ChatAppAnswer> {
  if (signal.aborted) return { kind: 'failed', failure: ownFailure(account, 'not_started', 'stopped before the call') }
  let refused: string | null = null
  for (;;) {
    const login = await accessToken(account, refused, signal)
    if (!login.ok) return { kind: 'failed', failure: login.failure }
    const headers = { authorization: login.token }
    const answer = await callApi({ ...request, url: `${account.apiUrl}/v1/${path}`, headers }, signal)
    if (refused !== null || !isTokenRefused(answer)) return readAnswer(answer, [...secretsOf(account), login.token])
    refused = login.token
  }
}

const INVALID_TOKEN = 'ApiInvalidTokenError'

const isTokenRefused = (answer: ApiAnswer): boolean =>
  (answer.kind === 'refused' && (answer.status === 401 || errorIn(answer.body)?.code === INVALID_TOKEN)) ||
  (answer.kind === 'ok' && errorIn(answer.body)?.code === INVALID_TOKEN)

function readAnswer(answer: ApiAnswer, secrets: string[]): ChatAppAnswer {
  switch (answer.kind) {
    case 'ok': {
      const error = errorIn(answer.body)
      if (error === null) return { kind: 'ok', body: answer.body }
      const code = codeOf(error.code) ?? 'api_refused'
      return { kind: 'failed', failure: apiFailure(code, error.words ?? 'an error without words', secrets) }
    }
    case 'unclear':
      return {
        kind: 'unclear',
        detail: withoutSecrets(answer.detail, secrets),
        failure: failureOfApi(answer, secrets),
      }
    default:
      return {
        kind: 'failed',
        failure: failureOfApi(answer, secrets, (_status, body) => {
          const error = errorIn(body)
          return error && { code: codeOf(error.code), words: error.words }
        }),
      }
  }
}

/** ChatApp has a name for every error, and no list of them that we know: all but this one are told by the HTTP status. */
const codeOf = (error: string | null): string | null => (error === INVALID_TOKEN ? 'key_refused' : null)

export const ownFailure = (account: ChatAppAccount, code: string, detail: string): ProviderFailure =>
  apiFailure(code, detail, secretsOf(account))
