import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, TaskId } from '../../../src/domain/ids.ts'
import type { TimedKeys } from '../../../src/domain/scenario/timed/timed-trigger.ts'
import { type TimedFacts, timedHappening } from '../../../src/store/steps/timed-happenings.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { addConversation, appendTo, arrivedMessage, type House, openHouse, receive } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

const NOON = '2026-03-02T12:00:00.000Z'
const LATER = '2026-03-02T18:00:00.000Z'
const task = 'task' as TaskId
const NOTHING: TimedFacts = { lastMessageAt: null, lastMessageCause: null, lastInAt: null, taskDueAt: null }
const chain = { scenarios: ['reminder'], events: ['1'] }
const reached = (name: Parameters<typeof timedHappening>[0]['name'], keys: TimedKeys, at = NOON) => ({
  kind: 'time.reached' as const,
  name,
  keys,
  fact: NOON,
  at,
  task: name.startsWith('task.') ? task : null,
})

describe('what scenarios hear of a time', () => {
  const now = new Date('2026-03-02T15:00:00.000Z')
  it.each([
    ['conversation.idle', { for: '2h' }, NOON, { lastMessageAt: new Date(NOON) }, { for: '2h', since: NOON }],
    ['window.closing', { before: '3h' }, LATER, { lastInAt: new Date(NOON) }, { before: '3h', closesAt: LATER }],
    ['window.closed', {}, LATER, { lastInAt: new Date(NOON) }, { closesAt: LATER }],
    ['task.due', { before: '1d' }, NOON, { taskDueAt: new Date(NOON) }, { before: '1d', taskId: task, dueAt: NOON }],
    ['task.overdue', {}, NOON, { taskDueAt: new Date(NOON) }, { taskId: task, dueAt: NOON }],
  ] as const)('%s: what it was counted from', (name, keys, at, facts, data) => {
    const event = reached(name, keys, at)
    expect(timedHappening(event, { ...NOTHING, ...facts }, now)).toEqual({ name, data, comment: null, cause: null })
    const [fact] = Object.keys(facts)
    for (const other of [new Date(Date.parse(NOON) + 1), null]) {
      expect(timedHappening(event, { ...NOTHING, [fact as string]: other }, now)).toBeNull()
    }
    expect(timedHappening(event, NOTHING, now)).toBeNull()
  })

  it('is nothing of a window that has closed before anybody looked', () => {
    const event = reached('window.closing', { before: '3h' }, LATER)
    const facts = { ...NOTHING, lastInAt: new Date(NOON) }
    expect(timedHappening(event, facts, new Date(LATER))).toBeNull()
    expect(timedHappening(event, facts, new Date(Date.parse(LATER) - 1))).not.toBeNull()
  })

  it('has the cause of the message that was followed by silence', () => {
    const facts = { ...NOTHING, lastMessageAt: new Date(NOON), lastMessageCause: chain }
    expect(timedHappening(reached('conversation.idle', { for: '2h' }), facts, now)?.cause).toEqual(chain)
  })
})

describe('the newest message', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house.close())

  let clients = 0
  const open = () => addConversation(house, [{ kind: 'wa_id', value: `1650777${String(++clients).padStart(4, '0')}` }])
  const work = (conversationId: ConversationId, upTo: number) =>
    workEvents(house.database, { conversationId, after: null, upTo })
  const factOf = async (id: ConversationId) => {
    const row = await house.database.db
      .selectFrom('conversations')
      .select(['last_message_at', 'last_message_run'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return row.last_message_at
  }
  /** The time of an event, read back in whole milliseconds. */
  const silence = (since: Date | null, keys: TimedKeys = { for: '2h' }) => ({
    kind: 'time.reached' as const,
    name: 'conversation.idle' as const,
    keys,
    fact: since?.toISOString() ?? NOON,
    at: since?.toISOString() ?? NOON,
    task: null,
  })
  const startedBy = async (id: ConversationId) =>
    (
      await house.database.db
        .selectFrom('scenario_decisions')
        .select('started')
        .where('conversation_id', '=', id)
        .where('event', '=', 'conversation.idle')
        .orderBy('seq')
        .execute()
    ).map(({ started }) => started.length)

  it('is the client’s, when it was here, whatever the provider’s clock says', async () => {
    const id = await open()
    expect(await factOf(id)).toBeNull()
    const before = Date.now()
    await work(id, await receive(house.database, id, {}, { at: new Date(before - 20 * 3_600_000) }))
    const fact = await factOf(id)
    expect(fact?.getTime()).toBeGreaterThan(before - 60_000)
    expect(fact?.getTime()).toBeLessThanOrEqual(Date.now() + 60_000)
  })

  it('is an echo, but not one that is held', async () => {
    const id = await open()
    const echo = {
      kind: 'message.echoed' as const,
      message: arrivedMessage({ text: 'From the phone' }),
      by: 'phone_app' as const,
    }
    await work(id, await appendTo(house.database, id, echo))
    expect(await factOf(id)).not.toBeNull()
  })

  it('that came meanwhile, even in the same step, makes the silence before it nothing', async () => {
    await publishDocument(
      house,
      '{ id: quiet, name: Quiet, trigger: { event: conversation.idle, for: 2h }, steps: [{ id: a, tag: quiet }] }',
    )
    const id = await open()
    await work(id, await receive(house.database, id))
    const since = await factOf(id)
    await work(id, await appendTo(house.database, id, silence(since)))
    expect(await startedBy(id)).toEqual([1])
    await work(id, await appendTo(house.database, id, silence(since, { for: '3h' })))
    expect(await startedBy(id)).toEqual([1, 0])

    await receive(house.database, id)
    await work(id, await appendTo(house.database, id, silence(since)))
    expect(await startedBy(id)).toEqual([1, 0])
    await work(id, await appendTo(house.database, id, silence(since)))
    expect(await startedBy(id)).toEqual([1, 0])
  })

  it('by a scenario does not start that scenario again, but others', async () => {
    await publishDocument(
      house,
      '{ id: other, name: Other, trigger: { event: conversation.idle, for: 5h }, steps: [{ id: a, tag: other }] }',
    )
    await publishDocument(
      house,
      '{ id: self, name: Self, trigger: { event: conversation.idle, for: 5h }, steps: [{ id: a, tag: self }] }',
    )
    const id = await open()
    await work(id, await receive(house.database, id))
    await work(id, await appendTo(house.database, id, silence(await factOf(id), { for: '5h' })))
    expect(await startedBy(id)).toEqual([2])
    const run = await house.database.db
      .selectFrom('runs as r')
      .innerJoin('scenarios as s', 's.id', 'r.scenario_id')
      .select('r.id')
      .where('s.key', '=', 'self')
      .where('r.conversation_id', '=', id)
      .executeTakeFirstOrThrow()
    // As the ledger leaves it when the provider took a message of that run.
    await house.database.db
      .updateTable('conversations')
      .set({ last_message_at: new Date(), last_message_run: run.id })
      .where('id', '=', id)
      .execute()
    await work(id, await appendTo(house.database, id, silence(await factOf(id), { for: '5h' })))
    expect(await startedBy(id)).toEqual([2, 1])
  })
})
