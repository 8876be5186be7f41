/** What the API answers with: the parts of the contract that this app uses. Times are ISO 8601 in UTC, ids are opaque. */

export interface Page<Item> {
  items: Item[]
  next: string | null
}

export interface Person {
  id: string
  name: string
}

export interface Me {
  id: string | null
  name: string
  email: string | null
  role: 'owner' | 'admin' | 'author' | 'operator'
  channelIds: string[] | null
  permissions: string[]
}

export interface User extends Person {
  email: string
  role: Me['role']
  channelIds: string[] | null
  active: boolean
}

export interface TaskStatus {
  key: string
  name: string
  active: boolean
}

export interface Task {
  id: string
  number: number
  title: string
  status: TaskStatus
  requester: { id: string; name: string; phone: string | null }
  assignees: Person[]
  participants: Person[]
  channelId: string
  conversationId: string
  createdAt: string
  updatedAt: string
  /** messages of the client that I have not read */
  unread: number
  /** the client's oldest message that nobody answered; null: none, or the task is inactive */
  awaitingSince: string | null
  /** of the newest message from or to the client */
  lastMessageAt: string | null
  /** the newest entry of the feed that is no line of the system */
  preview: Preview | null
  /** the requester's */
  tags: string[]
  /** put aside by me; `until` null: until the client writes */
  snoozed: { until: string | null } | null
}

export interface Preview {
  text: string | null
  kind: MessageKind
  authorKind: AuthorKind
  /** which employee */
  authorId: string | null
  /** it reached the client, or was meant to */
  toClient: boolean
  at: string
}

/** May free text be sent to the client now? `closesAt` null: the channel has no window, or the client never wrote. */
export interface ReplyWindow {
  open: boolean
  closesAt: string | null
}

/** A task as `GET /api/tasks/:id` answers, with what its composer needs. */
export interface OpenedTask extends Task {
  templateId: string | null
  fields: Record<string, unknown>
  /** by when it is to be done; null: nobody said */
  dueAt: string | null
  closedAt: string | null
  statuses: TaskStatus[]
  suggestedNotify: { contact: boolean; employeeIds: string[] }
  window: ReplyWindow
  /** a phone app handed over what the client wrote before the number was connected */
  hasHistory: boolean
}

export type AuthorKind = 'contact' | 'employee' | 'scenario' | 'system' | 'phone_app'

export type MessageKind =
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'voice'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'interactive'
  | 'button'
  | 'order'
  | 'template'
  | 'unsupported'
  | 'system'

/** An error in words: `message` for a person, `detail` as the provider put it. */
export interface ErrorWords {
  code: string
  message: string
  detail: string | null
}

export interface Attachment {
  id: string
  name: string
  mime: string
  size: number | null
  state: 'pending' | 'stored' | 'failed'
  url: string
  error: ErrorWords | null
}

export type DeliveryState =
  | 'queued'
  | 'sending'
  | 'unknown'
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'played'
  | 'failed'

export interface Delivery {
  id: string
  state: DeliveryState
  providerMessageId: string | null
  error: ErrorWords | null
  /** Why it waits though nothing is wrong with it. */
  parked: string | null
  /** It can be taken back until then; null: no more. */
  holdUntil: string | null
  /** It was sent again though nobody knew whether it had left. */
  maybeTwice: boolean
}

export interface Reaction {
  emoji: string
  by: 'contact' | 'phone_app'
  at: string
}

export interface Comment {
  id: string
  taskId: string
  author: { kind: AuthorKind; id: string | null; name: string }
  text: string | null
  kind: MessageKind
  /** What is not text; its form depends on `kind`, and its contents come from clients. */
  data: Record<string, unknown>
  attachments: Attachment[]
  reactions: Reaction[]
  editedAt: string | null
  deletedAt: string | null
  replyTo: string | null
  notified: { kind: 'contact' | 'employee'; id: string }[]
  /** The part that is furthest behind; null: nothing of it leaves. */
  delivery: Delivery | null
  deliveries: Delivery[]
  bulk: boolean
  at: string
}

export interface NewComment {
  text: string | null
  attachmentIds: string[]
  notify: { contact: boolean; employeeIds: string[] }
  replyTo: string | null
  /** in place of a text and files */
  template?: { name: string; language: string; parameters: object }
  /** how long it can be taken back; only with `notify.contact` */
  holdSeconds?: number
  /** where its text came from */
  quickReplyId?: string
}

export interface UploadedFile {
  id: string
  name: string
  mime: string
  size: number
}

export interface Contact {
  id: string
  name: string
  phone: string | null
  identities: { id: string; channelId: string; kind: string; value: string; retiredAt: string | null }[]
  /** they want no marketing */
  optedOut: boolean
  optedOutAt: string | null
  /** they agreed to marketing; `optedOut` stands above it */
  consent: boolean
  consentAt: string | null
  fields: Record<string, unknown>
  tags: string[]
  /** the contact that stands for this one since a merge */
  mergedInto: string | null
  createdAt: string
  /** of one alone: whom it took in */
  merges?: { id: string; from: { id: string; name: string; phone: string | null }; at: string; by: Person | null }[]
}

export interface Channel {
  id: string
  provider: string
  name: string
  state: 'connected' | 'paused' | 'disconnected' | 'restricted' | 'needs_attention'
  stateReason: string | null
  checked: boolean
  webhookUrl: string
  displayPhone: string | null
  lastInboundAt: string | null
  lastOutboundAt: string | null
  /** of a number that the phone app uses, too: since when it is silent, and about when Meta ends the connection for that */
  phoneApp: { lastHeardAt: string | null; silentSince: string | null; endsAt: string | null } | null
  /** When the provider's list of templates was last asked for, and why the last time failed. */
  templates: { syncedAt: string | null; problem: string | null }
}
