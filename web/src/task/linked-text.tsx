import { Fragment } from 'react'
import type { Person } from '../api/types.ts'
import { breakable } from '../ui/breakable.tsx'

const LINK = /(https?:\/\/[^\s<>"'`]+|mailto:[^\s<>"'`]+|tel:\+?[\d().-]+)/gi
/** Marks that end a sentence rather than a link. */
const TRAILING: ReadonlySet<string> = new Set('.,;:!?…»”"\')]}')

interface LinkedTextProps {
  text: string
  /** people whose names stand out after an @ */
  mentioned?: readonly Person[]
}

/** A client's text as text, with the links in it that are safe to follow. */
export function LinkedText({ text, mentioned = NOBODY }: LinkedTextProps) {
  return (
    <span dir="auto" className="wrap-anywhere whitespace-pre-wrap">
      {splitLinks(text).map((part, index) =>
        part.href === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
          <Fragment key={index}>
            {mentioned.length === 0 ? breakable(part.text) : withMentions(part.text, mentioned)}
          </Fragment>
        ) : (
          <a
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
            key={index}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="wrap-anywhere underline decoration-current/50 underline-offset-2 hover:decoration-current"
          >
            {breakable(part.text)}
          </a>
        ),
      )}
    </span>
  )
}

const NOBODY: Person[] = []

function withMentions(text: string, people: readonly Person[]) {
  return splitMentions(
    text,
    people.map(({ name }) => name),
  ).map((part, index) =>
    part.startsWith('@') ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
      <bdi key={index} className="rounded bg-ink/10 px-0.5 font-medium">
        {part}
      </bdi>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
      <Fragment key={index}>{breakable(part)}</Fragment>
    ),
  )
}

/** A text cut at the names that are mentioned in it; such a part begins with @. */
export function splitMentions(text: string, names: readonly string[]): string[] {
  const longestFirst = names.filter((name) => name !== '').sort((one, other) => other.length - one.length)
  if (longestFirst.length === 0) return [text]
  const pattern = longestFirst.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  return text.split(new RegExp(`(@(?:${pattern})(?![\\p{L}\\p{N}]))`, 'u')).filter((part) => part !== '')
}

interface TextPart {
  text: string
  href: string | null
}

/** Cuts a text into plain parts and links. Nothing but http, https, mailto and tel becomes a link. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(LINK)) {
    const shown = withoutTrailing(match[0])
    const href = safeLink(shown)
    if (href === null) continue
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null })
    parts.push({ text: shown, href })
    end = match.index + shown.length
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null })
  return parts
}

/** An address that may be followed, or null. */
export function safeLink(address: string): string | null {
  try {
    return ['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(address).protocol) ? address : null
  } catch {
    return null
  }
}

/** A closing bracket stays where its opening one is in the link, as in many encyclopedia addresses. */
function withoutTrailing(link: string): string {
  let end = link.length
  // Counted from the end: an expression would begin anew at each of many marks.
  while (end > 0 && TRAILING.has(link.charAt(end - 1))) end--
  const cut = link.slice(0, end)
  return link.startsWith(`${cut})`) && cut.includes('(') && !cut.includes(')') ? `${cut})` : cut
}
