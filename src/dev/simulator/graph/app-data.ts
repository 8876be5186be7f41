import type { Context } from 'hono'
import { storeMedia } from '../media-store.ts'
import { businessNumber, type Simulation } from '../simulation.ts'
import { messagingValue, seconds } from '../webhooks/envelope.ts'
import { newId, newWamid } from '../wire/ids.ts'
import type { Message } from '../world/entries.ts'
import { authoriseNumber } from './access.ts'
import { answerCall } from './call.ts'
import { GraphError } from './errors.ts'
import { readJson, requireString } from './fields.ts'

type Json = Record<string, unknown>

/**
 * `POST /{phone}/smb_app_data` (reference §10.2): the phone app hands over its phone book or its history, once each. The
 * phone book is the simulator's clients; the history is a little of each of the three phases, and a picture that comes
 * after its placeholder.
 */
export function askAppData(sim: Simulation, c: Context, phoneNumberId: string): Promise<Response> {
  return answerCall(sim, c, { operation: 'register', phoneNumberId }, async () => {
    await authoriseNumber(sim, c, phoneNumberId)
    const request = await readJson(c.req.raw)
    const type = requireString(request, 'sync_type', 40)
    const account = await sim.accounts.byPhone(phoneNumberId)
    if (account?.coexistence !== true) {
      throw new GraphError(100, 'The number is not used in the WhatsApp Business app.')
    }
    if (type !== 'smb_app_state_sync' && type !== 'history') throw new GraphError(100, 'Param sync_type is unknown.')
    const asked = sim.world.numbers.get(phoneNumberId)?.synced ?? []
    if (asked.includes(type)) throw new GraphError(100, 'This was requested before; it can be requested once.')
    sim.world.record({ t: 'number', id: phoneNumberId, patch: { synced: [...asked, type] } })
    await handOver(sim, phoneNumberId, type)
    return { json: { messaging_product: 'whatsapp', request_id: newId('sync') } }
  })
}

async function handOver(sim: Simulation, phoneNumberId: string, type: 'smb_app_state_sync' | 'history'): Promise<void> {
  const number = await businessNumber(sim, phoneNumberId)
  const clients = [...sim.world.clients.values()].slice(0, 20)
  const values: Json[] =
    type === 'history'
      ? [
          ...[0, 1, 2].map((phase) => historyChunk(number.displayPhone, clients, phase, sim.now())),
          ...(await pictureOf(sim, phoneNumberId, clients[0]?.key)),
        ]
      : [{ state_sync: clients.map((client) => phoneBookEntry(client, sim.now())) }]
  sim.courier.post(
    values.map((value) => ({
      wabaId: number.wabaId,
      phoneNumberId,
      field: type,
      value: { ...messagingValue(number), ...value },
      time: Math.floor(sim.now() / 1000),
      about: { from: null, to: null, messageIds: [] },
    })),
    { entries: [] },
  )
}

const DAY_MS = 86_400_000
/** How long ago the messages of each phase are. */
const AGO_MS = [DAY_MS / 2, 30 * DAY_MS, 120 * DAY_MS]

function historyChunk(business: string, clients: readonly { key: string }[], phase: number, now: number): Json {
  const at = now - (AGO_MS[phase] ?? 0)
  const threads = clients.map(({ key }) => ({
    id: key,
    messages: [
      historyMessage({ from: key, text: { body: 'Are you open tomorrow?' } }, key, 'from_client', at),
      historyMessage({ from: business, to: key, text: { body: 'Yes, from nine.' } }, key, 'to_client', at + 60_000),
    ],
  }))
  return { history: [{ metadata: { phase, chunk_order: phase + 1, progress: 100 }, threads }] }
}

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** A placeholder in the client's thread, and the file that takes its place (reference §4.4). */
async function pictureOf(sim: Simulation, phoneNumberId: string, client: string | undefined): Promise<Json[]> {
  if (client === undefined) return []
  const file = { phoneNumberId, mime: 'image/png', name: null, bytes: PICTURE, from: 'webhook' as const }
  const media = await storeMedia(sim, file)
  const message = { from: client, id: newWamid(client, 'from_client'), timestamp: seconds(sim.now() - DAY_MS / 4) }
  const placeholder = { ...message, type: 'media_placeholder', history_context: { status: 'READ' } }
  const image = { mime_type: media.mime, sha256: media.sha256, id: media.id, caption: 'This one?' }
  return [
    {
      history: [
        { metadata: { phase: 0, chunk_order: 4, progress: 100 }, threads: [{ id: client, messages: [placeholder] }] },
      ],
    },
    { messages: [{ ...message, type: 'image', image }] },
  ]
}

const historyMessage = (message: Json, client: string, direction: Message['direction'], at: number): Json => ({
  ...message,
  id: newWamid(client, direction),
  timestamp: seconds(at),
  type: 'text',
  history_context: { status: 'READ' },
})

const phoneBookEntry = ({ key, name }: { key: string; name: string }, now: number): Json => ({
  type: 'contact',
  contact: { full_name: name || `+${key}`, first_name: name || `+${key}`, phone_number: key },
  action: 'add',
  metadata: { timestamp: seconds(now) },
})
