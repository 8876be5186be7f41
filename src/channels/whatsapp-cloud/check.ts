import type { CheckOutcome } from '../port.ts'
import { at, textAt } from '../wire/fields.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { failureOf, failureOfAnswer } from './errors.ts'
import { callGraph, graphPath } from './graph-client.ts'

const FIELDS = 'id,display_phone_number,verified_name,quality_rating,platform_type,is_on_biz_app'

/** Answers that say "there is no such business number" (reference §9): wrong id, deleted number, or another kind of node. */
const NO_SUCH_NUMBER = new Set(['33', '100', '133010'])
/** Answers about the token or its permissions: 0, 3, 10, 190, 200 to 299, 131005. */
const REFUSES_TOKEN = /^(0|3|10|190|2\d\d|131005)$/

export const isNoSuchNumber = (code: string): boolean => NO_SUCH_NUMBER.has(code)
export const refusesToken = (code: string): boolean => REFUSES_TOKEN.test(code)

/**
 * Asks Meta about the number (M5, reference §5.6). A personal number has no node in the Graph API, so that only business
 * numbers pass.
 */
export async function checkAccount(config: WhatsAppCloudConfig, signal: AbortSignal): Promise<CheckOutcome> {
  const path = graphPath(config.phoneNumberId)
  const answer = await callGraph(config, { method: 'GET', path, query: { fields: FIELDS } }, signal)
  if (answer.kind !== 'ok') {
    const failure = failureOfAnswer(config, answer)
    if (answer.kind !== 'refused') return { ok: null, failure }
    if (isNoSuchNumber(failure.code)) return { ok: false, reason: 'not_a_business_account', failure }
    return refusesToken(failure.code) ? { ok: false, reason: 'token_rejected', failure } : { ok: null, failure }
  }
  const displayPhone = textAt(answer.body, 'display_phone_number')
  if (displayPhone === null) {
    const failure = failureOf(config, '33', 'the id names something that is no phone number')
    return { ok: false, reason: 'not_a_business_account', failure }
  }
  return {
    ok: true,
    account: {
      displayPhone,
      name: textAt(answer.body, 'verified_name'),
      quality: textAt(answer.body, 'quality_rating'),
      coexistence: at(answer.body, 'is_on_biz_app') === true,
    },
  }
}
