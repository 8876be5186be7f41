import { parse } from 'yaml'

/** The button of a document's text (YAML, and JSON, which is YAML); null: it has none, or it cannot be read. */
export function readButton(text: string): { label: string; look: Record<string, unknown> } | null {
  try {
    const document = parse(text) as { trigger?: { button?: { label?: unknown; look?: unknown } } } | null
    const button = document?.trigger?.button
    if (typeof button !== 'object' || button === null) return null
    const look = typeof button.look === 'object' && button.look !== null ? button.look : {}
    return { label: typeof button.label === 'string' ? button.label : '', look: look as Record<string, unknown> }
  } catch {
    // A text that is being written.
    return null
  }
}
