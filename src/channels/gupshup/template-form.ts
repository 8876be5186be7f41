import type { ReadyHeader, ReadyTemplate } from '../port.ts'
import type { JsonObject } from '../wire/json.ts'

/**
 * The parts of the form that say which template, and with what (Gupshup's `template/msg`). Values stand in one list, in
 * the order in which they occur: header, body, buttons. What a tap on a quick reply answers is told beside it.
 * @returns null where the template has no id at Gupshup
 */
export function templateForm({ providerId, header, body, buttons }: ReadyTemplate): Record<string, string> | null {
  if (!providerId) return null
  const params = [
    ...(header?.kind === 'text' ? header.values : []).map(({ text }) => text),
    ...body.map(({ text }) => text),
    ...buttons.filter(({ kind }) => kind === 'url' || kind === 'copy_code').map(({ value }) => value),
  ]
  const replies = buttons
    .filter(({ kind }) => kind === 'quick_reply')
    .map(({ index, value }) => ({ index, text: value }))
  const message = header === null ? null : messageOf(header)
  return {
    template: JSON.stringify({ id: providerId, params }),
    ...(message === null ? {} : { message: JSON.stringify(message) }),
    ...(replies.length === 0 ? {} : { postbackTexts: JSON.stringify(replies) }),
  }
}

function messageOf(header: ReadyHeader): JsonObject | null {
  switch (header.kind) {
    case 'text':
      return null
    case 'location': {
      const { latitude, longitude, name, address } = header
      return { type: 'location', location: { name, address, latitude, longitude } }
    }
    case 'media': {
      const { media, source, fileName } = header
      // A file's id is a link here (`filesByLink`).
      const link = 'link' in source ? source.link : source.mediaId
      const named = media === 'document' && fileName !== null ? { filename: fileName } : {}
      return { type: media, [media]: { link, ...named } }
    }
  }
}
