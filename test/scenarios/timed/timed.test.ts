import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, TaskId } from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../../kit/running-house.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
})
afterAll(() => house.close())

let clients = 0
const newNumber = () => `1650888${String(++clients).padStart(4, '0')}`

interface Task {
  id: TaskId
  conversationId: ConversationId
  dueAt: string | null
}

/** Publishes through the API, checks included. */
async function publish(document: string): Promise<string> {
  const { status, body } = await house.api<{ id: string }>('POST', '/api/scenarios', { document })
  expect(status, JSON.stringify(body)).toBe(201)
  const published = await house.api('POST', `/api/scenarios/${body.id}/publish`, { inFlight: 'pin' })
  expect(published.status, JSON.stringify(published.body)).toBe(200)
  return body.id
}
async function write(from: string, text: string): Promise<Task> {
  await house.phone({ from, name: 'Ann Example', text })
  return eventually(async () => {
    const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${from}`)
    const [task] = body.items
    if (!task) throw new Error('no task yet')
    return task
  })
}
const feedOf = async ({ id }: Task) =>
  (await house.api<{ items: { text: string | null }[] }>('GET', `/api/tasks/${id}/comments?limit=200`)).body.items.map(
    ({ text }) => text,
  )
const received = async (from: string) =>
  (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client').map(({ text }) => text)
/** The sweeper of the house has begun to look after this time. */
const isLookedAfter = (key: string) =>
  eventually(async () => {
    const rows = await house.database.db.selectFrom('timed_triggers').select('key').where('key', '=', key).execute()
    expect(rows).toHaveLength(1)
  })
/** As if the conversation had been left alone for so long, and this had not been noticed yet. */
const goBack = async ({ conversationId }: Task, key: string, interval: string) =>
  house.database.db.transaction().execute(async (tx) => {
    await sql`update timed_triggers set watermark = watermark - interval '3 days' where key = ${key}`.execute(tx)
    await sql`update conversations set last_message_at = last_message_at - ${interval}::interval,
      last_in_at = last_in_at - ${interval}::interval where id = ${conversationId}`.execute(tx)
  })

describe('triggers with a time of their own', () => {
  it('silence starts a scenario, once, and its own message does not start it again', async () => {
    await publish(`
id: nudge
name: Nudge
trigger: { event: conversation.idle, for: 2h }
steps:
  - { id: ask, sendText: { text: 'Are you still there?', ifWindowClosed: skip } }
  - { id: note, comment: { text: 'Quiet since {{ event.since }}' } }
`)
    await isLookedAfter('conversation.idle for=2h')
    const number = newNumber()
    const task = await write(number, 'Hi')
    await goBack(task, 'conversation.idle for=2h', '2 hours')
    await eventually(async () => expect(await received(number)).toEqual(['Are you still there?']))
    const run = await eventually(async () => {
      const rows = await house.database.db
        .selectFrom('runs')
        .select(['id', 'state'])
        .where('conversation_id', '=', task.conversationId)
        .execute()
      expect(rows.map(({ state }) => state)).toEqual(['finished'])
      return rows[0]?.id
    })
    expect(await feedOf(task)).toContainEqual(expect.stringMatching(/^Quiet since 20/))
    const { last_message_run } = await house.database.db
      .selectFrom('conversations')
      .select('last_message_run')
      .where('id', '=', task.conversationId)
      .executeTakeFirstOrThrow()
    expect(last_message_run).toBe(run)

    await goBack(task, 'conversation.idle for=2h', '2 hours')
    const decisions = await eventually(async () => {
      const rows = await house.database.db
        .selectFrom('scenario_decisions')
        .select(['started', 'not_started'])
        .where('conversation_id', '=', task.conversationId)
        .where('event', '=', 'conversation.idle')
        .orderBy('seq')
        .execute()
      expect(rows).toHaveLength(2)
      return rows
    })
    expect(decisions[1]).toMatchObject({ started: [], not_started: [{ reason: 'limit_chain' }] })
    expect(await received(number)).toHaveLength(1)
  })

  it('a window that is about to close starts one, and wakes who waits for its end', async () => {
    await publish(`
id: closing
name: Closing
trigger: { event: window.closing, before: 1h }
steps:
  - { id: note, comment: { text: 'Last chance to answer' } }
  - { id: w, wait: { for: [window.closed], timeout: 3d } }
  - { id: over, comment: { text: 'Only templates from now on' } }
`)
    await isLookedAfter('window.closing before=1h 24h')
    const task = await write(newNumber(), 'Hello')
    await goBack(task, 'window.closing before=1h 24h', '23 hours 30 minutes')
    await eventually(async () => expect(await feedOf(task)).toContain('Last chance to answer'))
    await isLookedAfter('window.closed 24h waiting')
    await goBack(task, 'window.closed 24h waiting', '1 hour')
    await eventually(async () => expect(await feedOf(task)).toContain('Only templates from now on'))
  })

  it('a due date that was set through the API', async () => {
    await publish(`
id: due
name: Due
trigger: { event: task.due, before: 1d }
steps: [{ id: note, comment: { text: 'To be done by {{ event.dueAt }}' } }]
`)
    await isLookedAfter('task.due before=1d')
    const task = await write(newNumber(), 'Please do it by tomorrow')
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    const changed = await house.api<Task>('PATCH', `/api/tasks/${task.id}`, { dueAt: soon })
    expect(changed.body.dueAt).toBe(soon)
    await eventually(async () => expect(await feedOf(task)).toContain(`To be done by ${soon}`))
    expect((await house.api<Task>('PATCH', `/api/tasks/${task.id}`, { dueAt: null })).body.dueAt).toBeNull()
  })
})
