import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client'
import type { Payload } from '@temporalio/common'
import { CAMPAIGN_WORKFLOW } from '../../domain/campaign-workflow.ts'
import {
  ARRIVED,
  type Arrived,
  CONVERSATION_WORKFLOW,
  type ConversationCarry,
  type SendResult,
  taskQueues,
  type WorkResult,
} from '../../domain/conversation-workflow.ts'
import { HOUSE_WORKFLOW } from '../../domain/house-workflow.ts'
import {
  type CampaignId,
  type ConversationId,
  campaignWorkflowIdOf,
  type HouseEventId,
  houseWorkflowIdOf,
  workflowIdOf,
} from '../../domain/ids.ts'

const PREFIX = workflowIdOf('' as ConversationId)

/** How far a conversation's workflow stands. */
export interface WorkflowMoment {
  /** the newest event that it was ever told of, whoever told it */
  heard: number
  /** the last event whose working off it has recorded */
  worked: number
}

/** Conversations whose workflow runs, those whose run began last first. Reads pages as they are asked for. */
export async function* runningConversations(client: Client, queuePrefix: string): AsyncGenerator<ConversationId> {
  for await (const workflowId of running(client, queuePrefix, [CONVERSATION_WORKFLOW])) {
    if (workflowId.startsWith(PREFIX)) yield workflowId.slice(PREFIX.length) as ConversationId
  }
}

/** Ids of the mailings and of the house's events whose workflow runs, with the workflow's own. */
export async function runningBeside(
  client: Client,
  queuePrefix: string,
): Promise<{ workflowId: string; id: string }[]> {
  const prefixes = [campaignWorkflowIdOf('' as CampaignId), houseWorkflowIdOf('' as HouseEventId)]
  const found: { workflowId: string; id: string }[] = []
  for await (const workflowId of running(client, queuePrefix, [CAMPAIGN_WORKFLOW, HOUSE_WORKFLOW])) {
    const prefix = prefixes.find((one) => workflowId.startsWith(one))
    if (prefix !== undefined) found.push({ workflowId, id: workflowId.slice(prefix.length) })
  }
  return found
}

async function* running(client: Client, queuePrefix: string, types: readonly string[]): AsyncGenerator<string> {
  const { conversations } = taskQueues(queuePrefix)
  const query = `WorkflowType in (${types.map((type) => `'${type}'`).join(', ')})
    and TaskQueue = '${conversations}' and ExecutionStatus = 'Running'`
  for await (const { workflowId } of client.workflow.list({ query })) yield workflowId
}

/** Does a workflow of this name run? */
export async function runs(client: Client, workflowId: string): Promise<boolean> {
  return (await open(client, workflowId)) !== null
}

/** The newest event that a conversation's workflow was ever told of; null where none runs. */
export async function heardBy(client: Client, conversation: ConversationId): Promise<number | null> {
  return (await momentOf(client, conversation))?.heard ?? null
}

/**
 * How far a conversation's workflow stands, from the record of its present run: what it began with, its signals, and what
 * its steps and calls answered, for these tell it of events, too: the end of a hold is one. Asks no worker.
 * @returns null where no workflow runs
 */
export async function momentOf(client: Client, conversation: ConversationId): Promise<WorkflowMoment | null> {
  const handle = await open(client, workflowIdOf(conversation))
  if (!handle) return null
  const { events } = await handle.fetchHistory()
  const moment: WorkflowMoment = { heard: 0, worked: 0 }
  const hear = (...told: (number | null | undefined)[]) => {
    moment.heard = Math.max(moment.heard, ...told.map((one) => one ?? 0))
  }
  for (const event of events ?? []) {
    const begun = event.workflowExecutionStartedEventAttributes?.input?.payloads
    if (begun) {
      const carry = await first<ConversationCarry>(client, begun)
      hear(carry?.heard, carry?.worked)
      moment.worked = Math.max(moment.worked, carry?.worked ?? 0)
    }
    const signal = event.workflowExecutionSignaledEventAttributes
    if (signal?.signalName === ARRIVED) hear((await first<Arrived>(client, signal.input?.payloads))?.upTo)
    const step = await first<WorkResult>(client, event.markerRecordedEventAttributes?.details?.result?.payloads)
    if (step) {
      hear(step.worked, step.stored, step.appended)
      moment.worked = Math.max(moment.worked, step.worked)
    }
    const called = event.activityTaskCompletedEventAttributes?.result?.payloads
    const result = await first<SendResult | undefined>(client, called)
    if (result?.now === 'settled') hear(result.stored)
  }
  return moment
}

async function open(client: Client, workflowId: string): Promise<WorkflowHandle | null> {
  const handle = client.workflow.getHandle(workflowId)
  try {
    const { status } = await handle.describe()
    return status.name === 'RUNNING' ? handle : null
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

/** The first value of a recorded event, null where there is none; a history is fetched as it is stored, perhaps sealed. */
async function first<T>(client: Client, payloads: Payload[] | null | undefined): Promise<T | null> {
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter
  let decoded = (payloads ?? []).slice(0, 1)
  if (decoded.length === 0) return null
  for (const codec of payloadCodecs.toReversed()) decoded = await codec.decode(decoded)
  const [payload] = decoded
  return payload ? payloadConverter.fromPayload<T>(payload) : null
}

/** Ends a workflow; a fresh one asks the database what is open. @returns whether there was one */
export async function endWorkflow(client: Client, workflowId: string, why: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).terminate(why)
    return true
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw error
  }
}
