import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { type Killable, openServedHouse, type ProcessHouse, type ServerProcess } from '../kit/process-house.ts'
import { publishDocument } from '../kit/scenarios.ts'

let house: ProcessHouse
let server: ServerProcess
let worker: Killable
beforeAll(async () => {
  ;({ house, server } = await openServedHouse())
  worker = await house.startWorker()
  for (const [id, how] of [
    ['twice', 'delivery: at_least_once'],
    ['held', 'hold: 3s'],
  ]) {
    await publishDocument(
      house,
      `
id: send-${id}
name: Send ${id}
trigger: { event: message.received, when: { field: event.text, is: ${id} } }
steps:
  - { id: send, sendText: { text: 'From a scenario', ${how} } }
`,
    )
  }
}, 120_000)
afterAll(() => house.close())

let clients = 0
const newNumber = () => `1650889${String(++clients).padStart(4, '0')}`

const write = (from: string, text: string) => house.simulator('POST', '/phone/messages', { from, name: 'C', text })
const received = async (from: string) =>
  (await house.simulator<{ items: { direction: string }[] }>('GET', `/phone/messages?from=${from}`)).items.filter(
    ({ direction }) => direction === 'to_client',
  )
const deliveryFor = (from: string) =>
  eventually(async () => {
    const row = await house.database.db
      .selectFrom('deliveries as d')
      .innerJoin('identities as i', 'i.conversation_id', 'd.conversation_id')
      .selectAll('d')
      .where('i.value', '=', from)
      .executeTakeFirst()
    if (!row) throw new Error('no delivery yet')
    return row
  }, 40_000)
const runFor = (from: string, state: string) =>
  eventually(async () => {
    const rows = await house.database.db
      .selectFrom('runs as r')
      .innerJoin('identities as i', 'i.conversation_id', 'r.conversation_id')
      .select(['r.state', 'r.reason_code'])
      .where('i.value', '=', from)
      .execute()
    expect(rows.map((row) => row.state)).toEqual([state])
    return rows[0]
  }, 60_000)

const LEFT = /^(unknown|accepted|sent|delivered|read)$/

it('a worker killed between the call and its record: at least once, and it says so (F1)', async () => {
  const from = newNumber()
  await house.simulator('POST', '/faults', {
    on: 'messages',
    kind: 'timeout_after_accept',
    times: 1,
    match: { to: from },
  })
  const silent = await house.simulator<{ id: string }>('POST', '/faults', {
    on: 'messages',
    kind: 'no_statuses',
    match: { to: from },
  })
  await write(from, 'twice')
  await eventually(async () => expect(await received(from)).toHaveLength(1), 40_000)
  await worker.kill()
  worker = await house.startWorker()
  await runFor(from, 'finished')
  expect(await received(from)).toHaveLength(2)
  const delivery = await deliveryFor(from)
  expect(delivery).toMatchObject({ state: 'accepted', attempt: 2, maybe_twice: true })
  await house.simulator('DELETE', `/faults/${silent.id}`)
}, 120_000)

it.each([1, 2, 3, 4])(
  'a worker killed right after its commit no. %i while a hold ends: it leaves once at most',
  async (n) => {
    const from = newNumber()
    await write(from, 'held')
    await deliveryFor(from)
    await worker.stop()
    const doomed = await house.startWorker({ throughProxy: true })
    house.proxy.onCommit(n, () => process.kill(doomed.pid, 'SIGKILL'))
    const ended = await Promise.race([
      doomed.exited.then(() => 'killed'),
      eventually(async () => expect((await deliveryFor(from)).state).toMatch(LEFT), 60_000).then(() => 'left'),
    ])
    if (ended === 'left') await doomed.kill()
    worker = await house.startWorker()
    const { state, attempt } = await eventually(async () => {
      const delivery = await deliveryFor(from)
      // Claimed and never called, or called and never heard of: nobody knows, and nobody calls again (P3).
      expect(delivery.state).toMatch(LEFT)
      return delivery
    }, 60_000)
    expect(attempt).toBe(1)
    if (state === 'unknown') expect((await received(from)).length).toBeLessThanOrEqual(1)
    else {
      expect(await received(from)).toHaveLength(1)
      await runFor(from, 'finished')
    }
  },
  180_000,
)

it('a message that was taken back while no worker lives never leaves', async () => {
  const from = newNumber()
  await write(from, 'held')
  const { id } = await deliveryFor(from)
  await worker.kill()
  const undone = await server.api<{ error: { code: string } }>('POST', `/api/deliveries/${id}/undo`, {})
  expect(undone).toMatchObject({ status: 200, body: { error: { code: 'undone' } } })
  worker = await house.startWorker()
  expect(await runFor(from, 'stopped')).toMatchObject({ reason_code: 'undone' })
  expect(await received(from)).toEqual([])
}, 120_000)
