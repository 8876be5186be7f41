/** A header that shows a file, as a definition names it. */
export type SampleFormat = 'IMAGE' | 'VIDEO' | 'DOCUMENT'

const MB = 1024 * 1024
/** What Meta takes as a sample, and sends later (reference §6). */
const RULES: Record<string, { format: SampleFormat; maxBytes: number }> = {
  'image/jpeg': { format: 'IMAGE', maxBytes: 5 * MB },
  'image/png': { format: 'IMAGE', maxBytes: 5 * MB },
  'video/mp4': { format: 'VIDEO', maxBytes: 16 * MB },
  'application/pdf': { format: 'DOCUMENT', maxBytes: 100 * MB },
}

/** The kind of header that a file can be the sample of; null: of none. */
export function sampleFormat({ mime, size }: { mime: string; size: number }): SampleFormat | null {
  const rule = Object.hasOwn(RULES, mime) ? RULES[mime] : undefined
  return rule && size <= rule.maxBytes ? rule.format : null
}
