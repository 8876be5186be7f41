import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../kit/eventually.ts'
import { APP_SECRET, PHONE_NUMBER_ID } from '../../kit/process-house.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import type { ParleyProcess } from '../parley-process.ts'
import type { FaultPlan, PlannedDeed, PlannedFault } from './fault-plan.ts'
import type { ClientRecord, Deed, FaultRecord } from './fault-record.ts'
import { type ToxicHouse, untilReady } from './toxic-house.ts'

/** How long after the last fault everything must have come to rest (P7): the longest time limit is 30 s. */
const QUIET_MS = 120_000
/** How long one request may take before its sender takes it for lost. */
const PATIENCE_MS = 8_000

interface Running {
  server: ParleyProcess
  worker: ParleyProcess
}

/** What the load's clients are called: no two runs have the same. */
const phoneOf = (seed: number, client: number) => `1650${String(100_000 + (seed % 90_000))}${client}`

/** The scenario that the load's orders start. */
export const publishAnswer = (house: ToxicHouse) =>
  publishDocument(
    house,
    `
id: answer-orders
name: Answer orders
trigger: { event: message.received, when: { field: event.text, startsWith: order } }
concurrency: parallel
steps:
  - { id: note, comment: { text: 'fired by {{ event.text }}' } }
  - { id: say, sendText: { text: 'got {{ event.text }}' } }
`,
  )

/** Plays a plan: its load while its faults come and go, then quiet until all is at rest. @returns what is left of it */
export async function runPlan(house: ToxicHouse, running: Running, plan: FaultPlan): Promise<FaultRecord> {
  const begun = Date.now()
  const outputBefore = house.output().length
  const isOver = new AbortController()
  const untilAt = (at: number) => pause(Math.max(0, begun + at - Date.now()))
  const clients = Array.from({ length: plan.clients }, (_, client) => ({
    phone: phoneOf(plan.seed, client),
    deeds: [] as Deed[],
  }))

  /** Each client's deeds follow each other, so that their order is known; everybody tries until they are heard. */
  const deeds = clients.map(async ({ phone, deeds: done }, client) => {
    for (const [n, planned] of plan.load.filter((one) => one.client === client).entries()) {
      await untilAt(planned.at)
      const text = `${planned.does} ${plan.seed}-${client}-${n}`
      const deed: Deed = { does: planned.does, text, acknowledged: false }
      done.push(deed)
      deed.acknowledged = await perform(house, phone, planned, text, isOver.signal)
    }
  })
  const faults = plan.faults.map(async (fault) => {
    await untilAt(fault.at)
    const end = await begin(house, running, fault)
    await pause(fault.lasts)
    await end()
  })
  await Promise.all(faults)
  const deadline = setTimeout(() => isOver.abort(), QUIET_MS)
  await Promise.all(deeds)
  clearTimeout(deadline)
  const unfinished = await eventually(async () => {
    const left = await whatIsLeft(house, clients)
    if (left.length > 0) throw new Unfinished(left)
    return left
  }, QUIET_MS).catch((error: unknown) => {
    if (error instanceof Unfinished) return error.left
    throw error
  })
  return readRecord(house, clients, unfinished, house.output().slice(outputBefore))
}

class Unfinished extends Error {
  readonly left: string[]
  constructor(left: string[]) {
    super(left.join('; '))
    this.left = left
  }
}

/** @returns whether Parley acknowledged it before the run was over */
async function perform(
  house: ToxicHouse,
  phone: string,
  { does, twice }: PlannedDeed,
  text: string,
  over: AbortSignal,
): Promise<boolean> {
  if (does === 'write' || does === 'order') {
    const body = webhookBody(phone, text)
    const heard = await insist(() => postWebhook(house, body), over)
    return twice ? insist(() => postWebhook(house, body), over) : heard
  }
  const task = await eventually(async () => {
    const row = await house.database.db
      .selectFrom('tasks as t')
      .innerJoin('identities as i', 'i.conversation_id', 't.conversation_id')
      .select('t.id')
      .where('i.value', '=', phone)
      .executeTakeFirstOrThrow()
    return row.id
  }, QUIET_MS)
  const key = randomBytes(12).toString('hex')
  return insist(
    () =>
      fetch(`${house.url}/api/tasks/${task}/comments`, {
        method: 'POST',
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: {
          authorization: `Bearer ${house.token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify({ text, notify: { contact: does === 'answer' } }),
      }),
    over,
  )
}

/** As a provider or a program does that lost an answer, or got a 503: the same request again. */
async function insist(ask: () => Promise<Response>, over: AbortSignal): Promise<boolean> {
  while (!over.aborted) {
    const response = await ask().catch(() => null)
    if (response?.ok) return true
    await pause(200)
  }
  return false
}

function webhookBody(from: string, text: string): string {
  const id = `wamid.${randomBytes(20).toString('base64')}`
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID },
    contacts: [{ profile: { name: `Client ${from}` }, wa_id: from }],
    messages: [{ from, id, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body: text } }],
  }
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes: [{ field: 'messages', value }] }],
  })
}

const postWebhook = (house: ToxicHouse, body: string) =>
  fetch(`${house.url}/webhooks/${house.channelId}`, {
    method: 'POST',
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`,
    },
    body,
  })

/** @returns what ends the fault */
async function begin(house: ToxicHouse, running: Running, fault: PlannedFault): Promise<() => Promise<unknown>> {
  const { toxiproxy } = house
  switch (fault.kind) {
    case 'latency':
      return toxiproxy.poison(fault.on, {
        type: 'latency',
        attributes: { latency: fault.ms, jitter: Math.round(fault.ms / 2) },
      })
    case 'blackhole':
      return toxiproxy.poison(fault.on, { type: 'timeout', attributes: { timeout: 0 } })
    case 'reset':
      return toxiproxy.poison(fault.on, { type: 'reset_peer', attributes: { timeout: 0 } })
    case 'down':
      return toxiproxy.shut(fault.on)
    case 'kill': {
      const { what, clockOff } = fault
      const doomed = running[what]
      await doomed.kill()
      return async () => {
        // Two kills of one plan may overlap: whoever comes second finds the next one running.
        if (running[what] === doomed) running[what] = house.start(what, clockOff)
      }
    }
    case 'provider': {
      const { id } = await house.simulator<{ id: string }>('POST', '/faults', fault.fault)
      return () => house.simulator('DELETE', `/faults/${id}`)
    }
  }
}

async function whatIsLeft({ database: { db } }: ToxicHouse, clients: readonly { phone: string }[]): Promise<string[]> {
  const conversations = await db
    .selectFrom('conversations as c')
    .innerJoin('identities as i', 'i.conversation_id', 'c.id')
    .select(['c.id', 'c.last_seq', 'c.worked_seq'])
    .where(
      'i.value',
      'in',
      clients.map(({ phone }) => phone),
    )
    .execute()
  const deliveries = await db
    .selectFrom('deliveries')
    .select(['id', 'state'])
    .where('state', 'in', ['queued', 'sending'])
    .execute()
  const letters = await db.selectFrom('dead_letters').select(['id', 'reason']).execute()
  return [
    ...conversations
      .filter(({ last_seq, worked_seq }) => worked_seq < last_seq)
      .map(({ id, last_seq, worked_seq }) => `conversation ${id} stands at ${worked_seq} of ${last_seq}`),
    ...deliveries.map(({ id, state }) => `delivery ${id} is ${state}`),
    ...letters.map(({ id, reason }) => `letter ${id} is dead: ${reason}`),
  ]
}

async function readRecord(
  house: ToxicHouse,
  clients: readonly Pick<ClientRecord, 'phone' | 'deeds'>[],
  unfinished: string[],
  output: string,
): Promise<FaultRecord> {
  const { db } = house.database
  const calls = await house.simulator<{ items: { callbackData: string; wamid: string | null }[] }>(
    'GET',
    '/calls?operation=messages',
  )
  const records: ClientRecord[] = []
  const deliveries: FaultRecord['deliveries'] = []
  for (const { phone, deeds } of clients) {
    const name = await db
      .selectFrom('identities')
      .select('conversation_id')
      .where('value', '=', phone)
      .executeTakeFirst()
    const conversation = name?.conversation_id
    const comments = await db
      .selectFrom('comments')
      .select(['task_id', 'text', 'author_kind'])
      .where('conversation_id', '=', conversation ?? (null as never))
      .where('kind', '<>', 'system')
      .orderBy('position')
      .execute()
    const tasks = await db
      .selectFrom('tasks')
      .select('id')
      .where('conversation_id', '=', conversation ?? (null as never))
      .execute()
    const phoneView = await house.simulator<{ items: { direction: string; text: string }[] }>(
      'GET',
      `/phone/messages?from=${phone}`,
    )
    records.push({
      phone,
      deeds,
      tasks: tasks.map(({ id }) => ({
        id,
        feed: comments
          .filter(({ task_id }) => task_id === id)
          .map(({ text, author_kind }) => ({ author: author_kind, text: text ?? '' })),
      })),
      received: phoneView.items.filter(({ direction }) => direction === 'to_client').map(({ text }) => text),
    })
    const rows = await db
      .selectFrom('deliveries')
      .select(['id', 'state', 'body'])
      .where('conversation_id', '=', conversation ?? (null as never))
      .execute()
    const told = await db
      .selectFrom('live_events')
      .select('data')
      .where('event', '=', 'delivery')
      .orderBy('id')
      .execute()
    deliveries.push(
      ...rows.map(({ id, state, body }) => ({
        id,
        state,
        text: 'text' in body ? String(body.text) : '',
        told: told.flatMap(({ data }) => {
          const { deliveryId, state: was } = data as { deliveryId: string; state: string }
          return deliveryId === id ? [was] : []
        }),
      })),
    )
  }
  return {
    clients: records,
    deliveries,
    calls: calls.items.map(({ callbackData, wamid }) => ({ delivery: callbackData, taken: wamid !== null })),
    unfinished,
    output,
    secrets: [house.token, house.secretKey, APP_SECRET, 'token-of-the-test'],
  }
}

/** Starts both processes, and waits until they are of use. */
export async function startBoth(house: ToxicHouse): Promise<Running> {
  const running = { server: house.start('server'), worker: house.start('worker') }
  await untilReady(house)
  return running
}
