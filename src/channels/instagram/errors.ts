import type { ProviderFailure } from '../port.ts'
import { failureOf, failureOfAnswer } from '../whatsapp-cloud/errors.ts'
import type { GraphError } from '../whatsapp-cloud/graph-answer.ts'
import type { GraphAnswer } from '../whatsapp-cloud/graph-client.ts'
import { graphOf, type InstagramAccount } from './config.ts'

/** Subcodes of error 10 that say "the reply window is closed", on Instagram and where a page sends (reference §11.2). */
const WINDOW = new Set(['2534022', '2018278'])
/** Of 100: there is nobody of this id, or they may not be written to. */
const NOBODY = new Set(['2018001', '2534014'])

/** Our name of an error: where Instagram gives one code two meanings, the subcode tells them apart. */
export function codeOf({ code, subcode }: Pick<GraphError, 'code' | 'subcode'>): string {
  if (code === '10' && subcode !== null && WINDOW.has(subcode)) return 'ig_window_closed'
  if (code === '100' && subcode !== null && NOBODY.has(subcode)) return 'ig_no_such_client'
  return code
}

/** As for WhatsApp (whatsapp-cloud/errors.ts), with Instagram's subcodes. A send must not use it for `unclear`. */
export function failureOfInstagram(
  account: InstagramAccount,
  answer: Exclude<GraphAnswer, { kind: 'ok' }>,
): ProviderFailure {
  const failure = failureOfAnswer(graphOf(account), answer)
  if (answer.kind !== 'refused') return failure
  const code = codeOf(answer.error)
  return code === failure.code ? failure : failureOf(graphOf(account), code, failure.detail, answer)
}

export const ownFailure = (account: InstagramAccount, code: string, detail: string): ProviderFailure =>
  failureOf(graphOf(account), code, detail)
