import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../../src/store/index.ts'
import { recordLive } from '../../../src/store/live-events.ts'
import { newId } from '../../../src/store/new-id.ts'
import { eventually } from '../../kit/eventually.ts'
import { type Desk, type OpenTask, openDesk } from './desk.ts'
import { type LiveStream, openLiveStream } from './live-stream.ts'

let desk: Desk
const streams: LiveStream[] = []
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(async () => {
  for (const stream of streams) await stream.close()
  await desk.close()
})

async function watch(cookie: string, lastEventId?: string) {
  const stream = await openLiveStream(desk.app, { cookie }, { lastEventId })
  streams.push(stream)
  return stream
}

const brought = (stream: LiveStream, id: string) =>
  stream.events.flatMap(({ data }) => (data?.taskId === id && 'task' in data ? [data.task] : []))

/** As a step does it: the comment and the task, in one transaction. */
const changed = ({ task, channel }: OpenTask) =>
  inTransaction(desk.database.db, (tx) =>
    recordLive(tx, [
      { event: 'comment', data: { taskId: task, channelId: channel } },
      { event: 'task', data: { taskId: task, channelId: channel } },
    ]),
  )

describe('a changed task comes with the news of it', () => {
  it('as GET /api/tasks shows it, once for all that happened to it together', async () => {
    const anna = await desk.addWorker()
    const stream = await watch(anna.cookie)
    const at = await desk.openTask({ name: 'Vera' })
    await changed(at)
    await eventually(async () => expect(brought(stream, at.task).length).toBeGreaterThan(0))
    const { items } = (await anna.ask('/api/tasks')).json
    expect(brought(stream, at.task).at(-1)).toEqual(items.find(({ id }: { id: string }) => id === at.task))
    const about = stream.events.filter(({ data }) => data?.taskId === at.task)
    expect(about.every(({ data }) => 'task' in (data ?? {}) || data?.taskFollows === true)).toBe(true)
    expect(about.at(-1)?.data).toHaveProperty('task')
  })

  it('to each as they see it: what they have read, what they put aside', async () => {
    const [anna, boris] = [await desk.addWorker(), await desk.addWorker()]
    const at = await desk.openTask({ name: 'Wim' })
    expect((await anna.ask(`/api/tasks/${at.task}/read`, { method: 'PUT', body: {} })).status).toBe(204)
    await boris.ask(`/api/tasks/${at.task}/snooze`, { method: 'PUT', body: { until: null } })
    const [hers, his] = [await watch(anna.cookie), await watch(boris.cookie)]
    await changed(at)
    await eventually(async () => {
      expect(brought(hers, at.task).at(-1)).toMatchObject({ unread: 0, snoozed: null })
      expect(brought(his, at.task).at(-1)).toMatchObject({ unread: 1, snoozed: { until: null } })
    })
  })

  it('to nobody who may not see its channel, and as nothing once it is gone', async () => {
    const elsewhere = await desk.addChannel()
    const [all, some] = [await desk.addWorker(), await desk.addWorker([desk.channel])]
    const [everywhere, here] = [await watch(all.cookie), await watch(some.cookie)]
    const at = await desk.openTask({ channel: elsewhere, name: 'Xenia' })
    await changed(at)
    const gone = newId<OpenTask['task']>()
    await changed({ ...at, task: gone, channel: desk.channel })
    await eventually(async () => {
      expect(brought(everywhere, at.task).at(-1)).toMatchObject({ requester: { name: 'Xenia' } })
      expect(brought(here, gone)).toEqual([null])
    })
    expect(here.events.filter(({ data }) => data?.taskId === at.task)).toEqual([])
  })

  it('to one who comes back, too', async () => {
    const anna = await desk.addWorker()
    const stream = await watch(anna.cookie)
    const place = stream.lastId ?? ''
    const at = await desk.openTask({ name: 'Yuri' })
    await eventually(async () => expect(brought(stream, at.task).length).toBeGreaterThan(0))
    const again = await watch(anna.cookie, place)
    await eventually(async () => {
      expect(brought(again, at.task).at(-1)).toMatchObject({ requester: { name: 'Yuri' }, unread: 1 })
    })
  })
})
