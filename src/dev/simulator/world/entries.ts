import type { SimulatedAccount } from '../accounts.ts'
import type { Fault } from '../faults.ts'
import type { Settings } from '../settings.ts'

export type MessageState = 'accepted' | 'sent' | 'delivered' | 'read' | 'played' | 'failed'

/** A message on the simulated WhatsApp, whichever way it went. */
export interface Message {
  /** wamid */
  id: string
  phoneNumberId: string
  /** Key of the client: canonical wa_id, or a business-scoped user id that nobody has. */
  client: string
  direction: 'from_client' | 'to_client'
  author: 'client' | 'api' | 'phone_app'
  /** Wire type (text, image, template, interactive …); a voice note is `voice`. */
  kind: string
  /** What a person reads: the text, the caption, a template filled in. */
  text: string | null
  /** The wire object of the type (`interactive`, `location`, …); for edits and revocations the target stays in the target. */
  body: Record<string, unknown>
  mediaId: string | null
  fileName: string | null
  quoted: string | null
  template: RenderedTemplate | null
  buttons: PressableButton[]
  state: MessageState
  /** Milliseconds. */
  at: number
  callbackData: string | null
  /** `to` or `recipient` as sent. */
  input: string | null
  error: { code: number; title: string; details: string } | null
  reactions: { by: 'client' | 'business'; emoji: string }[]
  editedAt: number | null
  deletedAt: number | null
}

export interface RenderedTemplate {
  id: string
  name: string
  language: string
  category: string
  header: string | null
  footer: string | null
}

/** A button under a message, as the client sees it. */
export interface PressableButton {
  kind: 'quick_reply' | 'reply' | 'row' | 'url' | 'phone' | 'code' | 'other'
  text: string
  /** Payload of a quick reply, id of a reply or row, target of a link. */
  value: string | null
  description: string | null
}

export interface Client {
  /** Canonical wa_id. */
  key: string
  name: string
  userId: string | null
  username: string | null
  /** The number is hidden from the business (usernames, reference §2.4). */
  withoutPhone: boolean
  blocked: boolean
  optedOut: boolean
  onWhatsApp: boolean
}

export interface StoredMedia {
  id: string
  phoneNumberId: string
  mime: string
  name: string | null
  size: number
  /** Lower-case hex. */
  sha256: string
  at: number
  /** Ids from uploads live 30 days, from webhooks 7 (reference §6). */
  from: 'upload' | 'webhook'
  deleted: boolean
}

export interface StoredTemplate {
  id: string
  wabaId: string
  name: string
  language: string
  category: string
  parameterFormat: 'POSITIONAL' | 'NAMED'
  components: Record<string, unknown>[]
  status: string
  rejectedReason: string
  /** When the review ends; null when it is over. */
  reviewAt: number | null
  deleted: boolean
}

export interface NumberRecord {
  id: string
  registered: boolean
  pin: string | null
  /** The token that was used first; it ties an unknown number to its business account. */
  token: string | null
  override: Callback | null
  /** The phone app uses it, too, by a sign-up that said so. */
  onPhoneApp?: boolean
  /** Headers that its reseller was asked to send with every event; absent: none. */
  eventHeaders?: Record<string, string>
  /** What the phone app has handed over; absent: nothing. */
  synced?: string[]
}

export interface WabaRecord {
  id: string
  /** null: never asked; a known account counts as subscribed until it unsubscribes. */
  subscribed: boolean | null
  token: string | null
  override: Callback | null
}

export interface Callback {
  url: string
  verifyToken: string
}

/** One provider call as it arrived: the oracle of fault tests. */
export interface CallRecord {
  id: string
  /** ISO 8601 */
  at: string
  method: string
  path: string
  operation: string
  phoneNumberId: string | null
  to: string | null
  callbackData: string | null
  /** `pending` that never ends is a call cut off by a kill. */
  outcome: 'pending' | 'accepted' | 'refused' | 'reset' | 'timeout'
  /** HTTP status that was answered; null when nothing was. */
  status: number | null
  code: number | null
  wamid: string | null
  faults: string[]
}

/** One update of a webhook body: becomes one `changes[]` element, or part of one. */
export interface Update {
  wabaId: string
  phoneNumberId: string | null
  field: string
  value: Record<string, unknown>
  /** Integer seconds for account-level fields; null: no `time` key (reference §2.1). */
  time: number | null
  about: { from: string | null; to: string | null; messageIds: string[] }
}

/** One POST that is owed to an account's webhook. */
export interface Webhook {
  id: string
  updates: Update[]
  createdAt: number
  attempts: number
  nextAt: number
  lastStatus: number | null
  /** The fault that keeps it back, until the fault is removed. */
  heldBy: string | null
  /** Extra deliveries after the first success. */
  copies: number
  outcome: 'delivered' | 'dropped' | null
}

/** Everything that happens, in order; replayed at start. */
export type Entry =
  | { t: 'key'; key: string }
  | { t: 'account'; account: SimulatedAccount }
  | { t: 'settings'; settings: Settings }
  | { t: 'number'; id: string; patch: Partial<Omit<NumberRecord, 'id'>> }
  | { t: 'waba'; id: string; patch: Partial<Omit<WabaRecord, 'id'>> }
  | { t: 'client'; key: string; patch: Partial<Omit<Client, 'key'>> }
  | { t: 'message'; message: Message }
  | { t: 'message_changed'; id: string; patch: Partial<Message> }
  | { t: 'media'; media: StoredMedia }
  | { t: 'media_deleted'; id: string }
  | { t: 'template'; template: StoredTemplate }
  | { t: 'fault'; fault: Fault }
  | { t: 'fault_drawn'; id: string; drawn: number; used: number }
  | { t: 'fault_removed'; id: string }
  | { t: 'call'; call: CallRecord }
  | { t: 'call_ended'; id: string; patch: Partial<CallRecord> }
  | { t: 'webhook'; webhook: Webhook }
  | { t: 'webhook_changed'; id: string; patch: Partial<Webhook> }
