import type { ProviderError } from '../port.ts'

/** Subtypes of `unsupported` (reference §2.2) in words. */
const SUBTYPES: Record<string, string> = {
  button: 'a button',
  edit: 'an edit of an earlier message',
  gif: 'a GIF',
  group_invite: 'an invitation to a group',
  hsm: 'a template',
  image: 'an image',
  interactive: 'an interactive message',
  keep_in_chat: 'a message kept in the chat',
  link_preview: 'a link preview',
  list: 'a list',
  location: 'a location',
  media_placeholder: 'a file that is still in the phone app',
  order: 'an order',
  pin: 'a pinned message',
  poll_creation: 'a poll',
  poll_update: 'a vote in a poll',
  product: 'a product',
  reaction: 'a reaction',
}

/** What a person reads in place of a message that WhatsApp does not hand over. */
export function unsupportedText(subtype: string | null, errors: readonly ProviderError[]): string {
  const codes = errors.map((error) => error.code)
  if (codes.includes('131060')) return 'A message that can be seen only in the WhatsApp app on the phone.'
  if (codes.includes('131052')) return 'A file that WhatsApp could not hand over, for instance because it is too large.'
  if (subtype !== null && Object.hasOwn(SUBTYPES, subtype))
    return `WhatsApp does not pass this on: ${SUBTYPES[subtype]}.`
  return subtype === null || subtype === 'unknown' || subtype === 'errors'
    ? 'A message of a kind that WhatsApp does not pass on.'
    : `A message of a kind that is not known here: ${subtype}.`
}
