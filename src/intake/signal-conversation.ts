import { type Client, isGrpcServiceError } from '@temporalio/client'
import {
  ARRIVED,
  type Arrived,
  CONVERSATION_WORKFLOW,
  type ConversationCarry,
  firstCarry,
  taskQueues,
} from '../domain/conversation-workflow.ts'
import { workflowIdOf } from '../domain/ids.ts'
import type { Backlog } from '../store/intake/backlog.ts'

/** Tells a conversation's workflow of its newest event. Harmless when repeated, late, or overtaken. */
export type SignalConversation = (backlog: Backlog) => Promise<void>

/** The engine is there and does not take this one signal; others are not concerned. */
export class ConversationRefused extends Error {
  override readonly name = 'ConversationRefused'
}

/** gRPC: INVALID_ARGUMENT (too many signals in one run, among others), FAILED_PRECONDITION, OUT_OF_RANGE. */
const REFUSALS = new Set([3, 9, 11])

/** A signal is acknowledged in milliseconds; an engine that is away must not keep us for long. */
const SIGNAL_TIMEOUT_MS = 5_000

/**
 * Signals through Temporal, starting the workflow where there is none. Ids and numbers only (P8).
 * The signal throws ConversationRefused, or what keeps Temporal from answering.
 */
export function temporalSignals(client: Client, queuePrefix: string): SignalConversation {
  const { conversations } = taskQueues(queuePrefix)
  return async ({ id, seq }) => {
    try {
      await client.withDeadline(Date.now() + SIGNAL_TIMEOUT_MS, () =>
        client.workflow.signalWithStart<(carry: ConversationCarry) => Promise<void>, [Arrived]>(CONVERSATION_WORKFLOW, {
          workflowId: workflowIdOf(id),
          taskQueue: conversations,
          args: [firstCarry(id)],
          signal: ARRIVED,
          signalArgs: [{ upTo: seq }],
        }),
      )
    } catch (error) {
      const grpc = error instanceof Error && error.cause ? error.cause : error
      if (!isGrpcServiceError(grpc) || !REFUSALS.has(grpc.code)) throw error
      throw new ConversationRefused(`the engine refused a signal with code ${grpc.code}`, { cause: error })
    }
  }
}
