import type {
  CampaignId,
  ClusterId,
  CommentId,
  DeliveryId,
  OutgoingMessageId,
  ProviderMessageId,
  RunId,
  ScenarioId,
  TaskId,
  UserId,
} from './ids.ts'
import type { ArrivedMessage, MessageContent } from './message.ts'
import type { Json } from './scenario/expressions/scope.ts'
import type { Chain } from './scenario/interpreter/run.ts'

/** How a provider names a person. `phone` is what people typed; the others are the provider's own. */
export const IDENTITY_KINDS = ['wa_id', 'bsuid', 'parent_bsuid', 'phone', 'igsid'] as const
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
  | { kind: 'comment.added'; comment: CommentId; task: TaskId; by: UserId | null; deliveries: DeliveryId[] }
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
      cause?: Chain
    }
  /** The bulk rule found that a message which is shown already belongs to a mailing: it is folded back. */
  | { kind: 'bulk.found'; message: OutgoingMessageId; cluster: ClusterId }
  /** Nobody replied in time: these messages stay out of tasks for good. */
  | { kind: 'hold.expired'; messages: OutgoingMessageId[] }
  | { kind: 'delivery.retried'; delivery: DeliveryId; by: UserId | null }
  /** A delivery ended badly, or an unknown one was settled by a status or a person. */
  | { kind: 'delivery.failed'; delivery: DeliveryId; code: string }
  | { kind: 'delivery.settled'; delivery: DeliveryId; outcome: 'sent' | 'failed'; by: UserId | null }
  /** `cause`: a scenario did it */
  | { kind: 'task.status_changed'; task: TaskId; from: string; to: string; by: UserId | null; cause?: Chain }
  | { kind: 'task.changed'; task: TaskId; fields: string[]; by: UserId | null; cause?: Chain }
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
  /** A wait of these runs is over, or their life. */
  | { kind: 'run.due'; runs: RunId[]; by: number }
  /** A person, or a publish, asks something of runs. */
  | { kind: 'run.asked'; runs: RunId[]; deed: RunDeed; by: UserId | null }
  /** The channel is usable again: deliveries that were parked are due. */
  | { kind: 'channel.resumed' }

/** `move`: to another version, where it fits. */
export type RunDeed =
  | { do: 'stop'; code: string; message: string }
  | { do: 'resume' }
  | { do: 'move'; version: number }
  | { do: 'restart'; version: number }

export type ConversationEventKind = ConversationEvent['kind']
