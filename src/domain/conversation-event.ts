import type { FieldChange } from './field-change.ts'
import type {
  AttachmentId,
  CampaignId,
  ClusterId,
  CommentId,
  ContactId,
  DeliveryId,
  IncomingWebhookEventId,
  OutgoingMessageId,
  ProviderMessageId,
  QuickReplyId,
  RunId,
  ScenarioId,
  TaskId,
  UserId,
} from './ids.ts'
import type { ArrivedMessage, MessageContent } from './message.ts'
import type { Json } from './scenario/expressions/scope.ts'
import type { Chain, ScenarioEvent } from './scenario/interpreter/run.ts'
import type { Answer } from './scenario/interpreter/stimulus.ts'
import type { TimedEvent, TimedKeys } from './scenario/timed/timed-trigger.ts'

/** How a provider names a person. `phone` is what people typed; the others are the provider's own. */
export const IDENTITY_KINDS = ['wa_id', 'bsuid', 'parent_bsuid', 'phone', 'igsid', 'chat_id'] as const
export type IdentityKind = (typeof IDENTITY_KINDS)[number]

/** One name of a person on one channel. Values are opaque and never rewritten (design.md, Words). */
export interface IdentityValue {
  kind: IdentityKind
  value: string
}

/** What the provider says of the person beside a message. */
export interface ClientProfile {
  name: string | null
  username: string | null
  /** where the provider tells it, and does not name the client by it; `+` and digits */
  phone?: string
}

/**
 * Everything that changes a conversation, in the order in which it happened: the audit, and the input of dry runs.
 * Stored in `conversation_event.payload`; read back only through this type.
 */
export type ConversationEvent =
  | { kind: 'message.received'; message: ArrivedMessage; profile: ClientProfile }
  | { kind: 'message.echoed'; message: ArrivedMessage; by: 'phone_app' | 'other_system' }
  | { kind: 'message.edited'; target: ProviderMessageId; content: MessageContent; by: 'contact' | 'phone_app' }
  | { kind: 'message.deleted'; target: ProviderMessageId; by: 'contact' | 'phone_app' }
  /** `emoji` null takes the reaction back. The newest by provider time stands. */
  | { kind: 'message.reacted'; target: ProviderMessageId; emoji: string | null; by: 'contact' | 'phone_app' }
  /** The client's number or user id changed; the new names belong to the same conversation. */
  | { kind: 'contact.number_changed'; from: IdentityValue[]; to: IdentityValue[]; note: string | null }
  | { kind: 'contact.opted_out'; scope: 'marketing'; note: string | null }
  | { kind: 'contact.opted_in'; scope: 'marketing'; note: string | null }
  /** An employee's comment; with deliveries if it notifies the contact. The comment's row is already stored. */
  | {
      kind: 'comment.added'
      comment: CommentId
      task: TaskId
      by: UserId | null
      deliveries: DeliveryId[]
      /** they can be taken back for a while, and leave with `delivery.released`; absent: at once */
      held?: boolean
      /** what its text was taken from, as it was called then */
      quickReply?: { id: QuickReplyId; shortcut: string | null; folder: string | null }
    }
  /**
   * A message that nobody typed into a task: by the API, or by a campaign. Its comment has no task yet: the bulk rule
   * decides. `deliveries` is empty where the campaign sends it itself.
   */
  | {
      kind: 'message.queued'
      message: OutgoingMessageId
      comment: CommentId
      deliveries: DeliveryId[]
      campaign: CampaignId | null
      /** what the sender calls the client, for a contact that is not known yet */
      contactName: string | null
      /** what a scenario's message is about: it goes there where no task is active */
      task?: TaskId
      /** as for `comment.added` */
      held?: boolean
      cause?: Chain
    }
  /** The bulk rule found that a message which is shown already belongs to a mailing: it is folded back. */
  | { kind: 'bulk.found'; message: OutgoingMessageId; cluster: ClusterId }
  /** Nobody replied in time: these messages stay out of tasks for good. */
  | { kind: 'hold.expired'; messages: OutgoingMessageId[] }
  /** The time in which these could be taken back is over: they leave. */
  | { kind: 'delivery.released'; deliveries: DeliveryId[] }
  | { kind: 'delivery.retried'; delivery: DeliveryId; by: UserId | null }
  /** A client's file that could not be fetched is to be fetched again. */
  | { kind: 'attachment.retried'; attachment: AttachmentId; by: UserId | null }
  /** A delivery ended badly, or an unknown one was settled by a status or a person. */
  | { kind: 'delivery.failed'; delivery: DeliveryId; code: string }
  | { kind: 'delivery.settled'; delivery: DeliveryId; outcome: 'sent' | 'failed'; by: UserId | null }
  /** How far a message has come; recorded only where a scenario listens for it (src/store/intake/status-events.ts). */
  | { kind: 'delivery.status'; delivery: DeliveryId; state: HeardState }
  /** `cause`: a scenario did it */
  | { kind: 'task.status_changed'; task: TaskId; from: string; to: string; by: UserId | null; cause?: Chain }
  | {
      kind: 'task.changed'
      task: TaskId
      fields: string[]
      by: UserId | null
      cause?: Chain
      /** of title and fields: the values; `doer` says who, with the name of that moment */
      changes?: FieldChange[]
      doer?: Doer
    }
  /**
   * People changed what they know of the client, who may have several conversations: recorded in the one with the newest
   * message. `optedOut` null: as before.
   */
  | {
      kind: 'contact.changed'
      contact: ContactId
      changes: FieldChange[]
      tags: { added: string[]; removed: string[] }
      optedOut: boolean | null
      doer: Doer
    }
  /** `merged` is part of `contact` from now on: recorded in its conversation with the newest message. */
  | { kind: 'contact.merged'; contact: ContactId; merged: ContactId; doer: Doer }
  /** An employee pressed a button in a task: its run gets this id. */
  | {
      kind: 'button.pressed'
      scenario: ScenarioId
      version: number
      run: RunId
      task: TaskId
      inputs: Record<string, Json>
      by: UserId | null
    }
  /** The provider has a message that a run waits to hear of. */
  | { kind: 'run.sent'; run: RunId; step: string; number: number; delivery: DeliveryId }
  /** A call to an endpoint ended: what the run asked for. */
  | { kind: 'run.answered'; run: RunId; step: string; number: number; answer: Answer }
  /**
   * A run elsewhere starts a scenario here (`start` with `each`). `event` is what that run saw; `task` null: the
   * conversation's newest.
   */
  | {
      kind: 'run.requested'
      scenario: ScenarioId
      version: number
      key: string
      event: ScenarioEvent
      vars: Record<string, Json>
      chain: Chain
      task: TaskId | null
      by: RunId
    }
  /** A wait of these runs is over, or their life. */
  | { kind: 'run.due'; runs: RunId[]; by: number }
  /** A person, or a publish, asks something of runs. */
  | { kind: 'run.asked'; runs: RunId[]; deed: RunDeed; by: UserId | null }
  /**
   * The time of a trigger has come (src/domain/scenario/timed). `fact` is the moment that it was counted from: where it
   * is another one by now, nothing happens. `at`: since when, when the window closes or closed, when the task is due.
   * ISO 8601.
   */
  | { kind: 'time.reached'; name: TimedEvent; keys: TimedKeys; fact: string; at: string; task: TaskId | null }
  /**
   * Another system called (`POST /hooks/:name`), and what it says concerns this client. `about`: every one that led here,
   * as it is written (`subjectKey`); `only`: the scenarios that it starts, by their keys; `task`: the one it names.
   */
  | {
      kind: 'webhook.received'
      webhook: string
      event: IncomingWebhookEventId
      about: string[]
      only: string[]
      task: TaskId | null
      body: Json
    }
  /** The channel is usable again: deliveries that were parked are due. */
  | { kind: 'channel.resumed' }

/** Who did something, as they were called then. A token's id is the token's. */
export interface Doer {
  id: string | null
  name: string
  kind: 'employee' | 'token' | 'scenario'
}

/** States of a delivery that scenarios can listen for. */
export type HeardState = 'sent' | 'delivered' | 'read'

/** `move`: to another version, where it fits. */
export type RunDeed =
  | { do: 'stop'; code: string; message: string }
  | { do: 'resume' }
  | { do: 'move'; version: number }
  | { do: 'restart'; version: number }

export type ConversationEventKind = ConversationEvent['kind']
