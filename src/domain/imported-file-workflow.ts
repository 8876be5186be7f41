import type { AttachmentId } from './ids.ts'

/** Names and shapes that the server, the worker and the workflow of an imported message's file share. */
export const IMPORTED_FILE_WORKFLOW = 'importedFile'

/** The argument that it starts with. */
export interface ImportedFileCarry {
  v: 1
  attachmentId: AttachmentId
}
