import { createHash } from 'node:crypto'
import type { AccountRef, InboundItem } from '../port.ts'
import { at, idAt, objectAt, textAt, timeAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { effectOf } from './account-effects.ts'
import { newsOf } from './account-news.ts'

/** One element of `entry[].changes[]`, with what its entry says. */
export interface Change {
  field: string
  value: JsonObject
  entryId: string | null
  /** `entry[].time` as it came; absent for messages. */
  entryTime: unknown
  /** JSON pointer of the change. */
  path: string
}

/**
 * A change that concerns no conversation: templates, quality, the account, imported history, contact sync, and every
 * field that Meta adds later. One item per change; `history` stays here even where it carries `messages[]`, so that
 * imported messages never look like new ones (reference §4.4).
 */
export function readAccountEvent(change: Change): InboundItem {
  const kind = kindOf(change)
  return channelItem(change, kind, change.value, change.path)
}

/** `value.errors[]` of a `messages` change: a problem of the account or the app (reference §2.3). */
export function readValueErrors(change: Change): InboundItem {
  return channelItem(change, 'errors', { errors: at(change.value, 'errors') }, `${change.path}/value/errors`)
}

function channelItem(change: Change, kind: string, value: JsonObject, path: string): InboundItem {
  const news = newsOf(kind, value)
  return {
    to: 'channel',
    account: accountOf(change),
    path,
    dedupeKey: keyOf({ ...change, field: kind, value }),
    at: timeAt({ time: change.entryTime }, 'time'),
    event: { kind, value, effect: effectOf(kind, value), ...(news && { news }) },
  }
}

/** Meta's pages once print a quality payload under the status field: its keys decide (reference §4.1). */
function kindOf({ field, value }: Change): string {
  const isQuality = textAt(value, 'new_quality_score') !== null && textAt(value, 'event') === null
  return field === 'message_template_status_update' && isQuality ? 'message_template_quality_update' : field
}

/** Events whose `entry[].id` is the partner's portfolio, not the client's business account (reference §4.3). */
const FROM_PARTNER = /^(PARTNER_|AD_ACCOUNT_LINKED$|MM_LITE_TERMS_SIGNED$)/

/** Whose change it is. A partner's event names the account in `waba_info`, an older form only its phone number. */
export function accountOf({ field, value, entryId }: Change): AccountRef {
  const metadata = objectAt(value, 'metadata')
  const phoneNumberId = idAt(metadata, 'phone_number_id')
  const displayPhone =
    idAt(metadata, 'display_phone_number') ?? idAt(value, 'display_phone_number') ?? idAt(value, 'phone_number')
  const named = idAt(objectAt(value, 'waba_info'), 'waba_id')
  const byPartner = field === 'account_update' && FROM_PARTNER.test(textAt(value, 'event') ?? '')
  const wabaId = named ?? (byPartner && displayPhone !== null ? null : entryId)
  return {
    ...(phoneNumberId === null ? {} : { accountId: phoneNumberId }),
    ...(wabaId === null ? {} : { businessId: wabaId }),
    ...(displayPhone === null ? {} : { displayPhone }),
  }
}

/** Account events have no id: a hash of field, entry, time and value (reference §1.4), whatever the order of keys. */
function keyOf({ field, entryId, entryTime, value }: Change): string {
  const hash = createHash('sha256')
    .update(canonical([field, entryId, entryTime ?? null, value]))
    .digest('hex')
  return `account:${hash}`
}

/** JSON with sorted keys. Depth is bounded by the body's reader (wire-json.ts). */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
