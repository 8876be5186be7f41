import { businessNumber, clientOf, type Simulation } from './simulation.ts'
import { statusUpdate } from './webhooks/envelope.ts'
import type { Entry, Message } from './world/entries.ts'

const TYPING_MS = 25_000

export const chatOf = (message: Pick<Message, 'phoneNumberId' | 'client'>): string =>
  `${message.phoneNumberId}|${message.client}`

/** The business shows that it types; ends with its answer or after 25 s (reference §5.4). */
export function noteTyping(sim: Simulation, message: Message): void {
  sim.typing.set(chatOf(message), sim.now() + TYPING_MS)
}

/** Blue ticks for what the client wrote, up to and with this message. */
export function readByBusiness(sim: Simulation, message: Message): void {
  const read = sim.world
    .chat(message.phoneNumberId, message.client)
    .filter((one) => one.direction === 'from_client' && one.state !== 'read' && one.at <= message.at)
  if (read.length > 0) {
    sim.world.record(...read.map(({ id }): Entry => ({ t: 'message_changed', id, patch: { state: 'read' } })))
  }
}

/**
 * The client opens the chat: `read` for every message that reached the phone; `played` for voice notes on request.
 * What the owner wrote in the phone app has no statuses.
 * @returns how many messages were read
 */
export async function readByClient(
  sim: Simulation,
  phoneNumberId: string,
  client: string,
  options: { upTo?: string | undefined; played?: boolean | undefined } = {},
): Promise<number> {
  const number = await businessNumber(sim, phoneNumberId)
  const person = clientOf(sim.world, client)
  const upTo = options.upTo === undefined ? null : sim.world.messages.get(options.upTo)
  const status = options.played ? 'played' : 'read'
  const fresh = sim.world
    .chat(phoneNumberId, client)
    .filter(
      (message) =>
        message.direction === 'to_client' &&
        message.kind !== 'reaction' &&
        (status === 'played'
          ? message.kind === 'voice' && message.state !== 'played' && message.state !== 'failed'
          : message.state === 'sent' || message.state === 'delivered') &&
        (!upTo || message.at <= upTo.at),
    )
  if (fresh.length === 0) return 0
  const entries = fresh.map(({ id }): Entry => ({ t: 'message_changed', id, patch: { state: status } }))
  const updates = fresh
    .filter((message) => message.author === 'api')
    .map((message) => statusUpdate(number, person, message, status, sim.now()))
  sim.courier.post(updates, { entries })
  return fresh.length
}
