import type { z } from 'zod'
import { businessNumber, clientKey, clientOf, type Simulation } from '../simulation.ts'
import { contactsOf, inboundUpdate, messageHead, messagingValue } from '../webhooks/envelope.ts'
import { newWamid } from '../wire/ids.ts'
import type { blockRequest, clientProfile, numberChange, preferences } from './request.ts'
import { numberFor } from './write.ts'

/** The client moves to another number or gets another user id: a `system` message (reference §2.2, §2.4). */
export async function changeNumber(sim: Simulation, request: z.infer<typeof numberChange>): Promise<{ id: string }> {
  const number = await businessNumber(sim, await numberFor(sim, request.phoneNumberId))
  const client = clientOf(sim.world, clientKey(request.from))
  const id = newWamid(client.key, 'from_client')
  const head = messageHead(client, id, sim.now())
  const { key, ...facts } = client
  if (request.to === undefined) {
    const system = {
      body: `User ${client.name} changed their user id`,
      type: 'user_changed_user_id',
      user_id: request.userId,
      ...(client.userId ? { previous_user_id: client.userId } : {}),
    }
    const message = { ...head, from_user_id: request.userId, type: 'system', system }
    sim.courier.post([inboundUpdate(number, client, message, false)], {
      entries: [{ t: 'client', key, patch: { ...facts, userId: request.userId ?? null } }],
    })
    return { id }
  }
  const moved = clientKey(request.to)
  const system = {
    body: `User ${client.name} changed from ${key} to ${moved}`,
    wa_id: moved,
    type: 'user_changed_number',
    ...(request.userId ? { user_id: request.userId } : {}),
  }
  sim.courier.post([inboundUpdate(number, client, { ...head, type: 'system', system }, false)], {
    entries: [
      { t: 'client', key: moved, patch: { ...facts, userId: request.userId ?? facts.userId, onWhatsApp: true } },
      { t: 'client', key, patch: { onWhatsApp: false, userId: null } },
    ],
  })
  return { id }
}

/** Blocks or unblocks the business: what it sends fails with 131026, and nothing tells it so before. */
export function blockBusiness(sim: Simulation, request: z.infer<typeof blockRequest>): void {
  sim.world.record({ t: 'client', key: clientKey(request.from), patch: { blocked: request.blocked } })
}

/** Stops or resumes marketing messages (reference §4.2, `user_preferences`; the timestamp is a number here). */
export async function setPreferences(sim: Simulation, request: z.infer<typeof preferences>): Promise<void> {
  const number = await businessNumber(sim, await numberFor(sim, request.phoneNumberId))
  const client = clientOf(sim.world, clientKey(request.from))
  const stops = request.marketing === 'stop'
  sim.courier.post(
    [
      {
        wabaId: number.wabaId,
        phoneNumberId: number.phoneNumberId,
        field: 'user_preferences',
        value: {
          ...messagingValue(number),
          contacts: contactsOf(client),
          user_preferences: [
            {
              ...(client.withoutPhone ? {} : { wa_id: client.key }),
              ...(client.userId ? { user_id: client.userId } : {}),
              detail: request.detail ?? `User requested to ${request.marketing} marketing messages`,
              category: 'marketing_messages',
              value: request.marketing,
              timestamp: Math.floor(sim.now() / 1000),
            },
          ],
        },
        time: null,
        about: { from: client.key, to: null, messageIds: [] },
      },
    ],
    { entries: [{ t: 'client', key: client.key, patch: { optedOut: stops } }] },
  )
}

/** What is known of a client, set without a message. */
export function setProfile(sim: Simulation, request: z.infer<typeof clientProfile>): void {
  const { from, ...given } = request
  const patch = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  sim.world.record({ t: 'client', key: clientKey(from), patch })
}
