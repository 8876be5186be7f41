import { Refusal } from '../refusal.ts'
import { type BusinessNumber, businessNumber, clientKey, clientOf, type Simulation } from '../simulation.ts'
import { asyncError, inboundUpdate, messageHead } from '../webhooks/envelope.ts'
import { newWamid } from '../wire/ids.ts'
import type { Client, Entry, Message } from '../world/entries.ts'
import { arrivalObject, arrivalType, INBOUND_MAX_BYTES, newMessage, storeArrival, timeOf } from './arrival.ts'
import type { ClientMessage } from './request.ts'

type Json = Record<string, unknown>

/** What a client's message is on the wire, and what of it the phone shows. */
interface Content {
  /** `type` and its object, e.g. `{ type: 'text', text: { body } }`. */
  wire: Json
  kind: string
  text: string | null
  mediaId?: string
  fileName?: string | null
  /** Changes of other messages: an edit, a revocation, a reaction. */
  changes?: Entry[]
  /** Bubble of its own? A reaction or an edit has none. */
  silent?: boolean
}

/**
 * The client writes: the message is on the phone, the webhook is owed, both in one append to the journal.
 * @param base address of the Graph side, for the file's link
 * @returns the wamid
 */
export async function writeAsClient(
  sim: Simulation,
  request: ClientMessage,
  upload: Uint8Array | null,
  base: string,
): Promise<{ id: string }> {
  const number = await businessNumber(sim, await numberFor(sim, request.phoneNumberId))
  const known = clientOf(sim.world, clientKey(request.from))
  if (request.withoutPhone && !request.userId && !known.userId) {
    throw new Refusal(400, 'invalid_request', 'withoutPhone needs a userId')
  }
  const client: Client = {
    ...known,
    name: request.name ?? (known.name || `+${known.key}`),
    userId: request.userId ?? known.userId,
    username: request.username ?? known.username,
    withoutPhone: request.withoutPhone ?? known.withoutPhone,
  }
  const at = timeOf(sim, request.timestamp)
  const id = newWamid(client.key, 'from_client')
  const content = await contentOf(sim, number, client, request, upload, base)
  const context = contextOf(sim, number, client, request)
  const wire = {
    ...(context ? { context } : {}),
    ...messageHead(client, id, at),
    ...content.wire,
    ...(request.referral ? { referral: request.referral } : {}),
  }
  const { key, ...facts } = client
  const message = newMessage({
    id,
    phoneNumberId: number.phoneNumberId,
    client: key,
    direction: 'from_client',
    author: 'client',
    kind: content.kind,
    text: content.text,
    body: content.wire,
    mediaId: content.mediaId ?? null,
    fileName: content.fileName ?? null,
    quoted: request.replyTo ?? null,
    state: 'sent',
    at,
  })
  const entries: Entry[] = [{ t: 'client', key, patch: facts }, ...(content.changes ?? [])]
  // An edit or a revocation changes another message and is none itself; it does not open the window either.
  if (!content.silent) entries.push({ t: 'message', message })
  sim.courier.post([inboundUpdate(number, client, wire)], { entries })
  return { id }
}

/** The number that is meant when none is named: the first account. @throws Refusal 409 when there is none */
export async function numberFor(sim: Simulation, phoneNumberId: string | undefined): Promise<string> {
  if (phoneNumberId !== undefined) return phoneNumberId
  const [first] = await sim.accounts.all()
  const [used] = sim.world.numbers.keys()
  const id = first?.phoneNumberId ?? used
  if (id === undefined) throw new Refusal(409, 'no_account', 'There is no business number to write to yet.')
  return id
}

function contextOf(sim: Simulation, number: BusinessNumber, client: Client, request: ClientMessage): Json | null {
  if (request.forwarded === 'frequently') return { frequently_forwarded: true }
  if (request.forwarded === true) return { forwarded: true }
  if (request.replyTo === undefined) return null
  const quoted = sim.world.messages.get(request.replyTo)
  const from = quoted?.direction === 'from_client' ? client.key : number.displayPhone
  return { from, id: request.replyTo }
}

async function contentOf(
  sim: Simulation,
  number: BusinessNumber,
  client: Client,
  request: ClientMessage,
  upload: Uint8Array | null,
  base: string,
): Promise<Content> {
  if (request.text !== undefined) {
    return { kind: 'text', text: request.text, wire: { type: 'text', text: { body: request.text } } }
  }
  if (request.media) return mediaContent(sim, number, request.media, upload, base)
  if (request.button) {
    const { text } = request.button
    return { kind: 'button', text, wire: { type: 'button', button: { payload: request.button.payload ?? text, text } } }
  }
  if (request.interactive) {
    return {
      kind: 'interactive',
      text: titleOfReply(request.interactive),
      wire: { type: 'interactive', interactive: request.interactive },
    }
  }
  if (request.location) {
    const { name, address } = request.location
    const text = [name, address].filter(Boolean).join(', ')
    return { kind: 'location', text: text || null, wire: { type: 'location', location: request.location } }
  }
  if (request.contacts) {
    const names = request.contacts.map((contact) => String((contact.name as Json | undefined)?.formatted_name ?? ''))
    return { kind: 'contacts', text: names.join(', '), wire: { type: 'contacts', contacts: request.contacts } }
  }
  if (request.order) {
    const text = typeof request.order.text === 'string' ? request.order.text : null
    return { kind: 'order', text, wire: { type: 'order', order: request.order } }
  }
  if (request.unsupported) {
    const { type, code, details = 'Message type is currently not supported.' } = request.unsupported
    return unsupported(code, details, type)
  }
  if (request.reaction) return reactionContent(sim, request.reaction)
  const coexistence = (await sim.accounts.byPhone(number.phoneNumberId))?.coexistence
  return changeContent(sim, client, request, coexistence !== false)
}

async function mediaContent(
  sim: Simulation,
  number: BusinessNumber,
  media: NonNullable<ClientMessage['media']>,
  upload: Uint8Array | null,
  base: string,
): Promise<Content> {
  const type = arrivalType(media)
  const stored = await storeArrival(sim, number.phoneNumberId, media, upload)
  const shown = {
    kind: media.voice ? 'voice' : type,
    text: media.caption ?? null,
    mediaId: stored.id,
    fileName: media.name ?? null,
  }
  if (stored.size > INBOUND_MAX_BYTES) {
    return { ...unsupported(131052, 'Failed to download the media from the sender.', type), ...shown }
  }
  return { ...shown, wire: { type, [type]: arrivalObject(sim, base, type, media, stored) } }
}

function unsupported(code: number, details: string, type: string | undefined): Content {
  const title =
    code === 131051 ? 'Message type unknown' : code === 131052 ? 'Media download error' : 'Unsupported message'
  const { href: _, ...error } = asyncError({ code, title, details })
  return {
    kind: 'unsupported',
    text: null,
    wire: { type: 'unsupported', errors: [error], ...(type ? { unsupported: { type } } : {}) },
  }
}

function titleOfReply(interactive: Json): string | null {
  const reply = (interactive.button_reply ?? interactive.list_reply ?? interactive.nfm_reply) as Json | undefined
  return typeof reply?.title === 'string' ? reply.title : typeof reply?.body === 'string' ? reply.body : null
}

function reactionContent(sim: Simulation, reaction: NonNullable<ClientMessage['reaction']>): Content {
  const { messageId, emoji } = reaction
  const target = sim.world.messages.get(messageId)
  const others = target?.reactions.filter((one) => one.by !== 'client') ?? []
  const reactions = emoji ? [...others, { by: 'client' as const, emoji }] : others
  return {
    kind: 'reaction',
    text: emoji ?? null,
    wire: { type: 'reaction', reaction: { message_id: messageId, ...(emoji ? { emoji } : {}) } },
    ...(target ? { changes: [{ t: 'message_changed', id: messageId, patch: { reactions } }] } : {}),
  }
}

/** Edits and revocations reach coexistence numbers alone; others get an edit as `unsupported` (reference §2.2). */
function changeContent(sim: Simulation, client: Client, request: ClientMessage, coexistence: boolean): Content {
  const id = request.edit?.messageId ?? request.revoke?.messageId ?? ''
  const target = sim.world.messages.get(id)
  if (!target || target.client !== client.key || target.direction !== 'from_client') {
    throw new Refusal(404, 'not_found', 'This client wrote no such message.')
  }
  const { change, wire } = request.edit
    ? editOf(target, request.edit.text, sim.now())
    : {
        change: { text: null, deletedAt: sim.now() },
        wire: { type: 'revoke', revoke: { original_message_id: id } },
      }
  const changes: Entry[] = [{ t: 'message_changed', id, patch: change }]
  const silent = { kind: String(wire.type), text: null, changes, silent: true }
  if (coexistence) return { ...silent, wire }
  return { ...unsupported(131051, 'Message type is currently not supported.', String(wire.type)), ...silent }
}

/** The new text of a text or a caption, with the form of both wires. */
export function editOf(target: Message, text: string, at: number): { change: Partial<Message>; wire: Json } {
  const inner =
    target.kind === 'text'
      ? { type: 'text', text: { body: text } }
      : {
          type: target.body.type ?? target.kind,
          [String(target.body.type ?? target.kind)]: {
            ...(target.body[String(target.body.type ?? target.kind)] as Json | undefined),
            caption: text,
          },
        }
  return {
    change: { text, editedAt: at },
    wire: { type: 'edit', edit: { original_message_id: target.id, message: { context: { id: target.id }, ...inner } } },
  }
}
