import type { ImportedFileCarry } from '../src/domain/imported-file-workflow.ts'
import { files } from './conversation-activities.ts'

/**
 * Fetches the file of an imported message, which belongs to no conversation. It is tried again as a client's file is:
 * until it is here, or the provider does not keep it any more.
 */
export const importedFile = ({ attachmentId }: ImportedFileCarry): Promise<void> => files.fetchFile(attachmentId)
