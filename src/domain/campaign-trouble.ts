import type { PauseReason } from './campaign/pause-reason.ts'
import type { ProviderFailure } from './provider-failure.ts'
import { afterRejection } from './send-retry.ts'

/** What the provider says of a template when it refuses to send it. */
export interface TemplateTrouble {
  reason: Extract<PauseReason, `template_${string}`>
  /** the status that the template has at the provider; null: it is not there any more */
  status: 'paused' | 'disabled' | null
}

/** Codes that speak of the template, not of the message: the next one would fail, too (reference §7.3, §9). */
const TROUBLES: Record<string, TemplateTrouble> = {
  132001: { reason: 'template_missing', status: null },
  132015: { reason: 'template_paused', status: 'paused' },
  132016: { reason: 'template_disabled', status: 'disabled' },
}

export const templateTrouble = (code: string): TemplateTrouble | null =>
  Object.hasOwn(TROUBLES, code) ? (TROUBLES[code] ?? null) : null

/** Why a template that is not approved stops its campaign. @param status as stored; null: it is gone */
export function pauseReasonOf(status: string | null): PauseReason | null {
  switch (status) {
    case 'approved':
      return null
    case null:
      return 'template_missing'
    case 'paused':
      return 'template_paused'
    case 'disabled':
      return 'template_disabled'
    default:
      return 'template_not_approved'
  }
}

/**
 * What becomes of a campaign's message that the provider refused, and of the campaign. The message certainly did not
 * leave; halted, it waits until the campaign goes on.
 */
export type AfterRefusal =
  | { next: 'fail' }
  | { next: 'again'; waitMs: number; holdsChannel: boolean }
  | { next: 'halt'; because: 'channel' }
  | { next: 'halt'; because: 'template'; trouble: TemplateTrouble }

/** `afterRejection` of src/domain/send-retry.ts, where one message's trouble may be that of all the others. */
export function afterRefusal(failure: ProviderFailure, tries: number, jitter: number): AfterRefusal {
  const trouble = templateTrouble(failure.code)
  if (trouble) return { next: 'halt', because: 'template', trouble }
  const verdict = afterRejection(failure, tries, jitter)
  switch (verdict.next) {
    case 'again':
      return { next: 'again', waitMs: verdict.afterMs, holdsChannel: failure.limit === 'channel' }
    case 'park':
      return { next: 'halt', because: 'channel' }
    case 'fail':
      return { next: 'fail' }
  }
}
