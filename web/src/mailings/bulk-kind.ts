import type { MailingWords } from './words.ts'

/** What the messages of a cluster have in common, by their fingerprint. */
export function bulkKind(fingerprint: string, { bulk }: MailingWords, kinds: Record<string, string>): string {
  const [family, ...rest] = fingerprint.split(':')
  switch (family) {
    case 'template': {
      const language = rest.pop() ?? ''
      return bulk.kinds.template(rest.join(':'), language)
    }
    case 'text':
      return bulk.kinds.text
    case 'file':
      return bulk.kinds.file
    default: {
      const kind = rest[0] ?? fingerprint
      return bulk.kinds.kind(kinds[kind] ?? kind)
    }
  }
}
