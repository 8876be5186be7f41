import type { ApiAnswer } from '../api-call.ts'
import type { ProviderFailure } from '../port.ts'
import { failureOf } from '../whatsapp-cloud/errors.ts'
import { textAt } from '../wire/fields.ts'
import type { TwilioAccount } from './config.ts'

/** Twilio's codes that say what one of WhatsApp's, or one of ours, says. */
const SAME_AS: Readonly<Record<string, string>> = {
  // A bad name or password; an account that is closed or may not do this.
  20003: 'key_refused',
  20005: 'key_refused',
  // Too many calls, too many messages.
  20429: '130429',
  63018: '130429',
  // Outside the reply window.
  63016: '131047',
  // Nobody on WhatsApp at this number.
  63003: '131026',
  63024: '131026',
  // The client has stopped marketing messages.
  63032: '131050',
  21610: '131050',
  // Meta spares the client advertising.
  63049: '131049',
  // No such content, or WhatsApp has no approved template for it; values that do not fit it; one that is paused, disabled.
  21655: '132001',
  63027: '132001',
  63040: '132001',
  63028: '132000',
  21656: '132012',
  63041: '132015',
  63042: '132016',
}

/** Our name of one of Twilio's errors. */
export const codeOf = (code: string): string =>
  (Object.hasOwn(SAME_AS, code) ? SAME_AS[code] : null) ?? `twilio_${code}`

/** Why a call did not succeed (`{code, message, status}`). A send must not use it for `unclear`. */
export function failureOfAnswer(account: TwilioAccount, answer: Exclude<ApiAnswer, { kind: 'ok' }>): ProviderFailure {
  switch (answer.kind) {
    case 'not_sent':
      return ownFailure(account, answer.code, answer.detail)
    case 'unclear':
      return ownFailure(account, 'network', answer.detail)
    case 'refused': {
      const code = textAt(answer.body, 'code')
      if (code !== null && /^\d{1,6}$/.test(code)) {
        return ownFailure(
          account,
          codeOf(code),
          `Twilio ${code}: ${textAt(answer.body, 'message') ?? 'no words'}`,
          answer,
        )
      }
      const isRefused = answer.status === 401 || answer.status === 403
      const ours = isRefused ? 'key_refused' : `http_${answer.status}`
      return ownFailure(account, ours, `HTTP ${answer.status} without an error of Twilio`, answer)
    }
  }
}

export const ownFailure = (
  { authToken }: TwilioAccount,
  code: string,
  detail: string,
  answer?: { status: number; waitSeconds: number | null },
): ProviderFailure => failureOf({ accessToken: authToken, appSecret: '' }, code, detail, answer)
