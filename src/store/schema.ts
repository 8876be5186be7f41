import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely'
import type { Holiday, Hours } from '../domain/calendar/calendar.ts'
import type { Exclusion, ExclusionReason } from '../domain/campaign/exclusion.ts'
import type { ChannelEffect } from '../domain/channel-event.ts'
import type { Circuit } from '../domain/circuit.ts'
import type { ConversationEvent, ConversationEventKind, IdentityKind } from '../domain/conversation-event.ts'
import type { DeliveryBody } from '../domain/delivery.ts'
import type { DeliveryState, ReportedState } from '../domain/delivery-state.ts'
import type { HouseNews } from '../domain/house-news.ts'
import type {
  AttachmentId,
  CalendarId,
  CampaignId,
  ChannelId,
  ClusterId,
  CommentId,
  ContactId,
  ConversationId,
  DeadLetterId,
  DeliveryId,
  EndpointId,
  GroupId,
  HouseEventId,
  IdentityId,
  IncomingWebhookEventId,
  IncomingWebhookId,
  MergeId,
  OutgoingMessageId,
  OutsideCallId,
  ProviderMessageId,
  QuickReplyId,
  RunId,
  ScenarioId,
  TaskId,
  TaskTemplateId,
  TaskViewId,
  TemplateId,
  UserId,
  WebhookDeliveryId,
  WebhookId,
} from '../domain/ids.ts'
import type { MessageKind } from '../domain/message.ts'
import type { CallRequest } from '../domain/outside/call-request.ts'
import type { EventName } from '../domain/scenario/document/events.ts'
import type { ScenarioDocument } from '../domain/scenario/document/scenario-document.ts'
import type { Frame } from '../domain/scenario/dry-run/tape.ts'
import type { Happening } from '../domain/scenario/engine/happening.ts'
import type { NotStarted, StartStimulus } from '../domain/scenario/engine/host.ts'
import type { Json as ExpressionJson } from '../domain/scenario/expressions/scope.ts'
import type { LogEntry } from '../domain/scenario/interpreter/log-entry.ts'
import type { Run, RunState } from '../domain/scenario/interpreter/run.ts'
import type { TimedEvent, TimedKeys } from '../domain/scenario/timed/timed-trigger.ts'
import type { SendRestriction } from '../domain/send-restriction.ts'
import type { StepOutcome } from '../domain/step.ts'
import type { TaskStatus } from '../domain/task.ts'
import type { TemplateChoice, TemplateComponent, TemplateParameters } from '../domain/template/template.ts'
import type { TemplateHeard } from '../domain/template/template-change.ts'
import type { WebhookOutcome } from '../domain/webhooks/outcome.ts'

/** The database as Kysely sees it; the truth is in migrations/. Times are timestamptz, read as Date. */
export interface Schema {
  users: UsersTable
  groups: GroupsTable
  sessions: SessionsTable
  sign_in_links: SignInLinksTable
  sign_in_attempts: SignInAttemptsTable
  api_tokens: ApiTokensTable
  idempotency_keys: IdempotencyKeysTable
  task_templates: TaskTemplatesTable
  channels: ChannelsTable
  channel_events: ChannelEventsTable
  imported_messages: ImportedMessagesTable
  imported_files: ImportedFilesTable
  phone_book: PhoneBookTable
  raw_bodies: RawBodiesTable
  dead_letters: DeadLettersTable
  contacts: ContactsTable
  conversations: ConversationsTable
  identities: IdentitiesTable
  contact_merges: ContactMergesTable
  conversation_events: ConversationEventsTable
  tasks: TasksTable
  task_reads: TaskReadsTable
  task_snoozes: TaskSnoozesTable
  task_views: TaskViewsTable
  presences: PresencesTable
  comments: CommentsTable
  comment_revisions: CommentRevisionsTable
  reactions: ReactionsTable
  attachments: AttachmentsTable
  deliveries: DeliveriesTable
  delivery_attempts: DeliveryAttemptsTable
  status_reports: StatusReportsTable
  send_pace: SendPaceTable
  templates: TemplatesTable
  quick_replies: QuickRepliesTable
  campaigns: CampaignsTable
  campaign_drafts: CampaignDraftsTable
  campaign_recipients: CampaignRecipientsTable
  bulk_clusters: BulkClustersTable
  outgoing_messages: OutgoingMessagesTable
  calendars: CalendarsTable
  scenarios: ScenariosTable
  scenario_versions: ScenarioVersionsTable
  scenario_triggers: ScenarioTriggersTable
  scenario_catalogue: ScenarioCatalogueTable
  runs: RunsTable
  run_entries: RunEntriesTable
  event_snapshots: EventSnapshotsTable
  scenario_shadows: ScenarioShadowsTable
  scenario_decisions: ScenarioDecisionsTable
  house: HouseTable
  house_events: HouseEventsTable
  house_news: HouseNewsTable
  house_decisions: HouseDecisionsTable
  schedules: SchedulesTable
  run_requests: RunRequestsTable
  account: AccountTable
  timed_triggers: TimedTriggersTable
  endpoints: EndpointsTable
  outside_calls: OutsideCallsTable
  webhooks: WebhooksTable
  webhook_deliveries: WebhookDeliveriesTable
  incoming_webhooks: IncomingWebhooksTable
  incoming_webhook_keys: IncomingWebhookKeysTable
  incoming_webhook_events: IncomingWebhookEventsTable
  live_events: LiveEventsTable
  worker_heartbeats: WorkerHeartbeatsTable
  audit_log: AuditLogTable
}

/** Set by the database when absent, never changed afterwards. */
type CreatedAt = ColumnType<Date, Date | undefined, never>
type Timestamp = ColumnType<Date, Date | undefined, Date>
type Json<T> = ColumnType<T, string, string>
type JsonDefault<T> = ColumnType<T, string | undefined, string>

export type Role = 'owner' | 'admin' | 'author' | 'operator'
export type ChannelState = 'connected' | 'paused' | 'disconnected' | 'restricted' | 'needs_attention'
export type AuthorKind = 'contact' | 'employee' | 'scenario' | 'system' | 'phone_app'

export interface UsersTable {
  id: UserId
  name: string
  email: string
  role: Role
  password_hash: string | null
  /** null: every channel */
  channel_ids: ChannelId[] | null
  active: Generated<boolean>
  created_at: CreatedAt
  /** what came before is read, where they have no mark of their own */
  read_from: Generated<number>
}

export interface GroupsTable {
  id: GroupId
  name: string
  member_ids: Generated<UserId[]>
  /** whose turn it is to be assigned */
  turn: Generated<number>
  created_at: CreatedAt
}

export interface SessionsTable {
  /** names it to its owner; the token's hash is nobody's to see */
  id: Generated<string>
  token_hash: Buffer
  user_id: UserId
  user_agent: string | null
  created_at: CreatedAt
  seen_at: Timestamp
  expires_at: Date
}

export interface SignInLinksTable {
  token_hash: Buffer
  user_id: UserId
  expires_at: Date
  used_at: Date | null
}

export interface SignInAttemptsTable {
  id: GeneratedAlways<number>
  subject: string
  at: CreatedAt
}

export interface ApiTokensTable {
  id: string
  name: string
  prefix: string
  token_hash: Buffer
  role: Role
  channel_ids: ChannelId[] | null
  created_by: UserId | null
  created_at: CreatedAt
  last_used_at: Date | null
  revoked_at: Date | null
  /** null: never */
  expires_at: Date | null
}

export interface IdempotencyKeysTable {
  principal: string
  key: string
  request_hash: Buffer
  /** null: the first request with this key is still under way */
  status: number | null
  body: JSONColumnType<object> | null
  created_at: CreatedAt
}

export interface TaskTemplatesTable {
  id: TaskTemplateId
  name: string
  title_pattern: string
  assignee_ids: Generated<UserId[]>
  extra_assignee_ids: Generated<UserId[]>
  statuses: Json<TaskStatus[]>
  fields: JsonDefault<Record<string, unknown>>
  created_at: CreatedAt
}

export interface BulkOptions {
  threshold?: number
  windowSeconds?: number
  /** absent: one calendar month */
  holdDays?: number
  by?: 'content' | 'kind'
}

export interface ChannelsTable {
  id: ChannelId
  provider: string
  /** what clients write with: whatsapp, instagram, … */
  messenger: Generated<string>
  name: string
  state: Generated<ChannelState>
  state_reason: string | null
  /** what events are routed by: `phone_number_id` */
  account_id: string
  business_id: string | null
  display_phone: string | null
  config: Json<Record<string, unknown>>
  /** encrypted JSON (src/store/secret-box.ts) */
  secrets: Buffer
  app_secret_hash: Buffer
  task_template_id: TaskTemplateId | null
  new_task_if_no_active: Generated<boolean>
  reopen_last_task: Generated<boolean>
  bulk: JsonDefault<BulkOptions>
  coexistence: Generated<boolean>
  messages_per_second: number | null
  created_by: UserId | null
  created_at: CreatedAt
  deleted_at: Date | null
  last_inbound_at: Date | null
  last_outbound_at: Date | null
  templates_synced_at: Date | null
  /** why the last synchronisation of templates failed */
  templates_problem: string | null
  /** when they are to be synchronised next */
  templates_due_at: Timestamp
  /** a word of the provider's, in lower case; null: it said nothing of the number's quality yet */
  quality: string | null
  quality_at: Date | null
  webhook_verified_at: Date | null
  webhook_signed_at: Date | null
  webhook_refused_at: Date | null
  webhook_refusal: WebhookRefusal | null
  account: JsonDefault<AccountFacts>
  /** null: nobody ended the connection here */
  closed: Json<ClosedChannel> | null
  /** of a restricted channel; empty: it can send nothing */
  restrictions: JsonDefault<SendRestriction[]>
  app_sync: JsonDefault<AppSync>
  app_seen_at: Date | null
  app_warned_at: Date | null
  /** null: it is sent as usual */
  send_circuit: Json<SendCircuit> | null
}

/** A provider that does not answer: what is to be sent waits, but for one call now and then. */
export interface SendCircuit {
  circuit: Circuit
  /** when it began; milliseconds since 1970 */
  since: number
  /** of the failure that opened it, or the last that kept it open */
  code: string
}

/** A connection that was ended here: its access token is gone. */
export interface ClosedChannel {
  /** ISO 8601 */
  at: string
  by: string
  /** what a person still has to do at the provider */
  left: { what: string; message: string }[]
  /** the number has to be registered again before it can send */
  deregistered: boolean
}

/** A number that the phone app uses, too: what was asked of the app, and how far it has come. ISO 8601. */
export interface AppSync {
  contactsAskedAt?: string
  historyAskedAt?: string
  /** why the provider did not take what was asked; it can be asked again then */
  problem?: string | null
  /** how often it was asked in vain for a reason that passes, and when it is asked again */
  tries?: number
  retryAt?: string | null
  /** 0: of the last day, 1: of three months, 2: of six; the furthest that has begun */
  phase?: number
  /** percent of each phase */
  progress?: Record<string, number>
  chunks?: number
  messages?: number
  declinedAt?: string
  lastAt?: string
}

export interface ImportedMessagesTable {
  channel_id: ChannelId
  provider_message_id: string
  client: string
  direction: 'in' | 'out'
  content: Json<Record<string, unknown>>
  text: string | null
  media: Json<Record<string, unknown>> | null
  status: string | null
  at: Date
  raw_body_id: number | null
  imported_at: CreatedAt
}

/** The file of an imported message: an attachment that belongs to no comment. */
export interface ImportedFilesTable {
  attachment_id: AttachmentId
  channel_id: ChannelId
  provider_message_id: string
  /** still to be fetched */
  open: Generated<boolean>
  /** how often its workflow was started */
  nudges: Generated<number>
  nudged_at: Date | null
}

/** A name in the phone book of who owns a channel's number. */
export interface PhoneBookTable {
  channel_id: ChannelId
  /** digits alone */
  phone: string
  name: string
}

/** Why a call to a channel's address was turned away. */
export type WebhookRefusal = 'verify_token' | 'signature'

/** What the provider said of a channel's account when it was last asked; what it did not say is absent. */
export interface AccountFacts {
  name?: string | null
  /** the provider's word, in lower case */
  quality?: string | null
  messagingLimit?: string | null
  throughput?: string | null
  /** null: it does not end */
  tokenExpiresAt?: string | null
  checkedAt?: string
  /** when the provider said of a fact by itself what is kept, by its own time */
  saidAt?: Partial<Record<'name' | 'messagingLimit' | 'throughput', string>>
  /** Of an access token that ends: which one, since when it is known here, and when it was last tried to renew it. */
  token?: { mark: string; since: string; triedAt: string | null }
}

export interface ChannelEventsTable {
  id: GeneratedAlways<number>
  channel_id: ChannelId
  dedupe_key: string
  kind: string
  payload: Json<Record<string, unknown>>
  effect: Json<ChannelEffect>
  raw_body_id: number | null
  provider_at: Date | null
  received_at: CreatedAt
}

export interface RawBodiesTable {
  id: GeneratedAlways<number>
  channel_id: ChannelId
  received_at: CreatedAt
  content_type: string | null
  body: Buffer
}

export interface DeadLettersTable {
  id: DeadLetterId
  channel_id: ChannelId | null
  raw_body_id: number | null
  path: string
  conversation_id: ConversationId | null
  seq: number | null
  reason: string
  detail: string
  created_at: CreatedAt
  resolved_at: Date | null
  resolution: string | null
}

export interface ContactsTable {
  id: ContactId
  name: string
  name_by: Generated<'provider' | 'employee'>
  phone: string | null
  fields: JsonDefault<Record<string, unknown>>
  tags: Generated<string[]>
  opted_out_at: Date | null
  /** when they agreed to marketing; null: not known */
  consent_at: Date | null
  /** when somebody last decided about either */
  marketing_changed_at: Date | null
  merged_into: ContactId | null
  created_at: CreatedAt
  updated_at: Timestamp
}

export interface ConversationsTable {
  id: ConversationId
  channel_id: ChannelId
  contact_id: ContactId | null
  task_id: TaskId | null
  last_seq: Generated<number>
  worked_seq: Generated<number>
  /** by when the workflow should have heard of the newest event */
  due_at: Timestamp
  /** nothing but a mailing's events wait to be worked off */
  quiet: Generated<boolean>
  nudged_at: Date | null
  nudges: Generated<number>
  last_in_at: Date | null
  last_out_at: Date | null
  last_author: AuthorKind | null
  /** when the newest message of either side was here; what the bulk rule holds is none */
  last_message_at: Date | null
  /** the run that sent it */
  last_message_run: RunId | null
  created_at: CreatedAt
}

export interface IdentitiesTable {
  id: IdentityId
  channel_id: ChannelId
  kind: IdentityKind
  value: string
  conversation_id: ConversationId
  retired_at: Date | null
  created_at: CreatedAt
  /** what the messenger shows for it: `@username` */
  label: string | null
  /** the provider was asked who it is */
  looked_up_at: Date | null
}

export interface MergedRows {
  conversations: ConversationId[]
  tasks: TaskId[]
}

export interface ContactMergesTable {
  id: MergeId
  into_id: ContactId
  from_id: ContactId
  moved: Json<MergedRows>
  merged_by: UserId | null
  merged_at: CreatedAt
  undone_at: Date | null
  /** what the receiving contact wanted before the merge; null: made before this was written down */
  choice_before: Json<StoredChoice> | null
}

/** A marketing choice as JSON: times are ISO 8601. */
export interface StoredChoice {
  optedOutAt: string | null
  consentAt: string | null
}

export interface ConversationEventsTable {
  conversation_id: ConversationId
  seq: number
  channel_id: ChannelId
  dedupe_key: string | null
  kind: ConversationEventKind
  payload: Json<ConversationEvent>
  opens_window: Generated<boolean>
  raw_body_id: number | null
  raw_path: string | null
  provider_at: Date
  received_at: CreatedAt
  worked_at: Date | null
  attempts: Generated<number>
  outcome: Json<StepOutcome> | null
}

export interface TasksTable {
  id: TaskId
  number: Generated<number>
  title: string
  requester_id: ContactId
  channel_id: ChannelId
  conversation_id: ConversationId
  template_id: TaskTemplateId | null
  statuses: Json<TaskStatus[]>
  status: string
  active: boolean
  assignee_ids: Generated<UserId[]>
  participant_ids: Generated<UserId[]>
  fields: JsonDefault<Record<string, unknown>>
  /** null: nobody said by when */
  due_at: Date | null
  opened_by: Generated<'contact' | 'message' | 'employee'>
  created_at: CreatedAt
  updated_at: Timestamp
  closed_at: Date | null
  /** the time of the oldest message that nobody answered; counts while the task is active */
  awaiting_since: Date | null
  /** from or to the client */
  last_message_at: Date | null
  /** the last message of the client in the feed */
  inbound_position: number | null
  /** the last one that came */
  inbound_arrived: number | null
  /** what stands before was settled by closing the task */
  settled_position: number | null
}

/** Up to where a person has read: what stands up to `position` and came up to `arrived`. */
export interface TaskReadsTable {
  task_id: TaskId
  user_id: UserId
  position: number
  arrived: number
}

export interface TaskSnoozesTable {
  task_id: TaskId
  user_id: UserId
  /** null: until the client writes */
  until: Date | null
  created_at: CreatedAt
}

export interface TaskViewsTable {
  id: TaskViewId
  name: string
  /** null: shared by a token */
  owner_id: UserId | null
  shared: Generated<boolean>
  /** the query keys of GET /api/tasks */
  filter: Json<Record<string, unknown>>
  position: number
  created_at: CreatedAt
  updated_at: Timestamp
}

/** Who looks at what just now; not logged. */
export interface PresencesTable {
  task_id: TaskId
  user_id: UserId
  state: 'viewing' | 'typing'
  at: Timestamp
}

export interface CommentsTable {
  id: CommentId
  /** null: held by the bulk rule, or not placed yet */
  task_id: TaskId | null
  conversation_id: ConversationId
  channel_id: ChannelId
  /** the order of the feed */
  position: Generated<number>
  author_kind: AuthorKind
  author_id: string | null
  author_name: string
  kind: MessageKind
  text: string | null
  data: JsonDefault<Record<string, unknown>>
  provider_message_id: ProviderMessageId | null
  quoted_provider_id: ProviderMessageId | null
  reply_to: CommentId | null
  notifies_contact: Generated<boolean>
  notified_user_ids: Generated<UserId[]>
  bulk: Generated<boolean>
  provider_at: Date | null
  at: Timestamp
  stored_at: CreatedAt
  edited_at: Date | null
  deleted_at: Date | null
  /** when it came, as a position, where it stands before what came earlier; null: as it stands */
  arrived: number | null
}

export interface CommentRevisionsTable {
  comment_id: CommentId
  replaced_at: CreatedAt
  text: string | null
  data: Json<Record<string, unknown>>
}

export interface ReactionsTable {
  comment_id: CommentId
  by: 'contact' | 'phone_app'
  emoji: string | null
  at: Date
}

export interface AttachmentsTable {
  id: AttachmentId
  comment_id: CommentId | null
  ordinal: Generated<number>
  channel_id: ChannelId | null
  name: string
  mime: string
  size: number | null
  sha256: string | null
  state: 'pending' | 'stored' | 'failed'
  error_code: string | null
  provider_media_id: string | null
  uploaded_media_id: string | null
  uploaded_at: Date | null
  declared_sha256: string | null
  /** a quick reply's own file; comments take copies of it */
  quick_reply_id: QuickReplyId | null
  /** the attachment whose bytes these are, in the file store; null: its own */
  content_id: AttachmentId | null
  created_by: UserId | null
  created_at: CreatedAt
}

export interface DeliveriesTable {
  id: DeliveryId
  comment_id: CommentId
  ordinal: Generated<number>
  conversation_id: ConversationId
  channel_id: ChannelId
  state: Generated<DeliveryState>
  rank: Generated<number>
  attempt: Generated<number>
  body: Json<DeliveryBody>
  quoted_provider_id: ProviderMessageId | null
  provider_message_id: ProviderMessageId | null
  parked: string | null
  slot_at: Date | null
  error_code: string | null
  error_detail: string | null
  queued_at: Timestamp
  accepted_at: Date | null
  sent_at: Date | null
  delivered_at: Date | null
  read_at: Date | null
  played_at: Date | null
  failed_at: Date | null
  campaign_id: CampaignId | null
  /** who sends it: its conversation's workflow, or its campaign's */
  lane: Generated<'conversation' | 'campaign'>
  /** the effect of a run that waits to hear how the message fared */
  run_id: RunId | null
  run_step: string | null
  run_effect: number | null
  /** an employee can take it back until then; null: it is not held (any more) */
  hold_until: Date | null
  /** its author would rather have it arrive twice than not at all */
  at_least_once: Generated<boolean>
  /** a call of unknown outcome was made again: the client may have got it twice */
  maybe_twice: Generated<boolean>
  /** a person has looked at its failure, and wants to do nothing more about it */
  attended_at: Date | null
}

export interface DeliveryAttemptsTable {
  delivery_id: DeliveryId
  attempt: number
  started_at: CreatedAt
  worker: string
  outcome: 'accepted' | 'rejected' | 'unknown' | null
  code: string | null
  detail: string | null
  provider_message_id: ProviderMessageId | null
  ended_at: Date | null
}

export interface StatusReportsTable {
  id: GeneratedAlways<number>
  channel_id: ChannelId
  provider_message_id: ProviderMessageId
  recipient: Generated<string>
  state: ReportedState
  delivery_id: DeliveryId | null
  at: Date
  errors: JsonDefault<{ code: string; title: string; details: string | null }[]>
  pricing: Json<Record<string, unknown>> | null
  raw_body_id: number | null
  /** everything before it in its conversation is so, too */
  up_to: Generated<boolean>
  applied: Generated<boolean>
  received_at: CreatedAt
}

export interface SendPaceTable {
  key: string
  next_at: Date
}

export interface TemplatesTable {
  id: TemplateId
  channel_id: ChannelId
  provider_id: string | null
  name: string
  language: string
  category: string
  status: string
  quality: string | null
  parameter_format: Generated<'positional' | 'named'>
  components: Json<TemplateComponent[]>
  reason: string | null
  /** the provider's time of the newest event, by what it changed */
  heard: JsonDefault<TemplateHeard>
  /** when the newest of them was applied */
  heard_at: Date | null
  synced_at: Timestamp
  deleted_at: Date | null
  created_at: CreatedAt
}

export interface QuickRepliesTable {
  id: QuickReplyId
  title: string
  shortcut: string | null
  folder: string | null
  text: Generated<string>
  attachment_ids: Generated<AttachmentId[]>
  /** null: shared with everybody */
  owner_id: UserId | null
  created_by: UserId | null
  created_at: CreatedAt
  updated_at: Timestamp
}

export type CampaignState = 'draft' | 'scheduled' | 'running' | 'paused' | 'stopped' | 'finished'

export interface CampaignsTable {
  id: CampaignId
  channel_id: ChannelId
  name: string
  state: CampaignState
  /** why it was paused by itself: a code */
  state_reason: string | null
  template: Json<TemplateChoice>
  require_consent: Generated<boolean>
  schedule_at: Date | null
  time_zone: string | null
  cluster_id: ClusterId | null
  created_by: UserId | null
  created_by_name: string
  created_at: CreatedAt
  started_at: Date | null
  ended_at: Date | null
  /** the last change that its workflow has to hear of */
  changed_at: Timestamp
  heard_at: Date | null
  nudged_at: Date | null
  nudges: Generated<number>
}

export interface CampaignDraftsTable {
  campaign_id: CampaignId
  /** the order as its author gave it */
  given: Json<unknown>
}

export interface CampaignRecipientsTable {
  campaign_id: CampaignId
  /** the place in the list, from 1 */
  ordinal: number
  /** digits with country code; as given where it is no number */
  phone: string
  name: string | null
  parameters: Json<TemplateParameters> | null
  state: 'queued' | 'taken' | 'excluded' | 'cancelled'
  exclusion: Exclusion | null
  /** why, by codes; null: not excluded, or by an older version, which put it into `detail` */
  reasons: Json<ExclusionReason[]> | null
  detail: string | null
  contact_id: ContactId | null
  comment_id: CommentId | null
  delivery_id: DeliveryId | null
  taken_at: Date | null
}

export interface BulkClustersTable {
  id: ClusterId
  channel_id: ChannelId
  fingerprint: string
  /** null: found by the rule */
  campaign_id: CampaignId | null
  created_at: CreatedAt
}

/**
 * `counted` not placed yet · `shown` an ordinary message · `folding` shown, and found to be bulk · `held` out of tasks ·
 * `replied` in a task because the client replied · `expired` nobody replied · `void` it was no message of its own.
 */
export type OutgoingState = 'counted' | 'shown' | 'folding' | 'held' | 'replied' | 'expired' | 'void'

/** What the bulk rule counts. */
export interface OutgoingMessagesTable {
  id: OutgoingMessageId
  channel_id: ChannelId
  conversation_id: ConversationId
  fingerprint: string
  at: Date
  comment_id: CommentId | null
  provider_message_id: ProviderMessageId | null
  cluster_id: ClusterId | null
  state: Generated<OutgoingState>
  hold_until: Date | null
  settled_at: Date | null
}

/** What a live update names; the browser asks the API for the rest. */
export type LiveEventName =
  | 'task'
  | 'comment'
  | 'delivery'
  | 'channel'
  | 'run'
  | 'campaign'
  | 'contact'
  | 'scenario'
  | 'presence'
  | 'read'
  | 'view'
  | 'dead_letter'

export interface CalendarsTable {
  id: CalendarId
  name: string
  time_zone: string
  week: Json<Hours[][]>
  holidays: JsonDefault<Holiday[]>
  created_at: CreatedAt
  updated_at: Timestamp
}

export interface ScenariosTable {
  id: ScenarioId
  /** the document's id */
  key: string
  kind: 'scenario' | 'button'
  name: string
  /** as its author wrote it */
  draft: string
  draft_format: 'yaml' | 'json'
  /** null where the draft cannot be read yet */
  draft_document: Json<ScenarioDocument> | null
  enabled: Generated<boolean>
  published_version: number | null
  created_by: UserId | null
  /** who saved the draft last */
  updated_by: ColumnType<UserId | null, UserId | null | undefined, UserId | null>
  created_at: CreatedAt
  updated_at: Timestamp
}

/** What a publish does with the runs that are open. */
export type InFlight = 'pin' | 'drain' | 'restart' | 'migrate'

export interface ScenarioVersionsTable {
  scenario_id: ScenarioId
  version: number
  document: Json<ScenarioDocument>
  sha256: string
  /** as its author wrote it; null: published before this was kept */
  text: ColumnType<string | null, string | null | undefined, never>
  in_flight: InFlight
  published_by: UserId | null
  published_at: CreatedAt
}

/** What events start, by kind: the published version of each enabled scenario. */
export interface ScenarioTriggersTable {
  scenario_id: ScenarioId
  version: number
  event: EventName | 'button'
  priority: number
}

export interface ScenarioCatalogueTable {
  one: Generated<boolean>
  version: number
}

export interface RunsTable {
  id: RunId
  scenario_id: ScenarioId
  version: number
  /** null: it has no client */
  conversation_id: ConversationId | null
  task_id: TaskId | null
  state: RunState
  reason_code: string | null
  run: Json<Run>
  /** names of the events that may wake it */
  awaits: EventName[]
  /** when it has to be given the time */
  deadline: Date | null
  priority: Generated<number>
  parent_id: RunId | null
  pressed_by: UserId | null
  /** what set it going, or will; null: it began before this was kept */
  start: Json<StartStimulus> | null
  /** It has not begun: another run of the scenario comes first. */
  is_queued: Generated<boolean>
  /** what its place is without a client; null: it has one, or had its place before this was kept */
  house_event_id: HouseEventId | null
  started_at: Timestamp
  ended_at: Date | null
}

export interface RunEntriesTable {
  run_id: RunId
  n: number
  at: Date
  entry: Json<LogEntry>
  /** the event of the conversation that was worked off; null: written before this was kept */
  seq: number | null
}

/** What scenarios saw of one event of a conversation, kept for dry runs over the record. */
export interface EventSnapshotsTable {
  conversation_id: ConversationId
  seq: number
  at: CreatedAt
  happened: Json<Happening[]> | null
  frames: Json<Frame[]> | null
}

/** A draft that is watched beside what is live: what it would have done since then. */
export interface ScenarioShadowsTable {
  scenario_id: ScenarioId
  document: Json<ScenarioDocument>
  sha256: string
  since: Timestamp
  created_by: UserId | null
}

export interface ScenarioDecisionsTable {
  conversation_id: ConversationId
  seq: number
  n: number
  event: EventName
  comment_id: CommentId | null
  started: Json<{ scenarioId: ScenarioId; version: number; runId: RunId }[]>
  not_started: Json<NotStarted[]>
  at: Date
}

/** Runs that were asked for in other conversations and are not entered in their records yet. */
export interface RunRequestsTable {
  id: GeneratedAlways<number>
  conversation_id: ConversationId
  run_id: RunId
  effect: number
  place: number
  payload: Json<Extract<ConversationEvent, { kind: 'run.requested' }>>
  created_at: CreatedAt
}

/** The one row of what is set for the whole installation. */
export interface AccountTable {
  one: Generated<boolean>
  name: Generated<string>
  time_zone: Generated<string>
  locale: Generated<string>
  updated_at: Timestamp
}

export interface HouseTable {
  one: Generated<boolean>
}

/** What happens in no conversation, and has a workflow of its own while runs that it started are open. */
export interface HouseEventsTable {
  id: HouseEventId
  name: EventName
  data: Json<{ [name: string]: ExpressionJson }>
  /** starts this one alone; null: everybody who listens */
  scenario_id: ScenarioId | null
  channel_id: ChannelId | null
  dedupe_key: string | null
  at: Date
  received_at: CreatedAt
  worked_at: Date | null
  /** no run of it is open */
  ended_at: Date | null
  attempts: Generated<number>
  problem: string | null
  /** counts what its workflow has to hear of, and how much of it a step has seen */
  changed: Generated<number>
  heard: Generated<number>
  due_at: Date | null
  nudged_at: Date | null
  nudges: Generated<number>
}

export interface HouseNewsTable {
  id: GeneratedAlways<number>
  event_id: HouseEventId
  payload: Json<HouseNews>
  at: CreatedAt
  worked_at: Date | null
  attempts: Generated<number>
  problem: string | null
}

export interface HouseDecisionsTable {
  event_id: HouseEventId
  event: EventName
  started: Json<{ scenarioId: ScenarioId; version: number; runId: RunId }[]>
  not_started: Json<NotStarted[]>
  at: Date
}

export interface SchedulesTable {
  scenario_id: ScenarioId
  cron: string
  time_zone: string
  /** every moment up to here was told, or is past telling */
  last_at: Date
  /** null: it never comes again */
  next_at: Date | null
}

export interface WebhooksTable {
  id: WebhookId
  name: string
  url: string
  events: string[]
  state: Generated<'active' | 'disabled'>
  allow_private_address: Generated<boolean>
  secret: Buffer
  previous_secret: Buffer | null
  previous_until: Date | null
  last_error: string | null
  last_error_at: Date | null
  failing_since: Date | null
  busy_until: Date | null
  nudged_at: Date | null
  nudges: Generated<number>
  created_by: UserId | null
  created_at: CreatedAt
  updated_at: Timestamp
}

export interface WebhookDeliveriesTable {
  id: WebhookDeliveryId
  webhook_id: WebhookId
  event: string
  body: string
  state: Generated<'queued' | 'delivered' | 'failed'>
  attempts: Generated<number>
  next_at: Timestamp
  last_status: number | null
  last_error: string | null
  log: JsonDefault<WebhookAttempt[]>
  conversation_id: ConversationId | null
  run_id: RunId | null
  run_effect: number | null
  created_at: CreatedAt
  ended_at: Date | null
}

export interface WebhookAttempt {
  at: string
  status: number | null
  /** null: it succeeded */
  error: string | null
  milliseconds: number
}

export type WebhookVerification = 'standard' | 'token' | 'hmac-sha256'

export interface IncomingWebhooksTable {
  id: IncomingWebhookId
  name: string
  verify: WebhookVerification
  header: string | null
  secret: Buffer
  previous_secret: Buffer | null
  previous_until: Date | null
  created_by: UserId | null
  created_at: CreatedAt
  last_received_at: Date | null
}

export interface IncomingWebhookKeysTable {
  webhook_id: IncomingWebhookId
  key: string
  until: Date
}

export interface IncomingWebhookEventsTable {
  id: IncomingWebhookEventId
  webhook_id: IncomingWebhookId
  webhook_name: string
  body: Json<ExpressionJson>
  raw: Buffer
  content_type: string | null
  state: 'done' | 'ignored' | 'undeliverable'
  outcomes: JsonDefault<WebhookOutcome[]>
  house: 'waiting' | 'done' | null
  received_at: CreatedAt
}

export interface EndpointsTable {
  id: EndpointId
  name: string
  url: string
  auth: EndpointAuth
  /** `header`: its name; `basic`: the user's name */
  auth_name: string | null
  /** the names of what `secrets` sends along */
  header_names: Generated<string[]>
  /** sealed: `EndpointSecrets` */
  secrets: Buffer
  allow_private_address: Generated<boolean>
  enabled: Generated<boolean>
  max_concurrent: number
  calls_per_second: number
  timeout_ms: number
  circuit: Json<Circuit>
  /** the pace: when the next call would be due if all were evenly spaced */
  next_place_at: Date | null
  last_call_at: Date | null
  /** the code of the newest attempt that failed */
  last_error: string | null
  last_error_at: Date | null
  created_at: CreatedAt
  updated_at: Timestamp
}

/** How an endpoint's secret is sent. */
export type EndpointAuth = 'none' | 'bearer' | 'basic' | 'header'

/** `waiting` for its turn, or for another attempt · `calling` claimed · `ended` answered · `dropped` nobody asks any more */
export type OutsideCallState = 'waiting' | 'calling' | 'ended' | 'dropped'

export interface OutsideCallsTable {
  id: OutsideCallId
  /** where its run is: in a conversation, or without a client in the house */
  conversation_id: ConversationId | null
  house_event_id: HouseEventId | null
  /** the effect of a run that waits for the answer */
  run_id: RunId
  run_step: string
  run_effect: number
  endpoint_name: string
  /** null: it is not there (any more) */
  endpoint_id: EndpointId | null
  request: Json<CallRequest>
  state: Generated<OutsideCallState>
  attempts: Generated<number>
  /** not before; where it has a place in the endpoint's pace, that place */
  next_at: Timestamp
  has_place: Generated<boolean>
  /** by then it has begun its last attempt, or it fails */
  deadline: Date
  worker: string | null
  claimed_at: Date | null
  /** the claim's end, should its worker be gone */
  lease_until: Date | null
  is_trial: Generated<boolean>
  /** of the newest attempt */
  last_code: string | null
  /** the event with the answer */
  seq: number | null
  created_at: CreatedAt
  ended_at: Date | null
}

/** How far the facts that a kind of timed trigger counts from have been looked at. */
export interface TimedTriggersTable {
  key: string
  event: TimedEvent
  keys: Json<TimedKeys>
  watermark: Timestamp
  looked_at: Timestamp
}

export interface LiveEventsTable {
  id: GeneratedAlways<number>
  /** compared as text: xid8 has no JavaScript type */
  xid: GeneratedAlways<string>
  event: LiveEventName
  data: Json<Record<string, unknown>>
  at: CreatedAt
}

export interface WorkerHeartbeatsTable {
  worker: string
  queues: string[]
  seen_at: Timestamp
}

export interface AuditLogTable {
  id: GeneratedAlways<number>
  at: CreatedAt
  actor_kind: AuthorKind | 'token' | 'worker'
  actor_id: string | null
  action: string
  subject_kind: string
  subject_id: string
  detail: JsonDefault<Record<string, unknown>>
}
