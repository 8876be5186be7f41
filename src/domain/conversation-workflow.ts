import type { AttachmentId, ConversationId, DeliveryId, OutsideCallId } from './ids.ts'

/** Names and shapes that the dispatcher, the worker and the workflow share. Ids and numbers only (P8). */
export const CONVERSATION_WORKFLOW = 'conversation'

/**
 * The one signal of a conversation. One name, so that order holds across kinds (reference/temporal.md §1.2).
 * `upTo` is the sequence number of the newest stored event: the workflow reads the events themselves from the
 * database in their order, so a late, doubled or lost signal changes nothing.
 */
export const ARRIVED = 'arrived'
export interface Arrived {
  upTo: number
}

/** Asks a conversation to go on in a fresh run: what its history is sealed with is no longer wanted (`parley keys`). */
export const TURN_OVER = 'turn-over'

/** Everything that outlives continue-as-new. Versioned: an older carry is read by newer code. */
export interface ConversationCarry {
  v: 1
  conversationId: ConversationId
  /** The last event this workflow worked off; null in a fresh workflow, which then takes up whatever is open. */
  worked: number | null
  /** The newest event it was told of. */
  heard: number
  /** Deliveries still to send, in order. */
  sends: DeliveryId[]
  /** The first of them is tried no earlier; milliseconds since 1970. Absent: at once. */
  sendAt?: number
  /** Client files still to fetch. */
  fetches: AttachmentId[]
  /** Calls to endpoints that have not ended. Absent: none. */
  calls?: OutsideCallId[]
  /** When the first hold or wait ends, in milliseconds since 1970. Absent or null: nothing waits. */
  wakeAt?: number | null
}

/** The argument that signalWithStart starts a conversation's workflow with. */
export const firstCarry = (conversationId: ConversationId): ConversationCarry => ({
  v: 1,
  conversationId,
  worked: null,
  heard: 0,
  sends: [],
  fetches: [],
})

/**
 * Task queues. Provider calls, files, campaigns and calls of scenarios have queues of their own: none holds up
 * conversations (design.md).
 */
export const taskQueues = (prefix: string) => ({
  conversations: `${prefix}-conversations`,
  sends: `${prefix}-sends`,
  files: `${prefix}-files`,
  campaigns: `${prefix}-campaigns`,
  outside: `${prefix}-outside`,
})

/** The steps that a conversation asks of the database: local activities, one transaction each. */
export interface ConversationSteps {
  workEvents(request: WorkRequest): Promise<WorkResult>
}

export interface WorkRequest {
  conversationId: ConversationId
  /** The last event the workflow worked off; null: start from what the database says, and take up open work. */
  after: number | null
  upTo: number
  /** The workflow's time, where a deadline has come: holds and waits that end until then are over once the events are worked off. */
  dueBy?: number
}

export interface WorkResult {
  /** The last event now worked off. */
  worked: number
  /** The newest event that is stored. */
  stored: number
  sends: DeliveryId[]
  fetches: AttachmentId[]
  /** Absent: none. */
  calls?: OutsideCallId[]
  /** When the conversation's first hold or wait ends, in milliseconds since 1970; null: none. Absent: as it was. */
  wakeAt?: number | null
  /** The next event waits for the answer to a call that is under way: come back then, or after so many ms. */
  waitMs?: number
  /** The provider has to be asked who the client is, or where people see what they commented on. */
  lookUp?: true
  /** The newest event that the step appended itself: it goes on without a signal. */
  appended?: number
}

/** Calls that leave the house. Queues of their own; see taskQueues. */
export interface SendActivities {
  sendDelivery(delivery: DeliveryId): Promise<SendResult>
}

export interface FileActivities {
  fetchFile(attachment: AttachmentId): Promise<void>
  lookUp(conversation: ConversationId): Promise<void>
}

export interface OutsideActivities {
  callOutside(call: OutsideCallId): Promise<SendResult>
}

/**
 * `settled`: it ended, or waits for something that will append an event; `stored` is the newest event, where its end was
 * one itself. `again`: call once more after so many ms.
 */
export type SendResult = { now: 'settled'; stored?: number } | { now: 'again'; afterMs: number }
