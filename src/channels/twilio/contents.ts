import type { TemplateComponent } from '../../domain/template/template.ts'
import { variablesOf } from '../../domain/template/variables.ts'
import type { ListedTemplate } from '../port.ts'
import { at, idAt, numberAt, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { isContentSid } from './config.ts'

/** Of several types Twilio sends the one with the most in it that the messenger knows (Content API, content types). */
const RICHEST_FIRST = [
  'whatsapp/authentication',
  'whatsapp/card',
  'twilio/card',
  'twilio/call-to-action',
  'twilio/quick-reply',
  'twilio/media',
  'twilio/text',
]

/** Words of an approval that say what one of WhatsApp's says. */
const STATUS: Readonly<Record<string, string>> = { received: 'pending', under_review: 'pending' }

/**
 * An entry of Twilio's list of contents as a template, in Meta's form of one. Its variables keep Twilio's keys: they are
 * counted through body, header and buttons together.
 * @returns null for a content that nobody sent to WhatsApp for its approval, and for what is no content
 */
export function readContent(item: JsonObject): ListedTemplate | null {
  const requests = objectAt(item, 'approval_requests')
  const approval = objectAt(requests, 'whatsapp') ?? requests
  const status = textAt(approval, 'status')?.toLowerCase() ?? 'unsubmitted'
  const providerId = idAt(item, 'sid')
  const name = idAt(approval, 'name') ?? idAt(item, 'friendly_name')
  const language = idAt(item, 'language')
  if (status === 'unsubmitted' || !isContentSid(providerId) || name === null || language === null) return null
  return {
    providerId,
    name,
    language,
    category: (textAt(approval, 'category') ?? 'unknown').toLowerCase(),
    status: (Object.hasOwn(STATUS, status) ? STATUS[status] : null) ?? status,
    quality: null,
    ...partsOf(item, textAt(approval, 'content_type')),
    reason: textAt(approval, 'rejection_reason'),
  }
}

type Parts = Pick<ListedTemplate, 'parameterFormat' | 'components'>

function partsOf(item: JsonObject, approved: string | null): Parts {
  const types = objectAt(item, 'types')
  const known = [approved, ...RICHEST_FIRST].find((one) => one !== null && objectAt(types, one) !== null) ?? null
  const content = known === null ? null : objectAt(types, known)
  if (known === null || content === null || !RICHEST_FIRST.includes(known)) {
    const type = known ?? Object.keys(types ?? {})[0] ?? 'unknown'
    return { parameterFormat: 'positional', components: [{ type }] }
  }
  if (known === 'whatsapp/authentication') return { parameterFormat: 'positional', components: codeParts(content) }
  return textParts(known, content, objectAt(item, 'variables'))
}

/** WhatsApp writes these texts itself; Twilio has one variable for the code. */
function codeParts(content: JsonObject): TemplateComponent[] {
  const minutes = numberAt(content, 'code_expiration_minutes')
  const text = textAt(objectsAt(content, 'actions')[0], 'copy_code_text') ?? 'Copy code'
  return [
    { type: 'BODY', add_security_recommendation: at(content, 'add_security_recommendation') === true },
    ...(minutes === null ? [] : [{ type: 'FOOTER', code_expiration_minutes: minutes }]),
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text }] },
  ]
}

function textParts(type: string, content: JsonObject, samples: JsonObject | null): Parts {
  const isCard = type === 'twilio/card'
  const title = isCard ? textAt(content, 'title') : null
  const body = [title, textAt(content, 'body')].filter((text) => text !== null).join('\n')
  const headline = textAt(content, 'header_text')
  const footer = textAt(content, isCard ? 'subtitle' : 'footer')
  const file = headerOfFile(content, samples)
  const buttons = objectsAt(content, 'actions').map((action) => buttonOf(action, samples))

  const keys = variablesOf(body)
  const ofHeadline = variablesOf(headline ?? '')
  const isCounted = keys.every((key) => /^\d+$/.test(key) && Number(key) >= 1 && Number(key) <= keys.length)
  const parameterFormat = isCounted && ofHeadline.length === 0 ? 'positional' : 'named'
  const example = (where: 'body' | 'header', of: string[]) => exampleOf(where, parameterFormat, of, samples)

  const asked = new Set([...keys, ...ofHeadline, ...[file, ...buttons].flatMap(variableAsked)])
  const isHidden = variablesOf(JSON.stringify(content)).some((key) => !asked.has(key))
  return {
    parameterFormat,
    components: [
      ...(headline === null
        ? []
        : [{ type: 'HEADER', format: 'TEXT', text: headline, ...example('header', ofHeadline) }]),
      ...(file === null ? [] : [file]),
      { type: 'BODY', text: body, ...example('body', keys) },
      ...(footer === null ? [] : [{ type: 'FOOTER', text: footer }]),
      ...(buttons.length === 0 ? [] : [{ type: 'BUTTONS', buttons }]),
      // Twilio would put its sample there, and the client would read it.
      ...(isHidden ? [{ type: 'variable outside of text, links and codes' }] : []),
    ],
  }
}

/** The one variable of a part that a value is asked for (src/domain/template/components.ts). */
function variableAsked(part: JsonObject | null): string[] {
  const place = textAt(part, 'url') ?? textAt(part, 'code') ?? textAt(part, 'id') ?? ''
  return variablesOf(place).slice(0, 1)
}

/**
 * A file that is given with each message. One with an address of its own needs nothing: Twilio shows it. An address that
 * is a variable in part only cannot be filled from here, for our links are on a host of ours.
 */
function headerOfFile(content: JsonObject, samples: JsonObject | null): TemplateComponent | null {
  const media = at(content, 'media')
  const address: unknown = Array.isArray(media) ? media[0] : media
  if (typeof address !== 'string') return null
  const [key, ...more] = variablesOf(address)
  if (key === undefined) return null
  if (more.length > 0 || !/^\s*\{\{[^{}]*\}\}\s*$/.test(address)) return { type: 'file with half an address' }
  return { type: 'HEADER', format: formatOf(textAt(samples, key) ?? ''), url: address }
}

/** WhatsApp takes the kind of the sample that was approved; its ending is all that tells it. */
function formatOf(sample: string): 'IMAGE' | 'VIDEO' | 'DOCUMENT' {
  const ending = /\.([a-z0-9]+)(?:[?#].*)?$/i.exec(sample)?.[1]?.toLowerCase() ?? ''
  if (['mp4', '3gp', '3gpp'].includes(ending)) return 'VIDEO'
  return ['pdf', 'doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'txt'].includes(ending) ? 'DOCUMENT' : 'IMAGE'
}

function buttonOf(action: JsonObject, samples: JsonObject | null): JsonObject {
  const type = textAt(action, 'type')?.toUpperCase() ?? 'QUICK_REPLY'
  const text = textAt(action, 'title') ?? type
  const sample = (place: string | null) => textAt(samples, variablesOf(place ?? '')[0] ?? '')
  switch (type) {
    case 'URL': {
      const url = textAt(action, 'url')
      return { type, text, url, example: [sample(url)].filter((one) => one !== null) }
    }
    case 'PHONE_NUMBER':
      return { type, text, phone_number: textAt(action, 'phone') }
    case 'COPY_CODE': {
      const code = textAt(action, 'code')
      return { type, text, code, example: sample(code) ?? code }
    }
    case 'QUICK_REPLY':
      return { type, text, id: textAt(action, 'id') }
    default:
      return { type, text }
  }
}

function exampleOf(
  where: 'body' | 'header',
  format: 'positional' | 'named',
  keys: string[],
  samples: JsonObject | null,
): JsonObject {
  if (keys.length === 0) return {}
  const of = (key: string) => textAt(samples, key) ?? ''
  if (format === 'named') {
    const named = keys.map((key) => ({ param_name: key, example: of(key) }))
    return { example: { [`${where}_text_named_params`]: named } }
  }
  const inOrder = keys.toSorted((a, b) => Number(a) - Number(b)).map(of)
  return { example: { [`${where}_text`]: where === 'body' ? [inOrder] : inOrder } }
}
