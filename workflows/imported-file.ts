import { condition, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow'
import { TURN_OVER } from '../src/domain/conversation-workflow.ts'
import type { ImportedFileCarry } from '../src/domain/imported-file-workflow.ts'
import { files } from './conversation-activities.ts'

export const turnOver = defineSignal(TURN_OVER)

/**
 * Fetches the file of an imported message, which belongs to no conversation. It is tried again as a client's file is:
 * until it is here, or the provider does not keep it any more. That may take days: asked to, it goes on in another run,
 * which fetches anew.
 */
export async function importedFile(carry: ImportedFileCarry): Promise<void> {
  let isUnwanted = false
  setHandler(turnOver, () => {
    isUnwanted = true
  })
  const fetched = files.fetchFile(carry.attachmentId).then(() => true)
  const isDone = await Promise.race([fetched, condition(() => isUnwanted).then(() => false)])
  if (!isDone) await continueAsNew<typeof importedFile>(carry)
}
