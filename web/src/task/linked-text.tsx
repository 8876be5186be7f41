import { Fragment } from 'react'

const LINK = /(https?:\/\/[^\s<>"'`]+|mailto:[^\s<>"'`]+|tel:\+?[\d().-]+)/gi
/** Marks that end a sentence rather than a link. */
const TRAILING = /[.,;:!?…»”"')\]}]+$/

/** A client's text as text, with the links in it that are safe to follow. */
export function LinkedText({ text }: { text: string }) {
  return (
    <span dir="auto" className="wrap-anywhere whitespace-pre-wrap">
      {splitLinks(text).map((part, index) =>
        part.href === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
          <Fragment key={index}>{part.text}</Fragment>
        ) : (
          <a
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
            key={index}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="wrap-anywhere underline decoration-current/50 underline-offset-2 hover:decoration-current"
          >
            {part.text}
          </a>
        ),
      )}
    </span>
  )
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
  const cut = link.replace(TRAILING, '')
  return link.startsWith(`${cut})`) && cut.includes('(') && !cut.includes(')') ? `${cut})` : cut
}
