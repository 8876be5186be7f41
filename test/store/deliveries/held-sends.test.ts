import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryId } from '../../../src/domain/ids.ts'
import { undoDelivery } from '../../../src/store/deliveries/undo-delivery.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { claimForgotten } from '../../../src/store/intake/backlog.ts'
import { claimAttempt } from '../../../src/store/sends/ledger.ts'
import { loadSendOrder } from '../../../src/store/sends/send-order.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { type Desk, type OpenTask, openDesk, type Worker } from '../../http/work/desk.ts'
import { appendTo } from '../../kit/house.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const HOUR = 3600
const later = () => Date.now() + 2 * HOUR * 1000

/** A message that an employee holds back, not worked off yet. */
async function held(at?: OpenTask): Promise<{ at: OpenTask; id: DeliveryId }> {
  const task = at ?? (await desk.openTask())
  const { json, status } = await anna.ask(`/api/tasks/${task.task}/comments`, {
    body: { text: 'Wait', notify: { contact: true }, holdSeconds: HOUR },
  })
  expect(status).toBe(201)
  return { at: task, id: json.delivery.id }
}
const work = ({ conversation }: OpenTask, after: number | null, dueBy?: number) =>
  workEvents(desk.database, { conversationId: conversation, after, upTo: 99, ...(dueBy ? { dueBy } : {}) })
const row = (id: DeliveryId) =>
  desk.database.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const undo = (id: DeliveryId) => anna.ask(`/api/deliveries/${id}/undo`, { method: 'POST', body: {} })

describe('the end of an undo window', () => {
  it('is when the workflow is to wake, and gives the sends once it has come', async () => {
    const { at, id } = await held()
    const told = await work(at, 1)
    expect(told).toMatchObject({ sends: [], worked: 2 })
    const until = (await row(id)).hold_until?.getTime() ?? 0
    expect(told.wakeAt).toBeGreaterThanOrEqual(until)
    expect(told.wakeAt).toBeLessThanOrEqual(until + 1)

    expect(await work(at, 2, until - 1000)).toMatchObject({ sends: [] })
    const released = await work(at, 2, told.wakeAt ?? 0)
    expect(released).toMatchObject({ sends: [id], worked: 3, wakeAt: null })
    // The first answer was lost in a crash: the step is repeated, and answers the same.
    expect(await work(at, 2, told.wakeAt ?? 0)).toMatchObject({ sends: [id], worked: 3, wakeAt: null })
    expect((await row(id)).hold_until).toBeNull()
  })

  it('is told again where the first answer was lost, and to a workflow that starts afresh', async () => {
    const { at, id } = await held()
    const first = await work(at, 1)
    expect(await work(at, 1)).toMatchObject({ sends: [], wakeAt: first.wakeAt })
    expect(await work(at, null)).toMatchObject({ sends: [], wakeAt: first.wakeAt })
    expect(await work(at, 2, later())).toMatchObject({ sends: [id] })
  })

  it('is found by the sweep where its workflow is gone', async () => {
    const { at, id } = await held()
    await work(at, 1)
    const forgotten = async () => (await claimForgotten(desk.database.db, 1000)).map((one) => one.id)
    const ago = (what: string, interval: string) =>
      desk.database.pool.query(`update deliveries set ${what} = now() - interval '${interval}' where id = $1`, [id])
    await ago('queued_at', '1 hour')
    expect(await forgotten()).not.toContain(at.conversation)
    await ago('hold_until', '2 minutes')
    expect(await forgotten()).toContain(at.conversation)
  })

  it('lets a message of a paused channel go on waiting for its channel', async () => {
    const channel = await desk.addChannel()
    const at = await desk.openTask({ channel })
    const { id } = await held(at)
    await desk.database.pool.query(`update deliveries set parked = 'channel_paused' where id = $1`, [id])
    await work(at, 1)
    expect(await work(at, 2, later())).toMatchObject({ sends: [] })
    await appendTo(desk.database, at.conversation, { kind: 'channel.resumed' })
    expect(await work(at, 3)).toMatchObject({ sends: [id] })
  })

  it('is not brought about by its channel’s return', async () => {
    const { at, id } = await held()
    await appendTo(desk.database, at.conversation, { kind: 'channel.resumed' })
    expect(await work(at, 1)).toMatchObject({ sends: [] })
    expect((await row(id)).hold_until).not.toBeNull()
  })
})

describe('a held message', () => {
  it('cannot be claimed by a worker', async () => {
    const { id } = await held()
    const order = await loadSendOrder(desk.database.db, id)
    if (!order) throw new Error('no order')
    expect(order.held).toBe(true)
    expect(await claimAttempt(desk.database, order, 'w')).toEqual({ claim: 'refused' })
  })

  it('is either taken back or let go, never both, whoever comes first', async () => {
    for (let round = 0; round < 12; round++) {
      const { at, id } = await held()
      await work(at, 1)
      const release = () => work(at, 2, later())
      const early = round % 2 === 0 ? release() : null
      const undoing = undo(id)
      const [undone, worked] = await Promise.all([undoing, early ?? release()])
      const { state, hold_until } = await row(id)
      expect(hold_until).toBeNull()
      if (undone.status === 200) {
        expect([state, worked.sends]).toEqual(['failed', []])
        expect((await work(at, 2, later())).sends).toEqual([])
      } else {
        expect([undone.status, undone.json.error.code]).toEqual([409, 'already_sent'])
        expect([state, worked.sends]).toEqual(['queued', [id]])
      }
    }
  })

  it('is taken back once, however often and by how many at once it is asked', async () => {
    const { at, id } = await held()
    const answers = await Promise.all(Array.from({ length: 5 }, () => undo(id)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    const { rows } = await desk.database.pool.query(
      `select kind from conversation_events where conversation_id = $1 and kind = 'delivery.failed'`,
      [at.conversation],
    )
    expect(rows).toHaveLength(1)
  })

  it('is nobody’s to take back once it failed otherwise, or where they may not see it', async () => {
    const { id } = await held()
    await desk.database.pool.query(`update deliveries set state = 'failed', error_code = '131026' where id = $1`, [id])
    expect((await undo(id)).json.error.code).toBe('already_sent')
    const stranger = { ...anna, userId: anna.id, name: 'S', key: 'user:s', channelIds: [] }
    const refused = await inTransaction(desk.database.db, (tx) => undoDelivery(tx, stranger as never, id))
    expect(refused.refused).toMatchObject({ code: 'not_found' })
  })

  it('that was taken back can be sent after all, by a person', async () => {
    const { at, id } = await held()
    await undo(id)
    expect((await anna.ask(`/api/deliveries/${id}/retry`, { method: 'POST', body: {} })).status).toBe(200)
    expect((await work(at, 1)).sends).toEqual([id])
    expect(await row(id)).toMatchObject({ state: 'queued', hold_until: null, error_code: null })
  })
})
