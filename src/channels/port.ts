import type { z } from 'zod'
import type { ChannelEvent } from '../domain/channel-event.ts'
import type { ClientProfile, ConversationEvent, IdentityValue } from '../domain/conversation-event.ts'
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
  readonly messenger: Messenger
  readonly capabilities: Capabilities
  /** What has to be known of an account, where each part of it belongs, and how its events are known to be genuine. */
  readonly account: AccountForm
  /** For people: what kind of account this connects, and what has to be known of it. */
  readonly connection: Connection

  /** Answers the provider's check of the webhook address; null where the request is no such check. */
  handshake(query: URLSearchParams, config: Config): HandshakeAnswer | null
  /** Is it really from the provider? Constant time, over the raw bytes, any of the keys (rotation). An empty key proves nothing. */
  verify(request: WebhookRequest, signingKeys: readonly string[]): boolean
  /** Body → items, in the order of the body. Total: what it cannot read becomes a `dead_letter` item, never an error. */
  parse(body: Uint8Array, contentType: string | null): InboundItem[]
  /** What a stored event is answered with; absent: `{}` as JSON. */
  readonly acknowledgement?: { contentType: string; body: string }
  /** For providers that sign nothing: what stands behind `?` in the webhook address, and proves who calls. */
  addressKey?(config: Config): string

  /** Sends one message once. Never throws for an answer of the provider; never retries. */
  send(config: Config, message: OutgoingMessage, signal: AbortSignal): Promise<SendOutcome>
  /** Makes a file known to the provider, where it wants that before a send. */
  upload(config: Config, file: OutgoingFile, signal: AbortSignal): Promise<UploadOutcome>
  /** Opens a client's file for reading. The caller streams, limits and hashes it. */
  download(config: Config, mediaId: string, signal: AbortSignal): Promise<DownloadOutcome>
  /** Is this really a business account that we may use (M5)? Asked when a channel is made. */
  check(config: Config, signal: AbortSignal): Promise<CheckOutcome>
  /**
   * Looks at everything that a connection needs, one by one, and changes nothing. Absent: `check` is all there is.
   * @param webhookUrl where events are to go; null: the channel is yet to be made
   */
  diagnose?(config: Config, webhookUrl: string | null, signal: AbortSignal): Promise<Diagnosis>
  /** Tells the provider where events go, where that is an API call. */
  subscribe(config: Config, webhookUrl: string, signal: AbortSignal): Promise<CallOutcome>
  /**
   * Ends the connection at the provider, as far as an API can (M6). May be repeated; never throws. Absent: a person does it
   * at the provider.
   */
  disconnect?(config: Config, of: Ending, signal: AbortSignal): Promise<Ended>
  /** Takes a number into use that was given up (`Ended.deregistered`). @param pin six digits, its two-step verification */
  register?(config: Config, pin: string, signal: AbortSignal): Promise<CallOutcome>
  /** Asks the phone app that uses the same number for what it knows: each can be asked once, soon after connecting (M4). */
  askPhoneApp?(config: Config, what: 'contacts' | 'history', signal: AbortSignal): Promise<AppSyncOutcome>
  /** Who a client is, where messages do not say so (Instagram). */
  profile?(config: Config, names: readonly IdentityValue[], signal: AbortSignal): Promise<ProfileOutcome>
  /** Where people see a post that was commented on. */
  post?(config: Config, postId: string, signal: AbortSignal): Promise<PostOutcome>
  /** Another access token for one that ends; null: this one does not. */
  refreshToken?(config: Config, signal: AbortSignal): Promise<TokenOutcome | null>
  /** Templates, where the provider has them (M15). */
  readonly templates?: TemplatesApi<Config>
}

/** What clients write with: what scenarios see as `channel.kind`. */
export type Messenger = 'whatsapp' | 'instagram' | 'other'

/** Which parts an account has. Those that are secret (`Connection.fields`) are kept encrypted, the others in the open. */
export interface AccountForm {
  /** The provider's own keys of `POST /api/channels`, each checked; beside them stand those that every channel has. */
  readonly keys: z.ZodObject
  /** Which of them events are routed by. It stays for the channel's life. */
  readonly id: string
  /** Which of them names the business account above it; null: there is none. */
  readonly business: string | null
  /** Which of them events are signed with, or shown by who calls. Two are accepted while it is changed. */
  readonly signedWith: string
}

/** A call to the webhook address, with the address as the provider knows it. */
export interface WebhookRequest {
  url: URL
  headers: Headers
  body: Uint8Array
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
  /** Gives a sample of a header's picture, video or document, for the review. Absent: the provider takes none this way. */
  uploadSample?(config: Config, file: OutgoingFile, signal: AbortSignal): Promise<SampleOutcome>
}

/** `handle`: what a new template names the sample by. */
export type SampleOutcome = { ok: true; handle: string } | { ok: false; failure: ProviderFailure }

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
  /** So long an employee may answer in their own words, where the provider has granted that (option `humanAgent`). */
  personWindowHours?: number
  templates: boolean
  quotes: boolean
  reactions: boolean
  /** Longest text, in the stricter of UTF-16 units and code points (reference §5.2). */
  maxTextLength: number
  /** Of one message, in UTF-8; a longer text becomes several. Absent: a text is one message. */
  maxTextBytes?: number
  maxCaptionLength: number
  /** Kinds that take a caption; other files are sent beside a text of their own. */
  captionKinds: readonly MediaKind[]
  /** What may be sent as a file, and how large (bytes). */
  media: readonly MediaRule[]
  /** The provider fetches what it sends: a file's `mediaId` is then a link to it, and nothing is uploaded. */
  filesByLink?: boolean
  /** Buttons, lists and links below a text, and their limits; null: the messenger has none. */
  interactive: InteractiveRules | null
  /** Our delivery id comes back with every status, so an unknown send can be settled. */
  echoesDeliveryId: boolean
  /** The delivery id is a key of idempotence: a call that is repeated with it reaches the client once. */
  repeatsSafely?: boolean
  /** Messages do not say who wrote them: `profile` is asked. */
  namesOnRequest?: boolean
  /** What we send comes back as an echo, with the id that the answer to the call has. */
  echoesSends?: boolean
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

/**
 * In the place of an account, where a body names none: the channel whose address was called; or, for statuses, every
 * channel of the same secret, of which one knows the message. No provider's id looks like these.
 */
export const OWN_ACCOUNT = '*own*'
export const ANY_ACCOUNT = '*any*'

/** One item of a webhook body. `path` is its JSON pointer in the raw body, so that it can be found and replayed. */
export type InboundItem =
  | {
      to: 'conversation'
      /** The provider's id of the account that the item belongs to (`AccountForm.id`), or `OWN_ACCOUNT`. */
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

/** Account-level events name the account, the business account above it, or only its display phone number. */
export interface AccountRef {
  accountId?: string
  businessId?: string
  displayPhone?: string
}

export type DeadLetterReason = 'not_json' | 'unknown_object' | 'malformed_item' | 'unknown_channel' | 'step_failed'

export interface StatusReport {
  providerMessageId: ProviderMessageId
  /** Our delivery id if the provider gave it back and it has our form; else null. */
  deliveryId: DeliveryId | null
  state: ReportedState
  /** It is so of everything before it in its conversation, too: the provider reports only how far a client has read. */
  upTo?: boolean
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
  /** An employee's own words after the reply window: said to a provider that allows it. */
  personsReply?: boolean
  /** Where the channel's events go, for a provider that is told with every message where to report on it. */
  reportTo?: string
  body: OutgoingBody
}

/** What leaves for a client. Not the type of an internal comment: the two cannot be confused (P6). */
export type OutgoingBody =
  | { kind: 'text'; text: string; privateReplyTo?: string }
  | {
      kind: 'media'
      media: MediaKind
      mediaId: string
      caption: string | null
      fileName: string | null
      /** for who is told of a file beside its link */
      file?: { name: string; mime: string; size: number }
    }
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
      key?: string
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
export type ProfileOutcome = { ok: true; profile: ClientProfile } | { ok: false; failure: ProviderFailure }
export type PostOutcome = { ok: true; link: string | null } | { ok: false; failure: ProviderFailure }
export type TokenOutcome = { ok: true; accessToken: string; livesMs: number } | { ok: false; failure: ProviderFailure }
export type CallOutcome = { ok: true } | { ok: false; failure: ProviderFailure }

export interface Ending {
  /** the phone app uses the number, too: it stays registered */
  coexistence: boolean
  /** another channel here uses the same business account, and its events */
  businessShared: boolean
}

export interface Ended {
  /** what a person still has to do at the provider: a stable word, and for people */
  left: { what: string; message: string }[]
  /** the number has to be registered again before it can send */
  deregistered: boolean
}

/** `perhaps`: nobody knows whether it was heard, so it must not be asked again. */
export type AppSyncOutcome = { asked: 'yes' } | { asked: 'no' | 'perhaps'; failure: ProviderFailure }

/** In every language of the app. */
export interface Words {
  en: string
  ru: string
}

/** The ways that a person chooses from when they connect an account (M2–M4). */
export const CONNECTION_WAYS = ['new_number', 'coexistence', 'instagram', 'third_party'] as const
export type ConnectionWay = (typeof CONNECTION_WAYS)[number]

export interface Connection {
  name: string
  ways: readonly ConnectionWay[]
  /** The provider's own keys of `POST /api/channels`, in the order in which they are asked for. */
  fields: readonly ConnectionField[]
}

export interface ConnectionField {
  key: string
  label: Words
  /** where to find it */
  help: Words
  /** written once, never shown */
  secret: boolean
  required: boolean
  /** a regular expression (flag `u`) that the whole value has to match */
  pattern: string
  /** what the value has to be, for who typed something else */
  form: Words
  /** the only values there are */
  choices?: readonly { value: string; label: Words }[]
  /** hardly ever changed: not asked for unless somebody wants it */
  rare?: boolean
  /** a word that both sides choose: it can be made up here */
  made?: boolean
}

/** `warning`: it works, and a person should know; `unknown`: it could not be asked. */
export type DiagnosisState = 'good' | 'warning' | 'bad' | 'unknown'

export interface DiagnosisStep {
  /** stable, such as `token` */
  step: string
  state: DiagnosisState
  /** what was looked at */
  name: Words
  /** what was found, and what to do where it is not good */
  words: Words
  /** as the provider put it */
  detail: string | null
}

export interface Diagnosis {
  steps: DiagnosisStep[]
  /** null: the provider did not tell */
  account: DiagnosedAccount | null
}

export interface DiagnosedAccount {
  displayPhone: string | null
  name: string | null
  /** the provider's words, in lower case */
  quality: string | null
  messagingLimit: string | null
  throughput: string | null
  /** null: it does not end, or nobody knows */
  tokenExpiresAt: Date | null
  coexistence: boolean
}

export type CheckOutcome =
  | {
      ok: true
      account: { displayPhone: string | null; name: string | null; quality: string | null; coexistence: boolean }
    }
  /** The provider knows no such business account, or the token is refused: a person must be told which. */
  | { ok: false; reason: 'not_a_business_account' | 'token_rejected'; failure: ProviderFailure }
  /** The provider could not be asked: the channel is made, and says that it has not been checked. */
  | { ok: null; failure: ProviderFailure }
