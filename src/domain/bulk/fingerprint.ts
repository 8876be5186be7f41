import { cleanName } from '../client-name.ts'
import type { MessageKind } from '../message.ts'

/** What the bulk rule looks at in an outgoing message. */
export interface BulkMessage {
  kind: MessageKind
  /** the text or caption as the client sees it */
  text: string | null
  template: { name: string; language: string } | null
  /** the content's hash: the same bytes have the same one */
  fileHash: string | null
  /** what the client is called, so that "Dear Anna" and "Dear Boris" are one mailing */
  contactName: string | null
}

/** What makes two messages one type (M17). `value` of the family `text` holds the masked text: hash it (P8). */
export interface BulkType {
  family: 'template' | 'file' | 'text' | 'kind'
  value: string
}

/**
 * The type of an outgoing message: two messages of a channel with the same one are the same mailing (design.md, Bulk
 * rule). Template name and language; else the file; else the text with case, spacing, digits, links and the contact's
 * own name masked. What has none of these, a location or a sticker without a hash, is known by its kind.
 * Takes linear time on any text.
 */
export function bulkType(message: BulkMessage, by: 'content' | 'kind'): BulkType {
  const { kind, text, template, fileHash, contactName } = message
  if (by === 'kind') return { family: 'kind', value: kind }
  if (template) return { family: 'template', value: `${template.name}:${template.language}` }
  if (fileHash) return { family: 'file', value: fileHash.toLowerCase() }
  const masked = maskedText(text ?? '', contactName ?? '')
  return masked === '' ? { family: 'kind', value: kind } : { family: 'text', value: masked }
}

// What stands for a masked part. A text that has these words itself is no worse for it.
const LINK = '<link>'
const NUMBER = '<number>'
const NAME = '<name>'

const HOST = String.raw`[\p{Script=Latin}\p{Script=Cyrillic}\p{Nd}.\-]`
/** With a scheme or `www.`; or a bare host with a path. "Thanks.Bye" is two words, not a host. */
const LINKS = String.raw`(?:[a-z][a-z\d+]{0,20}:\/\/|www\.)\S+|(?<!${HOST})${HOST}+\.\p{L}{2,63}(?::\p{Nd}+)?[\/?#]\S*`
/** One number with its separators: 1 250,00 · 01.02.2026 · 12:30 · 650-555-12-34. */
const NUMBERS = String.raw`\p{N}(?:[ .,:'\/\-]?\p{N})*`

function maskedText(text: string, contactName: string): string {
  const names = namesPattern(contactName)
  const variable = new RegExp(`(?<link>${LINKS})|(?<name>${names})|${NUMBERS}`, 'gu')
  return plain(text)
    .replace(variable, (...match) => {
      const { link, name } = match.at(-1) as { link?: string; name?: string }
      return link ? LINK : name ? NAME : NUMBER
    })
    .replace(/<name>(?:[ -]<name>)+/g, NAME)
}

/** No messenger takes longer texts; one character can become eighteen when it is normalised. */
const LONGEST = 65_536

/** The form in which texts are compared: without case, with single spaces, without what nobody sees. */
function plain(text: string): string {
  const comparable = withoutMarkFloods(text).normalize('NFKC').slice(0, LONGEST)
  return withoutCase(comparable)
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}+/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}

/** Sorting a long run of combining marks takes normalisation quadratic time; 30 are plenty (UAX #15, stream-safe). */
const withoutMarkFloods = (text: string): string =>
  text.replace(/([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu, '$1')

/** By way of upper case, where ß is SS and both sigmas are one. All four i of Turkish are one: İSTANBUL is istanbul. */
const withoutCase = (text: string): string =>
  text.toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i')

/** Written without spaces between words, or with endings joined to a name: such a name is found inside a run. */
const JOINED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}]/u
const WORD = String.raw`[\p{L}\p{M}\p{N}]`

/** The whole name, else any of its words; a single letter is no name. Matches nothing where there is no name. */
function namesPattern(contactName: string): string {
  const whole = plain(cleanName(contactName))
  const words = whole.split(new RegExp(`(?!${WORD}).`, 'u')).sort((a, b) => b.length - a.length)
  const names = new Set([whole, ...words].filter((name) => /\p{L}.*\p{L}/su.test(name)))
  return [...names].map(asWord).join('|') || '(?!)'
}

function asWord(name: string): string {
  const first = [...name].at(0) ?? ''
  const last = [...name].at(-1) ?? ''
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
  return `${joins(first) ? '' : `(?<!${WORD})`}${escaped}${joins(last) ? '' : `(?!${WORD})`}`
}

/** May this edge of a name touch a letter? */
const joins = (edge: string): boolean => JOINED.test(edge) || !new RegExp(WORD, 'u').test(edge)
