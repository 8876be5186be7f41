import type { ConversationId } from '../ids.ts'

/** Why a webhook’s `about` leads nowhere. */
export type NowhereCode =
  | 'text_failed'
  | 'invalid_number'
  | 'invalid_task_number'
  | 'invalid_conversation_id'
  | 'channel_unknown'
  | 'channel_ambiguous'
  | 'task_unknown'
  | 'conversation_unknown'

/** What a webhook meant to those who listen to it, one entry for each `about`. Stored with the event. */
export interface WebhookOutcome {
  /** keys of the scenarios with this `about` */
  scenarios: string[]
  /** whether it starts them; else their runs wait for it */
  starts: boolean
  /** null: it leads nowhere */
  conversationId: ConversationId | null
  /** null: it leads to the conversation */
  problem: { code: NowhereCode; message: string } | null
}
