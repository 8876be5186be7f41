import type { ReadyTemplate } from '../src/channels/port.ts'
import type { AttachmentId } from '../src/domain/ids.ts'
import type { FilledTemplate } from '../src/domain/template/template.ts'

/** A template as it leaves; or the file that its header shows, and what leaves once the provider has an id for it. */
export function readyTemplate({
  header,
  ...template
}: FilledTemplate): { ready: ReadyTemplate } | { file: AttachmentId; with: (mediaId: string) => ReadyTemplate } {
  if (header?.kind !== 'media') return { ready: { ...template, header } }
  const { source, ...rest } = header
  if ('link' in source) return { ready: { ...template, header: { ...rest, source } } }
  return { file: source.attachmentId, with: (mediaId) => ({ ...template, header: { ...rest, source: { mediaId } } }) }
}
