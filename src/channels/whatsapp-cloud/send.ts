import type { IdentityValue } from '../../domain/conversation-event.ts'
import { digitsOf } from '../../domain/phone-variants.ts'
import type { OutgoingBody, OutgoingMessage, SendOutcome } from '../port.ts'
import { addIdentity, idAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { acceptedAs, captionRefusal } from '../wire/send-outcome.ts'
import { CAPTION_KINDS } from './capabilities.ts'
import { CONTACT, namesOf } from './clients.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { failureOf, failureOfAnswer, scrub } from './errors.ts'
import { callGraph, graphPath } from './graph-client.ts'
import { interactiveContent } from './interactive-content.ts'
import { templateContent } from './template-message.ts'

/**
 * Sends one message once (reference §5). The three outcomes keep promise P3: Meta has no idempotency key, so whatever
 * does not say clearly that the message was refused is `unknown`, and waits for a status with our delivery id.
 */
export async function sendMessage(
  config: WhatsAppCloudConfig,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const built = outgoingJson(message)
  if (!built.ok) return { outcome: 'rejected', failure: failureOf(config, built.code, built.detail) }
  const path = graphPath(config.phoneNumberId, 'messages')
  const answer = await callGraph(config, { method: 'POST', path, body: { json: built.json } }, signal)
  if (answer.kind === 'ok') return readAccepted(answer.body)
  if (answer.kind === 'unclear') return { outcome: 'unknown', detail: scrub(answer.detail, config) }
  return { outcome: 'rejected', failure: failureOfAnswer(config, answer) }
}

export type OutgoingJson =
  | { ok: true; json: JsonObject }
  | { ok: false; code: 'no_address' | 'caption_not_supported'; detail: string }

/** A message as Meta takes it, from us or through a reseller (reference §5.1, §5.2); or why there is no such body. */
export function outgoingJson(message: OutgoingMessage): OutgoingJson {
  const address = addressOf(message.recipient)
  if (address === null) return { ok: false, code: 'no_address', detail: 'no number and no user id of this client' }
  const { body } = message
  const lost = captionRefusal(body, CAPTION_KINDS)
  if (lost) return { ok: false, ...lost }
  return {
    ok: true,
    json: {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      ...address,
      ...(message.quoted === null ? {} : { context: { message_id: message.quoted } }),
      biz_opaque_callback_data: message.deliveryId,
      ...contentOf(body),
    },
  }
}

/**
 * The number that the client wrote from, else a typed one, else the user id (reference §2.4). Always with `+`: without
 * it Meta may take a number for a local one (reference §5.1).
 */
function addressOf(recipient: readonly IdentityValue[]): { to: string } | { recipient: string } | null {
  for (const kind of ['wa_id', 'phone'] as const) {
    for (const identity of recipient) {
      if (identity.kind !== kind) continue
      const number = digitsOf(identity.value)
      if (number.ok) return { to: `+${number.digits}` }
    }
  }
  const userId = recipient.find(({ kind }) => kind === 'bsuid') ?? recipient.find(({ kind }) => kind === 'parent_bsuid')
  return userId === undefined ? null : { recipient: userId.value }
}

/** Request bodies by kind: reference §5.2. */
function contentOf(body: OutgoingBody): JsonObject {
  if (body.kind === 'text') {
    return { type: 'text', text: { body: body.text, preview_url: /\bhttps?:\/\/\S/i.test(body.text) } }
  }
  if (body.kind === 'template') return templateContent(body.template)
  if (body.kind === 'interactive') return interactiveContent(body.message)
  const type = body.media === 'voice' ? 'audio' : body.media
  const media = {
    id: body.mediaId,
    ...(body.media === 'voice' ? { voice: true } : {}),
    ...(body.caption === null ? {} : { caption: body.caption }),
    ...(body.media === 'document' && body.fileName !== null ? { filename: body.fileName } : {}),
  }
  return { type, [type]: media }
}

/** 200 means accepted, nothing more. `wa_id` may differ from what was written to: an alias of the client. */
export function readAccepted(answer: JsonObject): SendOutcome {
  const [sent] = objectsAt(answer, 'messages')
  const id = idAt(sent, 'id')
  const identities: IdentityValue[] = []
  for (const { kind, value } of namesOf(objectsAt(answer, 'contacts')[0], CONTACT)) addIdentity(identities, kind, value)
  const status = textAt(sent, 'message_status')
  return acceptedAs(id, { identities, held: status === 'held_for_quality_assessment' || status === 'paused' })
}
