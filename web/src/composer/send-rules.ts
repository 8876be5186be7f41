import { CAPABILITIES } from '../../../src/channels/whatsapp-cloud/capabilities.ts'
import { attachmentKind } from '../../../src/domain/attachment-kind.ts'
import type { UploadedFile } from '../api/types.ts'

/** What the server takes as a file of a comment. */
export const FILE_LIMITS = { bytes: 100 * 1024 * 1024, files: 30 }

/** The adapters' own limits, so that the composer says beforehand what the gate would refuse. */
const BY_PROVIDER: Record<string, Pick<typeof CAPABILITIES, 'media' | 'maxTextLength'>> = {
  'whatsapp-cloud': CAPABILITIES,
}

/** An unknown provider limits nothing here: the server decides. */
export function canBeSent(provider: string | undefined, file: UploadedFile): boolean {
  const rules = BY_PROVIDER[provider ?? '']
  return rules === undefined || attachmentKind(file, rules.media) !== null
}

export const longestText = (provider: string | undefined): number | null =>
  BY_PROVIDER[provider ?? '']?.maxTextLength ?? null
