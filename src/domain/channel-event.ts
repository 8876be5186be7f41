import type { HistoryProgress, ImportedMessage, PhoneBookEntry } from './imported-message.ts'
import type { SendRestriction } from './send-restriction.ts'
import type { TemplateChange, TemplateRef } from './template/template-change.ts'

/**
 * What a provider says of an account, a number or a template, and of no conversation (reference §4).
 * Kept as it came; `kind` is the provider's field name, so that nothing is lost.
 */
export interface ChannelEvent {
  /** e.g. `message_template_status_update`, `account_update`, `history`. */
  kind: string
  /** The `value` object as parsed. */
  value: Record<string, unknown>
  /** What it means for the channel now, where it means something. */
  effect: ChannelEffect
  /** What scenarios hear of it (`channel.account_changed`), where it tells of the account itself. */
  news?: AccountNews
  /** What the phone app handed over from before the number was connected. */
  imported?: readonly ImportedMessage[]
  /** What the phone app said of its phone book. */
  phoneBook?: readonly PhoneBookEntry[]
}

/** What of an account the provider has changed, decided or warned of. */
export interface AccountNews {
  what:
    | 'throughput'
    | 'limit'
    | 'name'
    | 'review'
    | 'verification'
    | 'restriction'
    | 'ban'
    | 'violation'
    | 'alert'
    | 'security'
  /** the provider's word in lower case, such as `tier_10k`, `rejected`; of a name that was accepted, the name */
  value: string
  /** why, or which: as the provider put it */
  detail: string | null
}

export type ChannelEffect =
  | { does: 'nothing' }
  /** The provider or the owner ended the connection (M6): noticed and shown; nothing is lost. */
  | { does: 'disconnect'; reason: string }
  /** `only`: what ended is a restriction; a connection that is gone stays so */
  | { does: 'reconnect'; only?: 'restriction' }
  /** `sends`: these alone, for a while; absent: nothing can be sent until the provider says otherwise */
  | { does: 'restrict'; reason: string; sends?: SendRestriction[] }
  /** Sending is of no use until a person has mended something. */
  | { does: 'needs_attention'; reason: string }
  /** A warning for people to read; the channel goes on working. */
  | { does: 'notice'; reason: string; quality?: string }
  /** The provider judges the number's quality anew; its word in lower case. */
  | { does: 'quality'; quality: string }
  /** The phone app hands over its history, or declined to */
  | { does: 'history'; declined: boolean; progress: HistoryProgress[] }
  /** A template changed; the channel itself goes on as it was. */
  | { does: 'template'; template: TemplateRef; change: TemplateChange }
