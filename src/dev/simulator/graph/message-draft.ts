import { type Draft, emptyDraft, MEDIA_TYPES, type MediaType, mediaSource } from './draft.ts'
import { GraphError } from './errors.ts'
import { type Json, onlyKeys, optionalString, requireList, requireObject, requireString } from './fields.ts'
import { draftInteractive } from './interactive.ts'

const MESSAGE_KEYS = [
  'messaging_product',
  'recipient_type',
  'to',
  'recipient',
  'type',
  'context',
  'biz_opaque_callback_data',
  'recipient_identity_key_hash',
  'message_activity_sharing',
]
const TYPES = [...MEDIA_TYPES, 'text', 'location', 'contacts', 'reaction', 'interactive', 'template']

/**
 * Checks everything of a send but who it is for and whether its media and template exist (reference §5.1, §5.2).
 * @throws GraphError as Meta refuses it
 */
export function draftMessage(request: Json): Draft & { quoted: string | null; callbackData: string | null } {
  if (request.messaging_product !== 'whatsapp') {
    throw new GraphError(100, 'The parameter messaging_product is required.')
  }
  const recipientType = request.recipient_type ?? 'individual'
  if (recipientType !== 'individual') {
    throw new GraphError(100, 'Param recipient_type must be one of {individual}: groups are not simulated.')
  }
  const type = request.type ?? 'text'
  if (typeof type !== 'string' || !TYPES.includes(type)) {
    throw new GraphError(100, `Param type must be one of {${TYPES.join(', ').toUpperCase()}}.`)
  }
  onlyKeys(request, [...MESSAGE_KEYS, type], 'message')

  const callbackData = optionalString(request, 'biz_opaque_callback_data', 512)
  const draft = draftOf(type, request)
  let quoted: string | null = null
  if (request.context !== undefined) {
    if (type === 'reaction') throw new GraphError(131009, 'Param context is not supported for reactions.')
    quoted = requireString(requireObject(request, 'context'), 'message_id', 512, 'context.message_id')
  }
  return { ...draft, quoted, callbackData }
}

/** Of a template only the form is looked at here; `template-message.ts` does the rest. */
function draftOf(type: string, request: Json): Draft {
  switch (type) {
    case 'text':
      return draftText(request)
    case 'location':
      return draftLocation(request)
    case 'contacts':
      return draftContacts(request)
    case 'reaction':
      return draftReaction(request)
    case 'interactive':
      return draftInteractive(requireObject(request, 'interactive'))
    case 'template':
      return { ...emptyDraft('template'), body: requireObject(request, 'template') }
    default:
      return draftMedia(type as MediaType, request)
  }
}

function draftText(request: Json): Draft {
  const text = requireObject(request, 'text')
  onlyKeys(text, ['body', 'preview_url'], 'text')
  const body = requireString(text, 'body', 4096, "text['body']")
  if (body.trim() === '') throw new GraphError(131009, "Param text['body'] must not be blank.")
  return { ...emptyDraft('text'), text: body, body: text }
}

function draftMedia(type: MediaType, request: Json): Draft {
  const media = requireObject(request, type)
  const captioned = type === 'image' || type === 'video' || type === 'document'
  onlyKeys(
    media,
    [
      'id',
      'link',
      'provider',
      ...(captioned ? ['caption'] : []),
      ...(type === 'document' ? ['filename'] : []),
      ...(type === 'audio' ? ['voice'] : []),
    ],
    type,
  )
  const source = mediaSource(media, type)
  return {
    ...emptyDraft(type === 'audio' && media.voice === true ? 'voice' : type),
    text: captioned ? optionalString(media, 'caption', 1024, `${type}['caption']`) : null,
    body: media,
    media: source,
    fileName: optionalString(media, 'filename', 512, `${type}['filename']`),
  }
}

function draftLocation(request: Json): Draft {
  const location = requireObject(request, 'location')
  onlyKeys(location, ['latitude', 'longitude', 'name', 'address'], 'location')
  for (const [key, bound] of [
    ['latitude', 90],
    ['longitude', 180],
  ] as const) {
    const value = location[key]
    if (value === undefined || value === '') throw new GraphError(131008, `Required parameter is missing: '${key}'.`)
    if (!(Math.abs(Number(value)) <= bound)) throw new GraphError(131009, `Param location['${key}'] is out of range.`)
  }
  const text = [location.name, location.address].filter((part) => typeof part === 'string').join(', ')
  return { ...emptyDraft('location'), text: text || null, body: location }
}

function draftContacts(request: Json): Draft {
  const contacts = requireList(request, 'contacts', { max: 257 })
  const names = contacts.map((contact, index) => {
    const name = requireObject(contact, 'name', `contacts[${index}].name`)
    return requireString(name, 'formatted_name', 1024, `contacts[${index}].name.formatted_name`)
  })
  return { ...emptyDraft('contacts'), text: names.join(', '), body: { contacts } }
}

function draftReaction(request: Json): Draft {
  const reaction = requireObject(request, 'reaction')
  onlyKeys(reaction, ['message_id', 'emoji'], 'reaction')
  const target = requireString(reaction, 'message_id', 512, "reaction['message_id']")
  const { emoji } = reaction
  if (emoji === undefined) throw new GraphError(131008, "Required parameter is missing: 'reaction.emoji'.")
  const graphemes = typeof emoji === 'string' ? [...new Intl.Segmenter().segment(emoji)].length : -1
  if (typeof emoji !== 'string' || graphemes > 1 || (emoji !== '' && !/\p{Emoji}/u.test(emoji))) {
    throw new GraphError(131009, "Param reaction['emoji'] must be one emoji, or empty to remove it.")
  }
  return { ...emptyDraft('reaction'), body: reaction, reaction: { target, emoji } }
}
