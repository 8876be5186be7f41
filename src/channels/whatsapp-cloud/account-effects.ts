import type { ChannelEffect } from '../../domain/channel-event.ts'
import { providerErrorRule } from '../../domain/provider-errors.ts'
import type { RestrictedSends, SendRestriction } from '../../domain/send-restriction.ts'
import { at, objectAt, objectsAt, textAt, timeAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { endWords } from './end-words.ts'
import { historyEffect } from './history.ts'
import { templateEffectOf } from './template-effects.ts'
import { errorsAt } from './webhook-errors.ts'

const NOTHING: ChannelEffect = { does: 'nothing' }
const disconnect = (reason: string): ChannelEffect => ({ does: 'disconnect', reason })
const restrict = (reason: string, sends?: SendRestriction[]): ChannelEffect => ({
  does: 'restrict',
  reason,
  ...(sends && { sends }),
})
const needsAttention = (reason: string): ChannelEffect => ({ does: 'needs_attention', reason })
const notice = (reason: string): ChannelEffect => ({ does: 'notice', reason })

type EffectReader = (value: JsonObject) => ChannelEffect

const EFFECTS: Record<string, EffectReader> = {
  account_update: accountUpdate,
  account_alerts: accountAlert,
  account_review_update: (value) =>
    textAt(value, 'decision') === 'REJECTED' ? notice('Meta rejected the account in its review') : NOTHING,
  phone_number_name_update: (value) =>
    textAt(value, 'decision') === 'REJECTED'
      ? notice(`Meta rejected the display name: ${textAt(value, 'rejection_reason') ?? 'no reason given'}`)
      : NOTHING,
  phone_number_quality_update: qualityUpdate,
  history: historyEffect,
  security: (value) => notice(`two-step verification of the number: ${textAt(value, 'event') ?? 'changed'}`),
  errors: (value) => {
    const grave = errorsAt(value, 'errors').find((error) => providerErrorRule(error.code).class === 'channel_down')
    return grave === undefined ? NOTHING : needsAttention(`WhatsApp reports error ${grave.code}: ${grave.title}`)
  },
}

/** What an account-level field means for the channel or its templates now (reference §4.1–4.3); others mean nothing. */
export function effectOf(kind: string, value: JsonObject): ChannelEffect {
  if (Object.hasOwn(EFFECTS, kind)) return EFFECTS[kind]?.(value) ?? NOTHING
  return templateEffectOf(kind, value) ?? NOTHING
}

function accountUpdate(value: JsonObject): ChannelEffect {
  const event = textAt(value, 'event')
  switch (event) {
    case 'PARTNER_REMOVED':
    case 'PARTNER_APP_UNINSTALLED':
    case 'ACCOUNT_OFFBOARDED':
    case 'ACCOUNT_DELETED': {
      const why = objectAt(value, 'disconnection_info')
      return disconnect(endWords(event, textAt(why, 'reason'), textAt(why, 'initiated_by')))
    }
    case 'ACCOUNT_RECONNECTED':
      return { does: 'reconnect' }
    case 'ACCOUNT_RESTRICTION':
      return restriction(value)
    case 'ACCOUNT_VIOLATION': {
      const violation = textAt(objectAt(value, 'violation_info'), 'violation_type')
      return notice(`Meta reports a violation of its policy: ${violation ?? 'no type given'}`)
    }
    case 'DISABLED_UPDATE':
      return ban(value)
    // PARTNER_ADDED and PARTNER_APP_INSTALLED bring a new token with them: a person connects the channel again.
    default:
      return NOTHING
  }
}

/** ONBOARDING and THROUGHPUT_UPGRADE are about limits alone (reference §4.3). */
function qualityUpdate(value: JsonObject): ChannelEffect {
  const event = textAt(value, 'event')
  switch (event) {
    case 'FLAGGED':
    case 'DOWNGRADE':
      return { does: 'notice', reason: `Meta lowered the number's quality: ${event}`, quality: event.toLowerCase() }
    case 'UNFLAGGED':
    case 'UPGRADE':
      return { does: 'quality', quality: event.toLowerCase() }
    default:
      return NOTHING
  }
}

/** Which sends a type stops; types about calls and further numbers stop none. */
const RESTRICTED: Record<string, { blocks: RestrictedSends; words: string }> = {
  RESTRICTED_BIZ_INITIATED_MESSAGING: { blocks: 'templates', words: 'no templates can be sent' },
  RESTRICTED_CUSTOMER_INITIATED_MESSAGING: { blocks: 'replies', words: 'clients cannot be answered' },
  RESTRICTED_UTILITY_TEMPLATES: { blocks: 'utility_templates', words: 'no utility templates can be sent' },
}

/** A type of tomorrow that speaks of messages or templates stops everything: better to wait than to be refused. */
function restriction(value: JsonObject): ChannelEffect {
  const all = objectsAt(value, 'restriction_info').map((info) => {
    const type = textAt(info, 'restriction_type') ?? 'unknown'
    const until = timeAt(info, 'expiration')?.toISOString() ?? null
    return { type, until, known: Object.hasOwn(RESTRICTED, type) ? RESTRICTED[type] : undefined }
  })
  const words = all
    .map(({ type, until, known }) => `${known?.words ?? type}${until === null ? '' : ` until ${until}`}`)
    .join(', ')
  const reason = `Meta restricted the account: ${words || 'no type given'}`
  if (all.some(({ type, known }) => known === undefined && /MESSAGING|TEMPLATES/.test(type))) return restrict(reason)
  const sends = all.flatMap(({ type, until, known }) => (known ? [{ type, blocks: known.blocks, until }] : []))
  return sends.length > 0 ? restrict(reason, sends) : notice(reason)
}

/** `waba_ban_state` is a word, in one example of Meta's a list of words. */
function ban(value: JsonObject): ChannelEffect {
  const info = objectAt(value, 'ban_info')
  const stated = at(info, 'waba_ban_state')
  const states: unknown[] = Array.isArray(stated) ? stated : [stated]
  const date = textAt(info, 'waba_ban_date')
  if (states.includes('DISABLE')) return restrict(`Meta disabled the account${date === null ? '' : ` on ${date}`}`)
  if (states.includes('SCHEDULE_FOR_DISABLE')) {
    return notice(`Meta will disable the account${date === null ? '' : ` on ${date}`}`)
  }
  return states.includes('REINSTATE')
    ? { does: 'reconnect', only: 'restriction' }
    : notice('Meta reports a ban of the account')
}

function accountAlert(value: JsonObject): ChannelEffect {
  const info = objectAt(value, 'alert_info')
  const severity = textAt(info, 'alert_severity')
  return severity === 'CRITICAL' || severity === 'WARNING'
    ? notice(textAt(info, 'alert_type') ?? 'Meta sent an alert about the account')
    : NOTHING
}
