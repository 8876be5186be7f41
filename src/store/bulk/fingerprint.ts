import { createHash } from 'node:crypto'
import { type BulkMessage, bulkType } from '../../domain/bulk/fingerprint.ts'

/**
 * A message's type as it is stored and compared: `template:<name>:<language>` or `kind:<kind>`, readable;
 * `file:` or `text:` and 64 hex digits, from which nobody reads the message (P8).
 */
export function fingerprintOf(message: BulkMessage, by: 'content' | 'kind'): string {
  const { family, value } = bulkType(message, by)
  return `${family}:${family === 'file' || family === 'text' ? sha256(value) : value}`
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
