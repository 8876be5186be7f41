import type { AccountNews } from '../../domain/channel-event.ts'
import { at, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'

type NewsReader = (value: JsonObject) => AccountNews | null

const READERS: Readonly<Record<string, NewsReader>> = {
  phone_number_quality_update: limitOrThroughput,
  business_capability_update: (value) => limit(value),
  phone_number_name_update: nameDecision,
  account_review_update: (value) => worded('review', textAt(value, 'decision'), null),
  account_alerts: alert,
  security: (value) => worded('security', textAt(value, 'event'), null),
  account_update: accountUpdate,
}

/**
 * What scenarios hear of an account-level field (reference §4.2, §4.3): limits, throughput, name, review, bans, alerts.
 * Quality has an event of its own, and the end of a connection too (account-effects.ts). @returns null: it is no news of these
 */
export function newsOf(kind: string, value: JsonObject): AccountNews | null {
  return Object.hasOwn(READERS, kind) ? (READERS[kind]?.(value) ?? null) : null
}

const worded = (what: AccountNews['what'], word: string | null, detail: string | null): AccountNews | null =>
  word === null ? null : { what, value: word.toLowerCase(), detail }

/** FLAGGED and UNFLAGGED judge the number alone, which is told as its quality (account-effects.ts). */
function limitOrThroughput(value: JsonObject): AccountNews | null {
  const event = textAt(value, 'event') ?? ''
  if (event === 'THROUGHPUT_UPGRADE') return { what: 'throughput', value: 'high', detail: null }
  return LIMIT_EVENTS.has(event) ? limit(value) : null
}

const LIMIT_EVENTS: ReadonlySet<string> = new Set(['ONBOARDING', 'UPGRADE', 'DOWNGRADE'])

/**
 * New conversations a day: `TIER_2K`, or a number; in the older key -1 is no limit, and is of one number (reference §4.2).
 * The keys before February 2026 count where the new one is missing.
 */
function limit(value: JsonObject): AccountNews | null {
  const stated =
    textAt(value, 'max_daily_conversations_per_business') ??
    textAt(value, 'max_daily_conversation_per_phone') ??
    textAt(value, 'current_limit')
  if (stated === null) return null
  return worded('limit', stated === '-1' ? 'TIER_UNLIMITED' : (TIERS[stated] ?? stated), null)
}

const TIERS: Readonly<Record<string, string | undefined>> = {
  '50': 'TIER_50',
  '250': 'TIER_250',
  '2000': 'TIER_2K',
  '10000': 'TIER_10K',
  '100000': 'TIER_100K',
}

function nameDecision(value: JsonObject): AccountNews | null {
  const decision = textAt(value, 'decision')
  const name = textAt(value, 'requested_verified_name')
  if (decision === 'APPROVED' && name !== null) return { what: 'name', value: name, detail: 'approved' }
  return worded('name', decision, textAt(value, 'rejection_reason'))
}

function alert(value: JsonObject): AccountNews | null {
  const info = objectAt(value, 'alert_info')
  return worded('alert', textAt(info, 'alert_type') ?? 'unknown', textAt(info, 'alert_severity')?.toLowerCase() ?? null)
}

function accountUpdate(value: JsonObject): AccountNews | null {
  switch (textAt(value, 'event')) {
    case 'DISABLED_UPDATE': {
      const info = objectAt(value, 'ban_info')
      const stated = at(info, 'waba_ban_state')
      // In one example of Meta's a list of words.
      const state: unknown = Array.isArray(stated) ? stated[0] : stated
      return worded('ban', typeof state === 'string' ? state : null, textAt(info, 'waba_ban_date'))
    }
    case 'ACCOUNT_RESTRICTION': {
      const types = objectsAt(value, 'restriction_info').map((info) => textAt(info, 'restriction_type') ?? 'unknown')
      return worded('restriction', types.join(' ') || 'unknown', null)
    }
    case 'ACCOUNT_VIOLATION':
      return worded('violation', textAt(objectAt(value, 'violation_info'), 'violation_type') ?? 'unknown', null)
    case 'VERIFIED_ACCOUNT':
      return { what: 'verification', value: 'verified', detail: null }
    default:
      return null
  }
}
