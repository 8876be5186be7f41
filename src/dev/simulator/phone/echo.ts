import { Refusal } from '../refusal.ts'
import { type BusinessNumber, businessNumber, clientKey, clientOf, type Simulation } from '../simulation.ts'
import { messagingValue, seconds } from '../webhooks/envelope.ts'
import { newWamid } from '../wire/ids.ts'
import type { Entry } from '../world/entries.ts'
import { arrivalObject, arrivalType, newMessage, storeArrival, timeOf } from './arrival.ts'
import type { EchoMessage } from './request.ts'
import { editOf, numberFor } from './write.ts'

type Json = Record<string, unknown>

/** The owner writes in the phone app of a coexistence number: the client gets it, we get an echo (reference §4.4). */
export async function writeAsOwner(
  sim: Simulation,
  request: EchoMessage,
  upload: Uint8Array | null,
  base: string,
): Promise<{ id: string }> {
  const number = await businessNumber(sim, await numberFor(sim, request.phoneNumberId))
  const client = clientOf(sim.world, clientKey(request.to))
  const at = timeOf(sim, request.timestamp)
  const id = newWamid(client.key, 'to_client')
  const { wire, entries } = await echoOf(sim, number, client.key, id, at, request, upload, base)
  if (request.name !== undefined) entries.push({ t: 'client', key: client.key, patch: { name: request.name } })
  const context = request.replyTo === undefined ? {} : { context: { from: client.key, id: request.replyTo } }
  sim.courier.post(
    [
      {
        wabaId: number.wabaId,
        phoneNumberId: number.phoneNumberId,
        field: 'smb_message_echoes',
        value: {
          ...messagingValue(number),
          message_echoes: [
            { from: number.displayPhone, to: client.key, id, timestamp: seconds(at), ...context, ...wire },
          ],
        },
        time: null,
        about: { from: null, to: client.key, messageIds: [id] },
      },
    ],
    { entries },
  )
  return { id }
}

async function echoOf(
  sim: Simulation,
  number: BusinessNumber,
  client: string,
  id: string,
  at: number,
  request: EchoMessage,
  upload: Uint8Array | null,
  base: string,
): Promise<{ wire: Json; entries: Entry[] }> {
  const record = {
    id,
    phoneNumberId: number.phoneNumberId,
    client,
    direction: 'to_client' as const,
    author: 'phone_app' as const,
    at,
    state: 'delivered' as const,
    quoted: request.replyTo ?? null,
  }
  if (request.text !== undefined) {
    const wire = { type: 'text', text: { body: request.text } }
    const message = newMessage({ ...record, kind: 'text', text: request.text, body: wire })
    return { wire, entries: [{ t: 'message', message }] }
  }
  if (request.media) {
    const type = arrivalType(request.media)
    const stored = await storeArrival(sim, number.phoneNumberId, request.media, upload)
    const wire = { type, [type]: arrivalObject(sim, base, type, request.media, stored) }
    const message = newMessage({
      ...record,
      kind: request.media.voice ? 'voice' : type,
      text: request.media.caption ?? null,
      body: wire,
      mediaId: stored.id,
      fileName: request.media.name ?? null,
    })
    return { wire, entries: [{ t: 'message', message }] }
  }
  const targetId = request.edit?.messageId ?? request.revoke?.messageId ?? request.reaction?.messageId ?? ''
  const target = sim.world.messages.get(targetId)
  if (!target || target.client !== client) throw new Refusal(404, 'not_found', 'There is no such message in this chat.')
  if (request.reaction) {
    const { emoji } = request.reaction
    const others = target.reactions.filter((one) => one.by !== 'business')
    const reactions = emoji ? [...others, { by: 'business' as const, emoji }] : others
    return {
      wire: { type: 'reaction', reaction: { message_id: targetId, ...(emoji ? { emoji } : {}) } },
      entries: [{ t: 'message_changed', id: targetId, patch: { reactions } }],
    }
  }
  if (target.direction !== 'to_client') throw new Refusal(404, 'not_found', 'The business wrote no such message.')
  const { change, wire } = request.edit
    ? editOf(target, request.edit.text, sim.now())
    : {
        change: { text: null, deletedAt: sim.now() },
        wire: { type: 'revoke', revoke: { original_message_id: targetId } },
      }
  return { wire, entries: [{ t: 'message_changed', id: targetId, patch: change }] }
}
