import type { PauseReason } from './campaign/pause-reason.ts'

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
