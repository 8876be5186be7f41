import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { taskQueues } from '../domain/conversation-workflow.ts'
import { HOUSE_NEWS, HOUSE_WORKFLOW, type HouseCarry, houseCarry } from '../domain/house-workflow.ts'
import { type HouseEventId, houseWorkflowIdOf } from '../domain/ids.ts'

/** Tells the workflow of a house event that something came for it. Harmless when repeated, late, or overtaken. */
export type SignalHouse = (event: HouseEventId) => Promise<void>

const SIGNAL_TIMEOUT_MS = 5_000

/** Signals through Temporal, starting the workflow where there is none. Throws what keeps Temporal from answering. */
export function temporalHouse(client: Client, queuePrefix: string): SignalHouse {
  const { conversations } = taskQueues(queuePrefix)
  return async (event) => {
    await client.withDeadline(Date.now() + SIGNAL_TIMEOUT_MS, () =>
      client.workflow.signalWithStart<(carry: HouseCarry) => Promise<void>, []>(HOUSE_WORKFLOW, {
        workflowId: houseWorkflowIdOf(event),
        taskQueue: conversations,
        args: [houseCarry(event)],
        signal: HOUSE_NEWS,
        signalArgs: [],
      }),
    )
  }
}

/** For whoever does not wait: what fails is said, and the sweep signals again (sweeper.ts). */
export const signalHouseSoon =
  (signal: SignalHouse, log: Pick<Logger, 'warn'>) =>
  (events: Iterable<HouseEventId>): void => {
    for (const event of events) {
      signal(event).catch((error: unknown) => log.warn({ err: error, event }, 'a house event was not signalled'))
    }
  }
