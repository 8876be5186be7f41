import { providerErrorRule } from '../provider-errors.ts'

/** The code of a message that waited for another try when its campaign was stopped. */
export const CAMPAIGN_STOPPED = 'campaign_stopped'

const DAY_MS = 86_400_000
/** Held back as one marketing message too many: it may well arrive, but not sooner (reference §9). */
const TOO_MANY = '131049'
/** Our own refusal before it could leave, because of a state that passes. */
const PASSES = 'template_not_approved'
/** To be mended by reference §9, yet within the campaign nobody can: there is no such recipient. */
const NO_SUCH_RECIPIENT = new Set(['131021', 'no_address', 'foreign_address'])

/**
 * How long after its failure a campaign's message may be sent again because a person asked for it, in milliseconds;
 * null: never. It makes sense where something may have changed since: limits, the account, the template (the classes
 * retry, wait, channel_down and fix of reference §9). Not where the recipient is the reason (131026 no WhatsApp, 131050
 * opted out, …), for codes that nobody knows, and for what a person stopped.
 */
export function retryAfterMs(code: string): number | null {
  if (code === TOO_MANY) return DAY_MS
  if (code === PASSES) return 0
  if (code === CAMPAIGN_STOPPED || NO_SUCH_RECIPIENT.has(code)) return null
  return providerErrorRule(code).class === 'final' ? null : 0
}
