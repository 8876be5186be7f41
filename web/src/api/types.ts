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
}

/** May free text be sent to the client now? `closesAt` null: the channel has no window, or the client never wrote. */
export interface ReplyWindow {
  open: boolean
  closesAt: string | null
}

/** A task as `GET /api/tasks/:id` answers, with what its composer needs. */
export interface OpenedTask extends Task {
  statuses: TaskStatus[]
  suggestedNotify: { contact: boolean; employeeIds: string[] }
  window: ReplyWindow
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
  optedOut: boolean
  tags: string[]
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
}
