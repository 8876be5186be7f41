import { providerErrorRule } from '../../domain/provider-errors.ts'
import type { ProviderFailure } from '../port.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import type { GraphError } from './graph-answer.ts'
import type { GraphAnswer } from './graph-client.ts'

/** What must not stand in a detail. */
export type GraphSecrets = Pick<WhatsAppCloudConfig, 'accessToken' | 'appSecret'>

/** A failure with a code of ours or Meta's; its class and limit come from the error table (reference §9). */
export function failureOf(
  config: GraphSecrets,
  code: string,
  detail: string,
  answer: { status: number | null; waitSeconds: number | null } = { status: null, waitSeconds: null },
): ProviderFailure {
  const rule = providerErrorRule(code, answer.status)
  return {
    class: rule.class,
    code,
    detail: scrub(detail, config),
    retryAfterSeconds: answer.waitSeconds,
    limit: rule.limit,
  }
}

/**
 * Why a call did not succeed, for calls that may be repeated without harm (uploads, downloads, checks).
 * A send must not use it for `unclear`: see send.ts.
 */
export function failureOfAnswer(config: GraphSecrets, answer: Exclude<GraphAnswer, { kind: 'ok' }>): ProviderFailure {
  switch (answer.kind) {
    case 'refused':
      return failureOf(config, answer.error.code, describeError(answer.error), answer)
    case 'not_sent':
      return failureOf(config, answer.code, answer.detail)
    case 'turned_away':
      return failureOf(config, `http_${answer.status}`, `HTTP ${answer.status} without a Graph error`, answer)
    case 'unclear': {
      const code = answer.status === null ? 'network' : 'unreadable_answer'
      return failureOf(config, code, answer.detail, { status: null, waitSeconds: answer.waitSeconds })
    }
  }
}

/** Meta's words in one line, with the trace id that its support asks for. */
function describeError({ message, details, userMessage, subcode, trace }: GraphError): string {
  const parts = [
    message,
    details,
    userMessage,
    subcode === null ? null : `subcode ${subcode}`,
    trace === null ? null : `trace ${trace}`,
  ]
  return parts.filter((part) => part !== null).join('; ')
}

const MAX_DETAIL_LENGTH = 1000

/** Takes the channel's secrets, and anything that looks like a token, out of a text that will be stored and shown (P8). */
export function scrub(text: string, { accessToken, appSecret }: GraphSecrets): string {
  let clean = text
  for (const secret of [accessToken, appSecret]) if (secret !== '') clean = clean.replaceAll(secret, '[secret]')
  return clean
    .replace(/(access_token=|Bearer\s+)[^\s"&;]+/gi, '$1[secret]')
    .replace(/\bEAA[A-Za-z0-9]{20,}/g, '[secret]')
    .slice(0, MAX_DETAIL_LENGTH)
}
