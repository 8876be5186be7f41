import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import { TURN_OVER, taskQueues } from '../../domain/conversation-workflow.ts'
import { type EnginePayload, keyOfPayload } from '../../store/payload-seal.ts'
import type { SecretBox } from '../../store/secret-box.ts'

/** A run of the engine that is open, and what its history is sealed with. */
export interface OpenRun {
  workflowId: string
  type: string
  /** names of keys: each of them is needed until the run ends, or turns over */
  keys: string[]
}

/** The records are read side by side; more would only wait for the engine. */
const AT_ONCE = 8

/** Every open run of the installation whose history holds something sealed. Reads each history whole: minutes for 100,000. */
export async function sealedRuns(client: Client, queuePrefix: string, box: SecretBox): Promise<OpenRun[]> {
  const { conversations } = taskQueues(queuePrefix)
  const query = `TaskQueue = '${conversations}' and ExecutionStatus = 'Running'`
  const found: OpenRun[] = []
  const look = async ({ workflowId, runId, type }: { workflowId: string; runId: string; type: string }) => {
    try {
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory()
      const keys = keysIn(events, box)
      if (keys.length > 0) found.push({ workflowId, type, keys })
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error
    }
  }
  let batch: Promise<void>[] = []
  for await (const run of client.workflow.list({ query })) {
    batch.push(look(run))
    if (batch.length < AT_ONCE) continue
    await Promise.all(batch)
    batch = []
  }
  await Promise.all(batch)
  return found
}

/**
 * Asks workflows that still need an older key to go on in a fresh run, whose history is sealed with the newest. They do
 * it between two steps, with all that they know; a mailing's slice and a call under way come to their end first.
 * @returns how many were asked
 */
export async function turnOver(client: Client, runs: readonly OpenRun[], newest: string): Promise<number> {
  const old = runs.filter(({ keys }) => keys.some((key) => key !== newest))
  for (const { workflowId } of old) {
    try {
      await client.workflow.getHandle(workflowId).signal(TURN_OVER)
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error
    }
  }
  return old.length
}

/** Payloads stand at many places of many kinds of events: whatever looks like one is one. */
function keysIn(events: unknown, box: SecretBox): string[] {
  const keys = new Set<string>()
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
    if ('metadata' in value && 'data' in value) {
      const key = keyOfPayload(box, value as EnginePayload)
      if (key !== null) keys.add(key)
      return
    }
    for (const part of Object.values(value)) walk(part)
  }
  walk(events)
  return [...keys].toSorted()
}
