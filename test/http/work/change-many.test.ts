import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '../../../src/store/new-id.ts'
import { type Desk, type OpenTask, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const change = (body: object, who: Worker = anna) => who.ask('/api/tasks/change', { body })
const statusOf = async ({ task }: OpenTask) => (await anna.ask(`/api/tasks/${task}`)).json.status.key

it('changes each for itself, and names what cannot be', async () => {
  const elsewhere = await desk.addChannel()
  const hidden = await desk.openTask({ channel: elsewhere })
  const limited = await desk.addWorker([desk.channel])
  const [a, b, odd] = [await desk.openTask(), await desk.openTask(), await desk.openTask()]
  await sql`update tasks set statuses = '[{"key":"new","name":"New","active":true}]' where id = ${odd.task}`.execute(
    desk.database.db,
  )
  await anna.ask(`/api/tasks/${b.task}`, { method: 'PATCH', body: { status: 'done' } })
  desk.signalled.length = 0
  const unknown = newId()
  const { status, json } = await change(
    { ids: [a.task, hidden.task, odd.task, b.task, unknown, a.task], change: { status: 'done' } },
    limited,
  )
  expect([status, json]).toEqual([
    200,
    {
      changed: 1,
      unchanged: 1,
      failed: [
        { id: hidden.task, code: 'not_found', message: 'The task was not found' },
        { id: odd.task, code: 'unknown_status', message: 'The task has no such status' },
        { id: unknown, code: 'not_found', message: 'The task was not found' },
      ],
      left: 0,
      next: null,
    },
  ])
  expect([await statusOf(a), await statusOf(hidden)]).toEqual(['done', 'new'])
  expect(desk.signalled).toEqual([a.conversation])
  const events = await desk.database.db
    .selectFrom('conversation_events')
    .select('kind')
    .where('conversation_id', '=', a.conversation)
    .execute()
  expect(events.map(({ kind }) => kind)).toContain('task.status_changed')
})

it('goes through all that a filter finds, five hundred at a time, each once', async () => {
  const channel = await desk.addChannel()
  const one = await desk.openTask({ channel })
  await sql`
    insert into tasks (id, title, requester_id, channel_id, conversation_id, statuses, status, active)
    select gen_random_uuid(), 'T', requester_id, channel_id, conversation_id, statuses, status, active
    from tasks, generate_series(1, 504) where id = ${one.task}`.execute(desk.database.db)
  const wanted = { filter: { channelId: channel }, change: { assigneeIds: [anna.id] } }
  const first = (await change(wanted)).json
  expect(first).toMatchObject({ changed: 500, unchanged: 0, failed: [], left: 5, next: expect.any(String) })
  const rest = (await change({ ...wanted, cursor: first.next })).json
  expect(rest).toMatchObject({ changed: 5, left: 0, next: null })
  const mine = await desk.database.db
    .selectFrom('tasks')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('channel_id', '=', channel)
    .where(sql<boolean>`assignee_ids = array[${anna.id}]::uuid[]`)
    .executeTakeFirstOrThrow()
  expect(Number(mine.n)).toBe(505)
})

it('marks each for who asks alone, and names what is not theirs to see', async () => {
  const limited = await desk.addWorker([desk.channel])
  const hidden = await desk.openTask({ channel: await desk.addChannel() })
  const [a, b] = [await desk.openTask(), await desk.openTask()]
  const mark = (body: object, who = limited) => who.ask('/api/tasks/mark', { body })
  const seen = async ({ task }: OpenTask, who = limited) => {
    const { unread, snoozed } = (await who.ask(`/api/tasks/${task}`)).json
    return { unread, snoozed }
  }
  const ids = [a.task, hidden.task, b.task, a.task]
  const failed = [{ id: hidden.task, code: 'not_found', message: 'The task was not found' }]
  desk.signalled.length = 0

  expect((await seen(a)).unread).toBe(1)
  const read = await mark({ ids, mark: { read: true } })
  expect([read.status, read.json]).toEqual([200, { changed: 2, unchanged: 0, failed, left: 0, next: null }])
  expect((await mark({ ids, mark: { read: true } })).json).toMatchObject({ changed: 0, unchanged: 2 })
  expect([await seen(a), await seen(a, anna)]).toEqual([
    { unread: 0, snoozed: null },
    { unread: 1, snoozed: null },
  ])

  const until = new Date(Date.now() + 3_600_000).toISOString()
  expect((await mark({ ids, mark: { snooze: { until } } })).json).toMatchObject({ changed: 2, failed })
  expect([(await seen(b)).snoozed, (await seen(b, anna)).snoozed]).toEqual([{ until }, null])
  expect((await mark({ ids, mark: { snooze: { until: null } } })).json).toMatchObject({ changed: 2 })
  expect((await seen(b)).snoozed).toEqual({ until: null })
  expect((await mark({ ids, mark: { snooze: null } })).json).toMatchObject({ changed: 2 })
  expect((await mark({ ids, mark: { snooze: null } })).json).toMatchObject({ changed: 0, unchanged: 2 })
  expect((await seen(b)).snoozed).toBeNull()

  const past = new Date(Date.now() - 1_000).toISOString()
  expect((await mark({ ids: [a.task], mark: { snooze: { until: past } } })).json.failed[0].code).toBe('until_is_past')
  expect((await desk.owner('/api/tasks/mark', { body: { ids: [a.task], mark: { read: true } } })).json.failed).toEqual([
    { id: a.task, code: 'no_person', message: expect.any(String) },
  ])
  // Nobody else's, so no conversation hears of it.
  expect(desk.signalled).toEqual([])
})

it('marks all that a filter finds, also where they leave it by that', async () => {
  const channel = await desk.addChannel()
  const tasks = [await desk.openTask({ channel }), await desk.openTask({ channel }), await desk.openTask({ channel })]
  const filter = { channelId: channel, unread: true }
  const { json } = await anna.ask('/api/tasks/mark', { body: { filter, mark: { read: true } } })
  expect(json).toEqual({ changed: tasks.length, unchanged: 0, failed: [], left: 0, next: null })
  expect((await anna.ask(`/api/tasks?channelId=${channel}&unread=true`)).json.items).toEqual([])
})

it.each([
  ['nothing', {}],
  ['both', { read: true, snooze: null }],
  ['unread', { read: false }],
  ['a status', { read: true, status: 'done' }],
  ['no moment', { snooze: { until: 'soon' } }],
])('refuses to mark %s', async (_, mark) => {
  expect((await anna.ask('/api/tasks/mark', { body: { ids: [newId()], mark } })).status).toBe(400)
})

it.each([
  ['nothing to change', { ids: [newId()], change: {} }],
  ['neither', { change: { status: 'done' } }],
  ['both', { ids: [newId()], filter: {}, change: { status: 'done' } }],
  ['a cursor without a filter', { ids: [newId()], cursor: 'x', change: { status: 'done' } }],
  ['a title for all', { ids: [newId()], change: { title: 'x' } }],
  ['too many', { ids: Array.from({ length: 201 }, () => newId()), change: { status: 'done' } }],
  ['a filter that is none', { filter: { limit: 3 }, change: { status: 'done' } }],
])('refuses %s', async (_, body) => {
  expect((await change(body)).status).toBe(400)
})
