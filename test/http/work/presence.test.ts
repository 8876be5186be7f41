import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { workRoutes } from '../../../src/http/work/index.ts'
import { tellGone } from '../../../src/store/tasks/presence.ts'
import { tellWoken } from '../../../src/store/tasks/snoozes.ts'
import { eventually } from '../../kit/eventually.ts'
import { type Api, openApi } from '../api.ts'
import { type Desk, type OpenTask, openDesk, type Worker } from './desk.ts'
import { type LiveStream, openLiveStream } from './live-stream.ts'

let desk: Desk
/** Another server over the same database. */
let second: Api
let stopSecond: () => Promise<void> = async () => undefined
let anna: Worker
let boris: Worker
let stranger: Worker
const streams: LiveStream[] = []
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
  boris = await desk.addWorker()
  stranger = await desk.addWorker([await desk.addChannel()])
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(desk.database.db)
  const url = new URL(desk.database.pool.options.connectionString ?? '')
  url.pathname = `/${rows[0]?.name}`
  second = await openApi({
    databaseUrl: url.href,
    parts: (deps) => {
      const work = workRoutes(deps)
      stopSecond = work.stop
      return [{ mount: (app) => app.route('/api', work.routes) }]
    },
  })
})
afterAll(async () => {
  for (const stream of streams) await stream.close()
  await stopSecond()
  await second.close()
  await desk.close()
})

const watch = async (app: Api['app'], who: Worker): Promise<LiveStream> => {
  const stream = await openLiveStream(app, who)
  streams.push(stream)
  return stream
}
const show = (at: OpenTask, state: string, who = anna, api: Pick<Api, 'ask'> = desk) =>
  api.ask(`/api/tasks/${at.task}/presence`, { cookie: who.cookie, method: 'PUT', body: { state } })
const leave = (at: OpenTask, who = anna) => who.ask(`/api/tasks/${at.task}/presence`, { method: 'DELETE' })
const there = async (at: OpenTask, api: Pick<Api, 'ask'> = desk) =>
  (await api.ask(`/api/tasks/${at.task}/presence`, { cookie: boris.cookie })).json.items
const rowsOf = (at: OpenTask) =>
  desk.database.db
    .selectFrom('live_events')
    .select('data')
    .where('event', '=', 'presence')
    .where(sql<boolean>`data ->> 'taskId' = ${at.task}`)
    .execute()
const ageBy = (at: OpenTask, seconds: number) =>
  sql`update presences set at = at - make_interval(secs => ${seconds}) where task_id = ${at.task}`.execute(
    desk.database.db,
  )
const news = (at: OpenTask, who: Worker, state: string) => ({
  taskId: at.task,
  channelId: at.channel,
  userId: who.id,
  state,
})

it('is seen on every server, and told once for each change', async () => {
  const at = await desk.openTask()
  const elsewhere = await watch(second.app, boris)
  const shut = await watch(second.app, stranger)
  expect((await show(at, 'viewing')).status).toBe(204)
  for (let n = 0; n < 3; n++) await show(at, 'viewing', anna, n % 2 ? second : desk)
  expect(await there(at, second)).toEqual([
    { user: { id: anna.id, name: expect.any(String) }, state: 'viewing', at: expect.any(String) },
  ])
  await show(at, 'typing', anna, second)
  await show(at, 'typing')
  await show(at, 'viewing', boris)
  expect((await there(at)).map(({ state }: { state: string }) => state).toSorted()).toEqual(['typing', 'viewing'])
  await leave(at)
  await leave(at)
  expect((await there(at)).map(({ user }: { user: { id: string } }) => user.id)).toEqual([boris.id])
  const told = [news(at, anna, 'viewing'), news(at, anna, 'typing'), news(at, boris, 'viewing'), news(at, anna, 'left')]
  await eventually(async () => expect(elsewhere.of('presence')).toEqual(told))
  expect(await rowsOf(at)).toHaveLength(4)
  expect(shut.of('presence')).toEqual([])
})

it('ends for whoever goes without a word, and is told by one server', async () => {
  const at = await desk.openTask()
  await show(at, 'viewing')
  await ageBy(at, 20)
  expect(await there(at)).toHaveLength(1)
  expect(await tellGone(desk.database.db)).toBe(false)
  await ageBy(at, 15)
  expect(await there(at)).toEqual([])
  const told = await Promise.all([tellGone(desk.database.db), tellGone(second.database.db)])
  expect(told.toSorted()).toEqual([false, true])
  // Back again, it is news.
  await show(at, 'viewing')
  expect((await rowsOf(at)).map(({ data }) => data.state)).toEqual(['viewing', 'left', 'viewing'])
})

it('is for people who may see the task', async () => {
  const at = await desk.openTask()
  for (const method of ['GET', 'DELETE']) {
    expect((await stranger.ask(`/api/tasks/${at.task}/presence`, { method })).status).toBe(404)
  }
  expect((await show(at, 'viewing', stranger)).status).toBe(404)
  expect((await show(at, 'asleep')).status).toBe(400)
  const token = await desk.owner(`/api/tasks/${at.task}/presence`, { method: 'PUT', body: { state: 'viewing' } })
  expect([token.status, token.json.error.code]).toEqual([422, 'no_person'])
})

it('goes on beside snoozes whose time is over: both are told of once', async () => {
  const at = await desk.openTask()
  const screen = await watch(second.app, anna)
  const until = new Date(Date.now() + 60_000).toISOString()
  await anna.ask(`/api/tasks/${at.task}/snooze`, { method: 'PUT', body: { until } })
  await eventually(async () => expect(screen.tasks()).toContain(at.task))
  expect(await tellWoken(desk.database.db)).toBe(false)
  await sql`update task_snoozes set until = now() - interval '1 second' where task_id = ${at.task}`.execute(
    desk.database.db,
  )
  // Awake by the clock, told or not.
  expect((await anna.ask(`/api/tasks/${at.task}`)).json.snoozed).toBeNull()
  const before = screen.tasks().length
  const told = await Promise.all([tellWoken(desk.database.db), tellWoken(second.database.db)])
  expect(told.toSorted()).toEqual([false, true])
  await eventually(async () => expect(screen.tasks().slice(before)).toEqual([at.task]))
})

it('keeps what one has read, and their own views, to themselves', async () => {
  const at = await desk.openTask()
  const [mine, others] = [await watch(desk.app, anna), await watch(second.app, boris)]
  await anna.ask(`/api/tasks/${at.task}/read`, { method: 'PUT', body: {} })
  const { id } = (await anna.ask('/api/views', { body: { name: 'Mine', filter: {} } })).json
  const shared = (await desk.owner('/api/views', { body: { name: 'Ours', shared: true, filter: {} } })).json.id
  await eventually(async () => {
    expect(mine.of('read')).toMatchObject([{ taskId: at.task, userId: anna.id, channelId: at.channel }])
    expect(mine.of('view')).toEqual([
      { viewId: id, userId: anna.id },
      { viewId: shared, userId: null },
    ])
    expect(others.of('view')).toEqual([{ viewId: shared, userId: null }])
  })
  expect(others.of('read')).toEqual([])
})
