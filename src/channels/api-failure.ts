import { providerErrorRule } from '../domain/provider-errors.ts'
import type { ApiAnswer } from './api-call.ts'
import type { ProviderFailure } from './port.ts'

const MAX_DETAIL_LENGTH = 1000

/**
 * A failure with a code of ours; its class and limit come from the error table.
 * @param secrets what must not stand in a detail: it is stored and shown (P8)
 */
export function apiFailure(
  code: string,
  detail: string,
  secrets: readonly string[],
  waitSeconds: number | null = null,
): ProviderFailure {
  const { class: failureClass, limit } = providerErrorRule(code)
  const clean = withoutSecrets(detail, secrets)
  return { class: failureClass, code, detail: clean, retryAfterSeconds: waitSeconds, limit }
}

/** Takes secrets out of a text, as they are and as they stand in an address. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) {
    if (secret === '') continue
    clean = clean.replaceAll(secret, '[secret]').replaceAll(encodeURIComponent(secret), '[secret]')
  }
  return clean.slice(0, MAX_DETAIL_LENGTH)
}

/** Reads a service's own error: what code of ours it is, and its words. null: the status alone decides. */
export type ErrorReader = (status: number, body: unknown) => { code: string | null; words: string | null } | null

/**
 * Why a call did not succeed. For a send that reaches a client it must not be used for `unclear`, unless the call may be
 * repeated safely.
 */
export function failureOfApi(
  answer: Exclude<ApiAnswer, { kind: 'ok' }>,
  secrets: readonly string[],
  readError: ErrorReader = () => null,
): ProviderFailure {
  switch (answer.kind) {
    case 'not_sent':
      return apiFailure(answer.code, answer.detail, secrets)
    case 'unclear': {
      const code = answer.status === null ? 'network' : 'unreadable_answer'
      return apiFailure(code, answer.detail, secrets, answer.waitSeconds)
    }
    case 'refused': {
      const own = readError(answer.status, answer.body)
      const code = own?.code ?? CODE_OF_STATUS[answer.status] ?? 'api_refused'
      const detail = own?.words ? `HTTP ${answer.status}: ${own.words}` : `HTTP ${answer.status}`
      return apiFailure(code, detail, secrets, answer.waitSeconds)
    }
  }
}

const CODE_OF_STATUS: Record<number, string | undefined> = {
  401: 'key_refused',
  403: 'key_refused',
  429: 'api_busy',
}
