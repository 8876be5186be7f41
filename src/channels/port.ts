import type { ChannelEvent } from '../domain/channel-event.ts'
import type { ConversationEvent, IdentityValue } from '../domain/conversation-event.ts'
import type { ReportedState } from '../domain/delivery-state.ts'
import type { DeliveryId, ProviderMessageId } from '../domain/ids.ts'
import type { InteractiveMessage, InteractiveRules } from '../domain/interactive-message.ts'
import type { MediaKind } from '../domain/message.ts'
import type { ProviderFailure } from '../domain/provider-failure.ts'
import type { TemplateDefinition } from '../domain/template/definition.ts'
import type { FilledHeader, FilledTemplate, TemplateComponent } from '../domain/template/template.ts'

export type { FailureClass } from '../domain/provider-errors.ts'
export type { ProviderFailure } from '../domain/provider-failure.ts'

/**
 * The provider port: what Parley asks of a messenger's API. One folder per provider implements it.
 * Parsing is pure; sending and media are plain HTTP through `fetch`, so that every adapter is tested against a real server.
 */
export interface ChannelAdapter<Config = unknown> {
  readonly provider: string
  readonly capabilities: Capabilities

  /** Answers the provider's check of the webhook address; null where the request is no such check. */
  handshake(query: URLSearchParams, verifyToken: string): HandshakeAnswer | null
  /** Is the body really from the provider? Constant time, over the raw bytes, any of the secrets (rotation). */
  verify(body: Uint8Array, headers: Headers, secrets: readonly string[]): boolean
  /** Body → items, in the order of the body. Total: what it cannot read becomes a `dead_letter` item, never an error. */
  parse(body: Uint8Array, headers: Headers): InboundItem[]

  /** Sends one message once. Never throws for an answer of the provider; never retries. */
  send(config: Config, message: OutgoingMessage, signal: AbortSignal): Promise<SendOutcome>
  /** Makes a file known to the provider, where it wants that before a send. */
  upload(config: Config, file: OutgoingFile, signal: AbortSignal): Promise<UploadOutcome>
  /** Opens a client's file for reading. The caller streams, limits and hashes it. */
  download(config: Config, mediaId: string, signal: AbortSignal): Promise<DownloadOutcome>
  /** Is this really a business account that we may use (M5)? Asked when a channel is made. */
  check(config: Config, signal: AbortSignal): Promise<CheckOutcome>
  /** Tells the provider where events go, where that is an API call. */
  subscribe(config: Config, webhookUrl: string, verifyToken: string, signal: AbortSignal): Promise<CallOutcome>
  /** Templates, where the provider has them (M15). */
  readonly templates?: TemplatesApi<Config>
}

/** The provider's own list of templates; it alone decides what is approved. */
export interface TemplatesApi<Config = unknown> {
  /** All of them, however many pages that takes. */
  list(config: Config, signal: AbortSignal): Promise<TemplateListOutcome>
  /** Asks for a new template; its review comes later. */
  create(config: Config, definition: TemplateDefinition, signal: AbortSignal): Promise<TemplateCreateOutcome>
  edit(config: Config, providerId: string, changes: TemplateChanges, signal: AbortSignal): Promise<CallOutcome>
  /** @param providerId the one language that goes; null: every language of that name */
  remove(config: Config, name: string, providerId: string | null, signal: AbortSignal): Promise<CallOutcome>
}

export interface ListedTemplate {
  providerId: string | null
  name: string
  language: string
  /** lower case, as in `Template` */
  category: string
  status: string
  quality: string | null
  parameterFormat: 'positional' | 'named'
  components: TemplateComponent[]
  /** why it was rejected, where the list says so */
  reason: string | null
}

export type TemplateChanges = Partial<Pick<TemplateDefinition, 'components' | 'category'>>
export type TemplateListOutcome = { ok: true; templates: ListedTemplate[] } | { ok: false; failure: ProviderFailure }
export type TemplateCreateOutcome =
  | { ok: true; providerId: string; status: string; category: string }
  | { ok: false; failure: ProviderFailure }

export interface Capabilities {
  /** Free text is bound to a reply window of so many hours; null: no window. */
  replyWindowHours: number | null
  templates: boolean
  quotes: boolean
  reactions: boolean
  /** Longest text, in the stricter of UTF-16 units and code points (reference §5.2). */
  maxTextLength: number
  maxCaptionLength: number
  /** Kinds that take a caption; other files are sent beside a text of their own. */
  captionKinds: readonly MediaKind[]
  /** What may be sent as a file, and how large (bytes). */
  media: readonly MediaRule[]
  /** Buttons, lists and links below a text, and their limits; null: the messenger has none. */
  interactive: InteractiveRules | null
  /** Our delivery id comes back with every status, so an unknown send can be settled. */
  echoesDeliveryId: boolean
  /** Messages per second for one account, unless the channel says otherwise. */
  messagesPerSecond: number
  /** One recipient: a burst, then one per so many seconds (reference §8, pair rate). */
  pair: { burst: number; secondsPerMessage: number }
}

export interface MediaRule {
  kind: MediaKind
  mimes: readonly string[]
  maxBytes: number
}

export type HandshakeAnswer = { ok: true; body: string } | { ok: false }

/** One item of a webhook body. `path` is its JSON pointer in the raw body, so that it can be found and replayed. */
export type InboundItem =
  | {
      to: 'conversation'
      /** The provider's id of the account that the item belongs to (`phone_number_id`). */
      account: string
      path: string
      /** Unique per channel: a redelivered or repeated item has the same key (P2). */
      dedupeKey: string
      /** The client; at least one. */
      identities: IdentityValue[]
      /** The provider's time of the event. */
      at: Date
      event: ConversationEvent
      /** Does it open or extend the reply window? Echoes, edits, reactions' removal and history never do. */
      opensWindow: boolean
    }
  | { to: 'delivery'; account: string; path: string; status: StatusReport }
  | { to: 'channel'; account: AccountRef; path: string; dedupeKey: string; at: Date | null; event: ChannelEvent }
  | { to: 'dead_letter'; account: AccountRef | null; path: string; reason: DeadLetterReason; detail: string }

/** Account-level events name the number, the business account, or only its display phone number. */
export interface AccountRef {
  phoneNumberId?: string
  wabaId?: string
  displayPhone?: string
}

export type DeadLetterReason = 'not_json' | 'unknown_object' | 'malformed_item' | 'unknown_channel' | 'step_failed'

export interface StatusReport {
  providerMessageId: ProviderMessageId
  /** Our delivery id if the provider gave it back and it has our form; else null. */
  deliveryId: DeliveryId | null
  state: ReportedState
  at: Date
  errors: ProviderError[]
  /** Names of the recipient that the status reveals (an alias of the number that was written to). */
  identities: IdentityValue[]
  /** Price and category as reported, for statistics. */
  pricing: Record<string, unknown> | null
}

/** An error as the provider words it; `code` is compared, the rest is shown. */
export interface ProviderError {
  code: string
  title: string
  details: string | null
}

export interface OutgoingMessage {
  deliveryId: DeliveryId
  /** Every known name of the client on this channel; the adapter picks the best address. */
  recipient: IdentityValue[]
  quoted: ProviderMessageId | null
  body: OutgoingBody
}

/** What leaves for a client. Not the type of an internal comment: the two cannot be confused (P6). */
export type OutgoingBody =
  | { kind: 'text'; text: string }
  | { kind: 'media'; media: MediaKind; mediaId: string; caption: string | null; fileName: string | null }
  | { kind: 'interactive'; message: InteractiveMessage }
  | { kind: 'template'; template: ReadyTemplate }

/** A filled template whose header's file the provider knows, or can fetch. */
export type ReadyTemplate = Omit<FilledTemplate, 'header'> & { header: ReadyHeader | null }
export type ReadyHeader =
  | Exclude<FilledHeader, { kind: 'media' }>
  | {
      kind: 'media'
      media: 'image' | 'video' | 'document'
      source: { mediaId: string } | { link: string }
      fileName: string | null
    }

export interface OutgoingFile {
  name: string
  mime: string
  size: number
  /** Opens the bytes; called once per upload. */
  open: () => Promise<ReadableStream<Uint8Array>>
}

/**
 * How one call ended (design.md, Sends):
 * `accepted` the provider has it · `rejected` it certainly has not · `unknown` nobody can say: never repeated blindly (P3).
 */
export type SendOutcome =
  | { outcome: 'accepted'; providerMessageId: ProviderMessageId; identities: IdentityValue[]; held: boolean }
  | { outcome: 'rejected'; failure: ProviderFailure }
  | { outcome: 'unknown'; detail: string }

export type UploadOutcome = { ok: true; mediaId: string } | { ok: false; failure: ProviderFailure }
export type DownloadOutcome =
  | { ok: true; body: ReadableStream<Uint8Array>; mime: string | null; size: number | null; sha256: string | null }
  | { ok: false; failure: ProviderFailure }
export type CallOutcome = { ok: true } | { ok: false; failure: ProviderFailure }

export type CheckOutcome =
  | {
      ok: true
      account: { displayPhone: string | null; name: string | null; quality: string | null; coexistence: boolean }
    }
  /** The provider knows no such business account, or the token is refused: a person must be told which. */
  | { ok: false; reason: 'not_a_business_account' | 'token_rejected'; failure: ProviderFailure }
  /** The provider could not be asked: the channel is made, and says that it has not been checked. */
  | { ok: null; failure: ProviderFailure }
