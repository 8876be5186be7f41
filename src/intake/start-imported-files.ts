import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { Logger } from 'pino'
import { taskQueues } from '../domain/conversation-workflow.ts'
import { type AttachmentId, importedFileWorkflowIdOf } from '../domain/ids.ts'
import { IMPORTED_FILE_WORKFLOW, type ImportedFileCarry } from '../domain/imported-file-workflow.ts'

const START_TIMEOUT_MS = 5_000

/**
 * Starts the workflow that fetches a file of an imported message; harmless where it runs. Nobody waits for it: what
 * fails is said, and the sweep starts it again (sweeper.ts).
 */
export function importedFilesInBackground(
  client: Client,
  queuePrefix: string,
  log: Pick<Logger, 'warn'>,
): (file: AttachmentId) => void {
  const { conversations } = taskQueues(queuePrefix)
  return (attachmentId) => {
    client
      .withDeadline(Date.now() + START_TIMEOUT_MS, () =>
        client.workflow.start<(carry: ImportedFileCarry) => Promise<void>>(IMPORTED_FILE_WORKFLOW, {
          workflowId: importedFileWorkflowIdOf(attachmentId),
          taskQueue: conversations,
          args: [{ v: 1, attachmentId }],
        }),
      )
      .catch((error: unknown) => {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return
        log.warn({ err: error, attachment: attachmentId }, 'the fetch of an imported file was not started')
      })
  }
}
