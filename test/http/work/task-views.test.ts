import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Desk, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
let boris: Worker
let author: string
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
  boris = await desk.addWorker()
  author = await desk.addToken('author')
})
afterAll(() => desk.close())

const names = async (who: Worker) => (await who.ask('/api/views')).json.items.map(({ name }: { name: string }) => name)

const FILTER = {
  status: 'active',
  q: 'shoes',
  assigneeId: 'me',
  participantId: 'me',
  tag: 'vip',
  awaiting: true,
  unread: true,
  snoozed: 'hide',
  sort: 'awaiting',
}

it('are kept by everybody for themselves, in an order of their own', async () => {
  const made = await anna.ask('/api/views', { body: { name: 'Hot', filter: FILTER } })
  expect([made.status, made.json]).toEqual([
    201,
    { id: expect.any(String), name: 'Hot', shared: false, ownerId: anna.id, filter: FILTER, position: 0 },
  ])
  await anna.ask('/api/views', { body: { name: 'Later', filter: { snoozed: 'only' } } })
  expect(await names(anna)).toEqual(['Hot', 'Later'])
  expect(await names(boris)).toEqual([])
  const path = `/api/views/${made.json.id}`
  const changed = await anna.ask(path, { method: 'PATCH', body: { position: 9, name: 'Warm', filter: {} } })
  expect(changed.json).toMatchObject({ name: 'Warm', filter: {}, position: 9, shared: false })
  expect(await names(anna)).toEqual(['Later', 'Warm'])
  expect((await boris.ask(path, { method: 'PATCH', body: { name: 'Mine' } })).status).toBe(404)
  expect((await boris.ask(path, { method: 'DELETE' })).status).toBe(404)
  expect((await anna.ask(path, { method: 'DELETE' })).status).toBe(204)
  expect(await names(anna)).toEqual(['Later'])
})

it('are shared by authors', async () => {
  expect((await anna.ask('/api/views', { body: { name: 'All', shared: true, filter: {} } })).status).toBe(403)
  const shared = await desk.ask('/api/views', { token: author, body: { name: 'Team', shared: true, filter: {} } })
  expect(shared.json).toMatchObject({ shared: true, ownerId: null })
  expect(await names(boris)).toContain('Team')
  const path = `/api/views/${shared.json.id}`
  for (const body of [{ name: 'Mine' }, { shared: false }]) {
    expect((await boris.ask(path, { method: 'PATCH', body })).status).toBe(403)
  }
  expect((await boris.ask(path, { method: 'DELETE' })).status).toBe(403)
  const own = await desk.ask('/api/views', { token: author, body: { name: 'Own', filter: {} } })
  expect([own.status, own.json.error.code]).toEqual([422, 'no_person'])
  const unshared = await desk.ask(path, { token: author, method: 'PATCH', body: { shared: false } })
  expect([unshared.status, unshared.json.error.code]).toEqual([422, 'no_person'])
  expect((await desk.ask(path, { token: author, method: 'DELETE' })).status).toBe(204)
})

it.each([{ limit: 5 }, { assigneeId: 'you' }, { awaiting: 'true' }, { sort: 'name' }, { channelId: 'x' }])(
  'do not keep the filter %j',
  async (filter) => {
    expect((await anna.ask('/api/views', { body: { name: 'Odd', filter } })).status).toBe(400)
  },
)

it('reach the screens of whom they concern', async () => {
  const live = () => desk.database.db.selectFrom('live_events').select('data').where('event', '=', 'view').execute()
  const before = (await live()).length
  const { id } = (await anna.ask('/api/views', { body: { name: 'Told', filter: {} } })).json
  const { id: shared } = (
    await desk.ask('/api/views', { token: author, body: { name: 'Told to all', shared: true, filter: {} } })
  ).json
  expect((await live()).slice(before).map(({ data }) => data)).toEqual([
    { viewId: id, userId: anna.id },
    { viewId: shared, userId: null },
  ])
})
