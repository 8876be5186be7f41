import type { ReadyTemplate } from '../port.ts'

export type ContentValues =
  | { ok: true; values: Record<string, string> }
  | { ok: false; code: 'not_offered' | 'bad_request'; detail: string }

/**
 * `ContentVariables`: a filled template's values by the keys that stand in Twilio's content. Whatever would be left to
 * Twilio's own sample, or has no place, is refused: the client would read something else than was shown.
 */
export function contentValues({ header, body, buttons, category }: ReadyTemplate): ContentValues {
  const values = new Map<string, string>()
  const doubled: string[] = []
  const put = (key: string, value: string) => {
    if ((values.get(key) ?? value) !== value) doubled.push(key)
    values.set(key, value)
  }
  for (const [place, { name, text }] of body.entries()) put(name ?? String(place + 1), text)
  if (header?.kind === 'text') for (const { name, text } of header.values) put(name ?? '1', text)
  if (header?.kind === 'location') return refused('a place in the header')
  if (header?.kind === 'media') {
    if (header.key === undefined) return refused('a file in the header of a content that has its own')
    // A file's id is a link here (`filesByLink`).
    put(header.key, 'link' in header.source ? header.source.link : header.source.mediaId)
  }
  for (const { kind, key, value } of buttons) {
    // The code stands in the body already.
    if (category === 'authentication') continue
    if (kind === 'url') put(key ?? '1', value)
    else if (key !== undefined) put(key, value)
    else return refused(`a value for a button of the kind ${kind}, which the content keeps itself`)
  }
  return doubled.length === 0
    ? { ok: true, values: Object.fromEntries(values) }
    : { ok: false, code: 'bad_request', detail: `two values for the variable ${doubled[0]} of the content` }
}

const refused = (what: string): ContentValues => ({ ok: false, code: 'not_offered', detail: `Twilio takes no ${what}` })
