import type { ProviderFailure } from '../port.ts'
import { failureOf, failureOfAnswer } from '../whatsapp-cloud/errors.ts'
import type { GraphAnswer } from '../whatsapp-cloud/graph-client.ts'
import { type Dialog360Account, graphOf } from './config.ts'

/**
 * Errors are Meta's (reference §9), but for those of 360dialog's own door, which have no envelope: it knows no such key.
 * A send must not use it for `unclear`.
 */
export function failureOf360(account: Dialog360Account, answer: Exclude<GraphAnswer, { kind: 'ok' }>): ProviderFailure {
  const isAtDoor = answer.kind === 'turned_away' && (answer.status === 401 || answer.status === 403)
  return isAtDoor
    ? ownFailure(account, 'key_refused', `HTTP ${answer.status} without an error of Meta`)
    : failureOfAnswer(graphOf(account), answer)
}

export const ownFailure = (
  account: Dialog360Account,
  code: string,
  detail: string,
  answer?: { status: number; waitSeconds: number | null },
): ProviderFailure => failureOf(graphOf(account), code, detail, answer)
