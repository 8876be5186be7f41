import type { Context } from 'hono'
import { type Fault, struckBy } from '../faults.ts'
import { noteTyping, readByBusiness } from '../reading.ts'
import { type BusinessNumber, businessNumber, clientOf, type Simulation } from '../simulation.ts'
import { type ReportedStatus, statusUpdate } from '../webhooks/envelope.ts'
import { newWamid } from '../wire/ids.ts'
import { recipientOf } from '../wire/phone-number.ts'
import type { Client, Entry, Message, MessageState } from '../world/entries.ts'
import { authoriseNumber } from './access.ts'
import { answerCall, errorResponse, type Outcome } from './call.ts'
import type { Draft } from './draft.ts'
import { GraphError, titleOf } from './errors.ts'
import { type Json, onlyKeys, readJson, requireObject, requireString } from './fields.ts'
import { mediaOfMessage } from './media.ts'
import { draftMessage } from './message-draft.ts'
import { draftTemplate } from './template-message.ts'
import { ensureTemplates } from './template-seed.ts'

const WINDOW_MS = 24 * 3600 * 1000
const BSUID = /^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$/

/** `POST /{phone}/messages`: sends, or marks as read (reference §5). */
export async function postMessages(sim: Simulation, c: Context, phoneNumberId: string): Promise<Response> {
  let request: Json
  try {
    request = await readJson(c.req.raw)
  } catch (error) {
    if (error instanceof GraphError) return errorResponse(error)
    throw error
  }
  const marksRead = request.status === 'read'
  const facts = {
    operation: marksRead ? ('mark_read' as const) : ('messages' as const),
    phoneNumberId,
    to: stringOrNull(request.to) ?? stringOrNull(request.recipient),
    callbackData: stringOrNull(request.biz_opaque_callback_data),
  }
  return answerCall(sim, c, facts, async (faults) => {
    await authoriseNumber(sim, c, phoneNumberId)
    const number = await businessNumber(sim, phoneNumberId)
    if (sim.world.numbers.get(phoneNumberId)?.registered === false) {
      throw new GraphError(133010, 'The account does not exist in the Cloud API, please create it first.')
    }
    return marksRead ? markRead(sim, number, request) : send(sim, number, request, faults)
  })
}

async function send(
  sim: Simulation,
  number: BusinessNumber,
  request: Json,
  faults: readonly Fault[],
): Promise<Outcome> {
  await limitThroughput(sim, number.phoneNumberId)
  const draft = draftMessage(request)
  const recipient = resolveRecipient(sim, number, request)
  if (recipient.client.key === number.displayPhone) {
    throw new GraphError(131021, 'Sender and recipient phone number are the same.')
  }
  ensureTemplates(sim, number.wabaId)
  const content: Draft =
    draft.kind === 'template' ? draftTemplate(sim.world, number.wabaId, requireObject(request, 'template')) : draft
  const media = await mediaOfMessage(sim, number.phoneNumberId, content)
  limitPair(sim, number.phoneNumberId, recipient.client.key)

  const at = sim.now()
  const held = content.template ? struckBy(faults, 'held_for_quality_assessment') : null
  const judged =
    held?.outcome === 'failed' ? failed(132015, 'The template was paused while its messages were held.') : null
  const failure = media.failure ?? asyncFailure(sim, number, recipient.client, content, at) ?? judged
  const message: Message = {
    id: newWamid(recipient.client.key, 'to_client'),
    phoneNumberId: number.phoneNumberId,
    client: recipient.client.key,
    direction: 'to_client',
    author: 'api',
    kind: content.kind,
    text: content.text,
    body: content.body,
    mediaId: media.id,
    fileName: content.fileName,
    quoted: draft.quoted !== null && sim.world.messages.has(draft.quoted) ? draft.quoted : null,
    template: content.template,
    buttons: content.buttons,
    state: 'accepted',
    at,
    callbackData: draft.callbackData,
    input: recipient.input,
    error: failure,
    reactions: [],
    editedAt: null,
    deletedAt: null,
  }
  await accept(sim, number, recipient.client, message, content, faults)
  return {
    wamid: message.id,
    json: {
      messaging_product: 'whatsapp',
      contacts: [recipient.contact],
      messages: [{ id: message.id, ...(content.template ? { message_status: held?.kind ?? 'accepted' } : {}) }],
    },
  }
}

/** Throughput of the number (reference §8). @throws GraphError 130429 */
async function limitThroughput(sim: Simulation, phoneNumberId: string): Promise<void> {
  const perSecond = (await sim.accounts.byPhone(phoneNumberId))?.perSecond ?? sim.world.settings.perSecond
  if (!sim.throughput.take(phoneNumberId, Math.max(1, perSecond), perSecond, sim.now())) {
    throw new GraphError(130429, 'Cloud API message throughput has been reached.', { subcode: 2494055 })
  }
}

/** Rate of one pair of number and client (reference §8). @throws GraphError 131056 */
function limitPair(sim: Simulation, phoneNumberId: string, client: string): void {
  const { pairBurst, pairSeconds } = sim.world.settings
  if (!sim.pairs.take(`${phoneNumberId}|${client}`, pairBurst, 1 / pairSeconds, sim.now())) {
    throw new GraphError(131056, 'Too many messages sent from this phone number to the same phone number.')
  }
}

interface Recipient {
  client: Client
  input: string
  /** `contacts[0]` of the answer. */
  contact: Json
}

/** `to` wins over `recipient` (reference §2.4). @throws GraphError 131008, 131009 */
function resolveRecipient(sim: Simulation, number: BusinessNumber, request: Json): Recipient {
  if (request.to === undefined && request.recipient !== undefined) {
    const userId = requireString(request, 'recipient', 160)
    if (!BSUID.test(userId)) throw new GraphError(131009, 'Param recipient is not a business-scoped user id.')
    const known = [...sim.world.clients.values()].find((client) => client.userId === userId)
    // Nobody has this id: the message will fail as undeliverable.
    const client = known ?? { ...clientOf(sim.world, userId), userId, withoutPhone: true, onWhatsApp: false }
    return { client, input: userId, contact: { input: userId, user_id: userId } }
  }
  const to = requireString(request, 'to', 64)
  const waId = recipientOf(to, number.displayPhone)
  if (waId === null) throw new GraphError(131009, `Param to is not a valid phone number: ${to}`)
  return { client: clientOf(sim.world, waId), input: to, contact: { input: to, wa_id: waId } }
}

/** Failures that Meta finds after it has said 200 (reference §5.1). */
function asyncFailure(
  sim: Simulation,
  number: BusinessNumber,
  client: Client,
  draft: Draft,
  at: number,
): Message['error'] {
  if (!client.onWhatsApp || client.blocked) return failed(131026, 'Message Undeliverable.')
  if (draft.reaction) {
    const target = sim.world.messages.get(draft.reaction.target)
    if (!target || target.client !== client.key || target.kind === 'reaction' || target.deletedAt !== null) {
      return failed(131009, 'The message that was reacted to does not exist, is too old, or is itself a reaction.')
    }
  }
  if (draft.template) {
    if (client.optedOut && draft.template.category === 'MARKETING') {
      return failed(131050, 'Recipient has chosen to stop receiving marketing messages on WhatsApp from your business.')
    }
    return null
  }
  const written = sim.world.lastWritten(number.phoneNumberId, client.key)
  if (written === null || at - written >= WINDOW_MS) {
    return failed(
      131047,
      'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
    )
  }
  return null
}

export const failed = (code: number, details: string) => ({ code, title: titleOf(code), details })

/** Puts the message on the phone and owes its statuses, in one append to the journal. */
async function accept(
  sim: Simulation,
  number: BusinessNumber,
  client: Client,
  message: Message,
  draft: Draft,
  faults: readonly Fault[],
): Promise<void> {
  const statuses = statusesOf(sim, message)
  const state: MessageState = statuses.at(-1) ?? 'accepted'
  const entries: Entry[] = [{ t: 'message', message: { ...message, state } }]
  if (draft.reaction && !message.error) entries.push(...reactionEntries(sim, draft.reaction))
  const updates = statuses.map((status) => statusUpdate(number, client, message, status, sim.now()))
  if (struckBy(faults, 'no_statuses') || struckBy(faults, 'held_for_quality_assessment')?.outcome === 'nothing') {
    sim.world.record(...entries)
    return
  }
  const [first, ...rest] = updates
  if (struckBy(faults, 'status_before_response') && first) {
    await sim.courier.postAndWait([first], entries)
    sim.courier.post(rest, { delayMs: sim.world.settings.statusDelayMs })
    return
  }
  sim.courier.post(updates, { delayMs: sim.world.settings.statusDelayMs, entries })
}

/** A reaction yields only `sent` (reference §3). */
function statusesOf(sim: Simulation, message: Message): ReportedStatus[] {
  if (message.error) return ['failed']
  if (message.kind === 'reaction') return ['sent']
  return sim.world.settings.readReceipts === 'auto' ? ['sent', 'delivered', 'read'] : ['sent', 'delivered']
}

function reactionEntries(sim: Simulation, reaction: { target: string; emoji: string }): Entry[] {
  const target = sim.world.messages.get(reaction.target)
  if (!target) return []
  const others = target.reactions.filter((one) => one.by !== 'business')
  const reactions = reaction.emoji === '' ? others : [...others, { by: 'business' as const, emoji: reaction.emoji }]
  return [{ t: 'message_changed', id: target.id, patch: { reactions } }]
}

/** Marks a client's message and all before it (reference §5.4). */
function markRead(sim: Simulation, number: BusinessNumber, request: Json): Outcome {
  onlyKeys(request, ['messaging_product', 'status', 'message_id', 'typing_indicator'], 'message')
  if (request.messaging_product !== 'whatsapp') {
    throw new GraphError(100, 'The parameter messaging_product is required.')
  }
  const message = sim.world.messages.get(requireString(request, 'message_id', 512))
  if (message?.direction !== 'from_client' || message.phoneNumberId !== number.phoneNumberId) {
    throw new GraphError(131009, 'Param message_id is not a message that this number received.')
  }
  if (request.typing_indicator !== undefined) {
    const typing = requireObject(request, 'typing_indicator')
    if (typing.type !== 'text') throw new GraphError(131009, 'Param typing_indicator.type must be "text".')
    noteTyping(sim, message)
  }
  readByBusiness(sim, message)
  return { json: { success: true } }
}

const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
