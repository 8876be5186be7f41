import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationId } from '../../src/domain/ids.ts'
import { eventually } from '../kit/eventually.ts'
import { passTime } from '../kit/pass-time.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { skipTime } from '../kit/skip-time.ts'
import { urlOfDatabase } from '../operations/parley.ts'

/**
 * The provider is away for ten minutes (F12), by the clock and not by waiting: the database's is put forward to the next
 * try each time, and workflows skip the time that they wait.
 */
const OUTAGE_MS = 600_000
/** Once it answers, all goes on within half a minute (src/domain/circuit.ts). */
const BACK_WITHIN_MS = 35_000

let house: RunningHouse
beforeEach(async () => {
  house = await openRunningHouse()
})
afterEach(() => house.close())

interface Client {
  from: string
  task: string
  conversation: ConversationId
}
async function openTasks(count: number): Promise<Client[]> {
  const clients: Client[] = []
  for (let n = 0; n < count; n++) {
    const from = `1650887${String(n).padStart(4, '0')}`
    await house.phone({ from, name: 'C', text: 'Hello' })
    clients.push(
      await eventually(async () => {
        const { body } = await house.api<{ items: { id: string; conversationId: ConversationId }[] }>(
          'GET',
          `/api/tasks?status=all&q=${from}`,
        )
        const [task] = body.items
        if (!task) throw new Error('no task yet')
        return { from, task: task.id, conversation: task.conversationId }
      }),
    )
  }
  return clients
}
const write = async ({ task }: Client, text: string) => {
  const body = { text, notify: { contact: true } }
  expect((await house.api('POST', `/api/tasks/${task}/comments`, body)).status).toBe(201)
}
const circuit = async () =>
  (await house.database.db.selectFrom('channels').select('send_circuit').executeTakeFirstOrThrow()).send_circuit
const states = async () =>
  (await house.database.db.selectFrom('deliveries').select('state').execute()).map(({ state }) => state)
const received = async (from: string) =>
  (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client').map(({ text }) => text)
const providerAway = async () =>
  (await house.api<{ providerAway: { since: string } | null }>('GET', `/api/channels/${house.channel}`)).body
    .providerAway

/** From try to try, until so much time has passed. @returns how many tries were made meanwhile */
async function letOutagePass(clients: readonly Client[]): Promise<number> {
  for (const { conversation } of clients) await skipTime(house, conversation)
  const begun = (await circuit())?.circuit.opened ?? 0
  for (let passed = 0; passed < OUTAGE_MS; ) {
    const { until, opened } = (await circuit())?.circuit ?? { until: 0, opened: 0 }
    const step = Math.max(1_000, until - Date.now())
    await passTime(urlOfDatabase(house.database), step)
    passed += step
    await eventually(async () => expect((await circuit())?.circuit.opened).toBeGreaterThan(opened), 30_000)
  }
  return ((await circuit())?.circuit.opened ?? 0) - begun
}

describe('a provider that is away for ten minutes', () => {
  it.each([1, 8])(
    'with %i clients: what is to be sent waits, is tried now and then, and leaves once, in order',
    async (count) => {
      const clients = await openTasks(count)
      await house.fault({ on: 'messages', kind: 'error', code: 131016 })
      for (const client of clients) await write(client, 'one')
      await eventually(async () => expect(await providerAway()).not.toBeNull(), 60_000)
      for (const client of clients) await write(client, 'two')
      const before = (await house.calls()).length
      const tries = await letOutagePass(clients)

      // Twenty seconds after 2, 4, 8 and 16, then one each half minute: nobody hammers at it.
      expect(tries).toBeGreaterThan(15)
      expect(tries).toBeLessThan(30)
      expect((await house.calls()).length - before).toBeLessThanOrEqual(tries + 1)
      expect(new Set(await states())).toEqual(new Set(['queued']))
      const since = Date.parse((await providerAway())?.since ?? '')
      expect(Date.now() - since).toBeGreaterThan(OUTAGE_MS)
      const audited = await house.database.db
        .selectFrom('audit_log')
        .select('action')
        .where('action', 'like', 'channel.provider_%')
        .execute()
      expect(audited.map(({ action }) => action)).toEqual(['channel.provider_away'])

      await house.clearFaults()
      await passTime(urlOfDatabase(house.database), BACK_WITHIN_MS)
      for (const { from } of clients) {
        await eventually(async () => expect(await received(from)).toEqual(['one', 'two']), 60_000)
      }
      await eventually(async () => {
        expect(await providerAway()).toBeNull()
        expect((await states()).filter((state) => !['delivered', 'read'].includes(state))).toEqual([])
      })
      const made = await house.calls()
      const taken = made.filter(({ wamid }) => wamid !== null)
      expect(new Set(taken.map(({ callbackData }) => callbackData)).size).toBe(taken.length)
    },
    240_000,
  )
})
