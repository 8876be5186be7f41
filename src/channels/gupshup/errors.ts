import type { ApiAnswer } from '../api-call.ts'
import type { ProviderFailure } from '../port.ts'
import { failureOf } from '../whatsapp-cloud/errors.ts'
import { objectAt, textAt } from '../wire/fields.ts'
import type { GupshupAccount } from './config.ts'

/** Codes of Gupshup's own that say what one of WhatsApp's says; newer ones are Meta's own (reference §9). */
const SAME_AS: Readonly<Record<string, string>> = {
  // Outside the reply window.
  470: '131047',
  // Nobody on WhatsApp at this number.
  1002: '131026',
  // Nothing left in the wallet.
  1003: '131042',
  // The client wants none.
  1012: '131050',
  4001: '130429',
  // No such template, or one that is paused.
  4003: '132001',
  4005: '132015',
}
const FROM_META = /^(13\d{4}|368|80007)$/

/** Our name of an error in an event. The whole set is not documented. */
export function codeOf(code: string): string {
  if (Object.hasOwn(SAME_AS, code)) return SAME_AS[code] ?? code
  return FROM_META.test(code) ? code : `gupshup_${code}`
}

/** Why a call did not succeed (`{status: "error", message}`). A send must not use it for `unclear`. */
export function failureOfAnswer(account: GupshupAccount, answer: Exclude<ApiAnswer, { kind: 'ok' }>): ProviderFailure {
  switch (answer.kind) {
    case 'not_sent':
      return ownFailure(account, answer.code, answer.detail)
    case 'unclear':
      return ownFailure(account, 'network', answer.detail)
    case 'refused': {
      const { status } = answer
      const code = status === 401 || status === 403 ? 'key_refused' : `http_${status}`
      return ownFailure(account, code, wordsIn(answer.body) ?? `HTTP ${status} without words of Gupshup`, answer)
    }
  }
}

/** `message` is a text, or an object around one. */
export const wordsIn = (body: unknown): string | null =>
  textAt(body, 'message') ?? textAt(objectAt(body, 'message'), 'message')

export const ownFailure = (
  { apiKey, webhookKey }: GupshupAccount,
  code: string,
  detail: string,
  answer?: { status: number; waitSeconds: number | null },
): ProviderFailure => failureOf({ accessToken: apiKey, appSecret: webhookKey ?? '' }, code, detail, answer)
