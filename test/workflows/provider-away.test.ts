import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'

/** A provider that does not answer (F12): what is to be sent waits for it, and nothing of it is lost, doubled or given up. */
let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
})
afterEach(() => house.clearFaults())
afterAll(() => house.close())

const CLIENTS = Array.from({ length: 12 }, (_, n) => `1650888${String(n).padStart(4, '0')}`)

const taskOf = (phone: string) =>
  eventually(async () => {
    const { body } = await house.api<{ items: { id: string }[] }>('GET', `/api/tasks?status=all&q=${phone}`)
    const [task] = body.items
    if (!task) throw new Error('no task yet')
    return task.id
  })

const channel = async () =>
  (
    await house.api<{ state: string; providerAway: { since: string; code: string; nextTryAt: string } | null }>(
      'GET',
      `/api/channels/${house.channel}`,
    )
  ).body
const circuit = async () =>
  (await house.database.db.selectFrom('channels').select('send_circuit').executeTakeFirstOrThrow()).send_circuit
const calls = async () => (await house.calls()).length
const states = async () =>
  new Set((await house.database.db.selectFrom('deliveries').select('state').execute()).map(({ state }) => state))

const write = async (task: string | undefined, text: string) => {
  const body = { text, notify: { contact: true } }
  expect((await house.api('POST', `/api/tasks/${task}/comments`, body)).status).toBe(201)
}
const open = async (name: string) => {
  const tasks: string[] = []
  for (const from of CLIENTS) {
    await house.phone({ from, name: 'C', text: `hello, ${name}` })
    tasks.push(await taskOf(from))
  }
  return tasks
}
const arrived = async (from: string, name: string) =>
  (await house.phoneMessages(from))
    .filter(({ direction, text }) => direction === 'to_client' && text?.endsWith(name))
    .map(({ text }) => text)
const isAway = () => eventually(async () => expect((await channel()).providerAway).not.toBeNull())
const hasTried = (opened: number) =>
  eventually(async () => expect((await circuit())?.circuit.opened).toBeGreaterThanOrEqual(opened), 40_000)
const isBack = () => eventually(async () => expect((await channel()).providerAway).toBeNull(), 60_000)
/** Each message was on its way once when it opened; since then there were trials alone. */
const few = async () => CLIENTS.length + ((await circuit())?.circuit.opened ?? 0)

describe('a provider that does not answer', () => {
  it('is waited for: one call at a time finds out, and then everything leaves, once and in order', async () => {
    const tasks = await open('refused')
    await house.fault({ on: 'messages', kind: 'error', code: 131016 })
    const before = await calls()
    for (const task of tasks) await write(task, 'one, refused')
    await isAway()
    expect(await channel()).toMatchObject({ state: 'connected', providerAway: { code: '131016' } })
    for (const task of tasks) await write(task, 'two, refused')
    await hasTried(3)
    expect((await calls()) - before).toBeLessThanOrEqual(await few())
    expect([...(await states())].filter((state) => ['failed', 'unknown'].includes(state))).toEqual([])

    await house.clearFaults()
    for (const from of CLIENTS) {
      await eventually(
        async () => expect(await arrived(from, 'refused')).toEqual(['one, refused', 'two, refused']),
        60_000,
      )
    }
    await isBack()
  }, 180_000)

  it('costs no more doubts than there were calls, where its answers are lost', async () => {
    const tasks = await open('lost')
    await house.fault({ on: 'messages', kind: 'reset_before' })
    for (const task of tasks) await write(task, 'one, lost')
    await isAway()
    for (const task of tasks) await write(task, 'two, lost')
    await hasTried(3)
    const unknown = async () =>
      (await house.database.db.selectFrom('deliveries').select('id').where('state', '=', 'unknown').execute()).length
    expect(await unknown()).toBeLessThanOrEqual(await few())
    await house.clearFaults()
    await eventually(async () => {
      const left = [...(await states())].filter((state) => ['queued', 'sending'].includes(state))
      expect(left).toEqual([])
    }, 60_000)
    const all = (await Promise.all(CLIENTS.map((from) => arrived(from, 'lost')))).flat()
    expect(all.length + (await unknown())).toBe(2 * CLIENTS.length)
    await isBack()
  }, 180_000)
})
