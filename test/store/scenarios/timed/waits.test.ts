import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationId } from '../../../../src/domain/ids.ts'
import { workEvents } from '../../../../src/store/steps/work-events.ts'
import { addConversation, receive } from '../../../kit/house.ts'
import { publishDocument } from '../../../kit/scenarios.ts'
import { DAY, HOUR, openQuietHouse, type QuietHouse } from './quiet-house.ts'

let house: QuietHouse
beforeEach(async () => {
  house = await openQuietHouse()
})
afterEach(() => house.close())

const work = (conversationId: ConversationId, upTo: number) =>
  workEvents(house.database, { conversationId, after: null, upTo })
const newest = async (conversation: ConversationId) =>
  house.database.db
    .selectFrom('conversations')
    .select('last_seq')
    .where('id', '=', conversation)
    .executeTakeFirstOrThrow()
    .then(({ last_seq }) => last_seq)
const statesOf = async (conversation: ConversationId) =>
  (
    await house.database.db
      .selectFrom('runs')
      .select('state')
      .where('conversation_id', '=', conversation)
      .orderBy('id')
      .execute()
  ).map(({ state }) => state)

let clients = 0
/** A client writes, and a run begins to wait. */
async function begun(): Promise<ConversationId> {
  const value = `1650666${String(++clients).padStart(4, '0')}`
  const id = await addConversation(house, [{ kind: 'wa_id', value }])
  await work(id, await receive(house.database, id, { text: 'wait' }))
  return id
}

const waiting = (awaited: string) => `
id: waits
name: Waits
trigger: { event: message.received, when: { field: event.text, is: wait } }
steps:
  - { id: w, wait: { for: [${awaited}], timeout: 60d } }
  - { id: mark, tag: seen }
`

describe('a run that waits for a time', () => {
  it('is woken by it, and nobody else is told', async () => {
    await publishDocument(house, waiting('window.closed'))
    const id = await begun()
    const now = Date.now()
    await house.conversation({ lastInAt: new Date(now) })
    expect(await house.sweep(new Date(now + HOUR))).toEqual([])
    expect(await house.sweep(new Date(now + 25 * HOUR))).toEqual([id])
    expect(await statesOf(id)).toEqual(['waiting'])
    await work(id, await newest(id))
    expect(await statesOf(id)).toEqual(['finished'])
    expect(await house.sweep(new Date(now + 26 * HOUR))).toEqual([])
    const left = await house.database.db.selectFrom('timed_triggers').selectAll().execute()
    expect(left).toEqual([])
  })

  it('is told what came due before the first sweep, but not what was over before it began', async () => {
    await publishDocument(house, waiting('task.due'))
    const [id, other] = [await begun(), await begun()]
    const now = Date.now()
    await house.task(id, new Date(now + HOUR))
    await house.task(other, new Date(now - HOUR))
    expect(await house.sweep(new Date(now + 3 * DAY))).toEqual([id])
  })

  it('is told beside a published trigger that begins later', async () => {
    await publishDocument(house, waiting('window.closed'))
    const id = await begun()
    const now = Date.now()
    await house.sweep(new Date(now))
    await house.publish('closed', '{ event: window.closed }')
    // The published one begins after the window has closed, the run has waited all along.
    expect(await house.sweep(new Date(now + 30 * HOUR))).toEqual([id])
    expect(await house.reached(id)).toHaveLength(1)
  })

  it('hears of its own keys alone', async () => {
    await publishDocument(house, waiting('{ event: task.due, before: 1d }'))
    const id = await begun()
    const now = Date.now()
    await house.task(id, new Date(now + 5 * DAY))
    expect(await house.sweep(new Date(now + 3 * DAY))).toEqual([])
    expect(await house.sweep(new Date(now + 4 * DAY))).toEqual([id])
    expect(await house.reached(id)).toMatchObject([{ name: 'task.due', keys: { before: '1d' } }])
    await work(id, await newest(id))
    // By the clock of this test the date lies ahead, so the run goes on.
    expect(await statesOf(id)).toEqual(['finished'])
  })
})
