import { stringify } from 'yaml'
import type { Document, VersionWithDocument } from './api.ts'

export interface Text {
  text: string
  format: 'yaml' | 'json'
}

/**
 * Two documents as texts that can be laid beside each other: as their authors wrote them where both are known in the
 * same notation, else both written out in the same way, so that only what they say differs.
 */
export function comparable(one: Known, other: Known): { before: Text; after: Text } {
  const [before, after] = [textOf(one), textOf(other)]
  if (before && after && before.format === after.format) return { before, after }
  return { before: written(one), after: written(other) }
}

interface Known {
  text: string | null
  document: Document | null
}

const textOf = ({ text }: Known): Text | null =>
  text === null ? null : { text, format: isJson(text) ? 'json' : 'yaml' }

const written = ({ text, document }: Known): Text => ({
  text: document ? stringify(document, { lineWidth: 110 }) : (text ?? ''),
  format: 'yaml',
})

/** A version as a text for the draft: its author's own, else written out. */
export const draftText = ({ text, document }: VersionWithDocument): string =>
  text ?? stringify(document, { lineWidth: 110 })

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
