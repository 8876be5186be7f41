import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { HouseEventId } from '../../src/domain/ids.ts'
import { storeHouseEvents } from '../../src/store/house/house-events.ts'
import { workHouse } from '../../src/store/house/work-house.ts'
import { inTransaction } from '../../src/store/index.ts'
import { runIn } from '../../src/store/intake/run.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { findTask } from '../../src/store/tasks/task-view.ts'
import { receive } from '../kit/house.ts'
import { Desk } from './flow/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterAll(() => desk.close())
beforeEach(() => desk.unpublishAll())

/** What screens were told of runs since the last time. */
let seen = 0
async function told(): Promise<Record<string, unknown>[]> {
  const rows = await desk.db
    .selectFrom('live_events')
    .select(['id', 'data'])
    .where('event', '=', 'run')
    .where('id', '>', seen)
    .orderBy('id')
    .execute()
  seen = rows.at(-1)?.id ?? seen
  return rows.map(({ data }) => data)
}

it('tell of a run once for each step of the conversation, as it stands then', async () => {
  const scenario = await desk.publish(`
id: several
name: Several
trigger: { event: message.received, when: { field: event.text, is: go } }
vars: { n: { type: number, default: 0 } }
steps:
  - { id: a, set: { n: 1 } }
  - { id: b, set: { n: 2 } }
  - { id: w, wait: { for: [message.received], timeout: 1d } }
  - { id: c, set: { n: 3 } }
`)
  const conversation = await desk.client()
  await desk.say(conversation, 'go')
  const { id: run, task_id: task } = await desk.db
    .selectFrom('runs')
    .select(['id', 'task_id'])
    .where('scenario_id', '=', scenario)
    .executeTakeFirstOrThrow()
  const row = {
    taskId: task,
    channelId: desk.house.channel,
    conversationId: conversation,
    runId: run,
    scenarioId: scenario,
  }
  expect(task).not.toBeNull()
  expect(await told()).toEqual([{ ...row, state: 'waiting' }])
  // A repeated step tells nothing.
  await workEvents(desk.house.database, { conversationId: conversation, after: null, upTo: 99 })
  expect(await told()).toEqual([])
  await desk.say(conversation, 'on')
  expect(await told()).toEqual([{ ...row, state: 'finished' }])
})

it('tell of a run that begins and ends within one step, and of one that waits for its turn', async () => {
  const scenario = await desk.publish(`
id: queued
name: Queued
concurrency: queue
trigger: { event: message.received, when: { field: event.text, contains: turn } }
steps: [ { id: w, wait: { for: [task.assigned], timeout: 1d } } ]
`)
  const conversation = await desk.client()
  for (const text of ['turn one', 'turn two']) await receive(desk.house.database, conversation, { text })
  await workEvents(desk.house.database, { conversationId: conversation, after: null, upTo: 99 })
  const runs = await desk.db.selectFrom('runs').select('id').where('scenario_id', '=', scenario).orderBy('id').execute()
  expect(await told()).toMatchObject(runs.map(({ id }) => ({ runId: id, state: 'waiting' })))
  await desk.work(conversation, Date.now() + 25 * 3_600_000)
  expect(await told()).toMatchObject([
    { runId: runs[0]?.id, state: 'finished' },
    { runId: runs[1]?.id, state: 'waiting' },
  ])
})

it('tell of runs without a client under the channel that their event is about', async () => {
  const scenario = await desk.publish(`
id: of-the-house
name: Of the house
trigger: { event: channel.paused }
vars: { n: { type: number, default: 0 } }
steps: [ { id: a, set: { n: 1 } }, { id: w, wait: { timeout: 1d } } ]
`)
  const events: HouseEventId[] = []
  const { channel: paused } = desk.house
  for (const channel of [paused, null]) {
    const [id] = await inTransaction(desk.db, (tx) =>
      storeHouseEvents(runIn(tx), [
        {
          name: 'channel.paused',
          data: { channelId: paused },
          scenario,
          channel,
          dedupeKey: null,
          at: new Date(),
        },
      ]),
    )
    if (id) events.push(id)
    await sql`update runs set state = 'stopped' where scenario_id = ${scenario}`.execute(desk.db)
    if (id) await workHouse(desk.house.database, { event: id })
    expect(await told()).toEqual([
      {
        taskId: null,
        conversationId: null,
        channelId: channel,
        runId: expect.any(String),
        scenarioId: scenario,
        state: 'waiting',
      },
    ])
  }
  expect(events).toHaveLength(2)
})

it('are no answer to the client, whatever the scenario says to them', async () => {
  await desk.publish(`
id: receipt
name: Receipt
trigger: { event: message.received }
steps: [ { id: s, sendText: { text: We have got your message } } ]
`)
  const conversation = await desk.client()
  await desk.say(conversation, 'Hello?')
  const { id } = await desk.db
    .selectFrom('tasks')
    .select('id')
    .where('conversation_id', '=', conversation)
    .executeTakeFirstOrThrow()
  const task = (await findTask(desk.db, { userId: null, channelIds: null }, id))?.task
  expect(task?.preview).toMatchObject({ text: 'We have got your message', authorKind: 'scenario', toClient: true })
  expect(task?.awaitingSince).toEqual(expect.any(Date))
  expect(task?.lastMessageAt).toEqual(task?.preview?.at)
})
