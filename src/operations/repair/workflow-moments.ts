import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import type { Payload } from '@temporalio/common'
import {
  ARRIVED,
  type Arrived,
  CONVERSATION_WORKFLOW,
  type ConversationCarry,
  taskQueues,
} from '../../domain/conversation-workflow.ts'
import { type ConversationId, workflowIdOf } from '../../domain/ids.ts'

const PREFIX = workflowIdOf('' as ConversationId)

/** Conversations whose workflow runs, those whose run began last first. Reads pages as they are asked for. */
export async function* runningConversations(client: Client, queuePrefix: string): AsyncGenerator<ConversationId> {
  const { conversations } = taskQueues(queuePrefix)
  const query = `WorkflowType = '${CONVERSATION_WORKFLOW}' and TaskQueue = '${conversations}' and ExecutionStatus = 'Running'`
  for await (const { workflowId } of client.workflow.list({ query })) {
    if (workflowId.startsWith(PREFIX)) yield workflowId.slice(PREFIX.length) as ConversationId
  }
}

/**
 * The newest event that a conversation's workflow was ever told of, from the record of its present run: what it began
 * with, and its signals. Asks no worker.
 * @returns null where no workflow runs
 */
export async function heardBy(client: Client, conversation: ConversationId): Promise<number | null> {
  const handle = client.workflow.getHandle(workflowIdOf(conversation))
  try {
    const { status } = await handle.describe()
    if (status.name !== 'RUNNING') return null
    const { events } = await handle.fetchHistory()
    let told = 0
    for (const event of events ?? []) {
      const begun = event.workflowExecutionStartedEventAttributes?.input?.payloads
      if (begun) {
        const { heard, worked } = await first<ConversationCarry>(client, begun)
        told = Math.max(told, heard, worked ?? 0)
      }
      const signal = event.workflowExecutionSignaledEventAttributes
      if (signal?.signalName === ARRIVED) {
        const { upTo } = await first<Arrived>(client, signal.input?.payloads ?? [])
        told = Math.max(told, upTo)
      }
    }
    return told
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

/** The first value of a recorded event; a history is fetched as it is stored, perhaps sealed. */
async function first<T>(client: Client, payloads: Payload[]): Promise<T> {
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter
  let decoded = payloads.slice(0, 1)
  for (const codec of payloadCodecs.toReversed()) decoded = await codec.decode(decoded)
  const [payload] = decoded
  if (!payload) throw new Error('a recorded event has no value')
  return payloadConverter.fromPayload<T>(payload)
}

/** Ends a conversation's workflow; a fresh one asks the database what is open. @returns whether there was one */
export async function endWorkflow(client: Client, conversation: ConversationId, why: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowIdOf(conversation)).terminate(why)
    return true
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw error
  }
}
