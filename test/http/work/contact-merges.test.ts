import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Desk, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

it('a contact names the merges that can be taken back, the newest first, until they are', async () => {
  const into = await desk.openTask({ name: 'Ada', phone: '16505550001' })
  const first = await desk.openTask({ name: 'Ada L.', phone: '16505550002' })
  const second = await desk.openTask({ name: 'Lovelace', phone: '16505550003' })
  const merge = async (fromId: string) =>
    (await anna.ask('/api/contacts/merge', { body: { intoId: into.contact, fromId } })).json.mergeId
  const merges = async () => (await anna.ask(`/api/contacts/${into.contact}`)).json.merges
  expect(await merges()).toEqual([])

  const one = await merge(first.contact)
  const two = await merge(second.contact)
  expect(await merges()).toEqual([
    expect.objectContaining({ id: two, from: expect.objectContaining({ id: second.contact, name: 'Lovelace' }) }),
    expect.objectContaining({
      id: one,
      from: { id: first.contact, name: 'Ada L.', phone: '+16505550002' },
      at: expect.stringMatching(/Z$/),
      by: { id: anna.id, name: expect.any(String) },
    }),
  ])
  await anna.ask('/api/contacts/unmerge', { body: { mergeId: one } })
  expect((await merges()).map(({ id }: { id: string }) => id)).toEqual([two])
})

it('who sees only the kept contact learns nothing of whom it took in', async () => {
  const shop = await desk.addChannel()
  const into = await desk.openTask({ channel: shop, name: 'Seen' })
  const from = await desk.openTask({ name: 'Unseen' })
  await anna.ask('/api/contacts/merge', { body: { intoId: into.contact, fromId: from.contact } })
  const merges = async (worker: Worker) => (await worker.ask(`/api/contacts/${into.contact}`)).json.merges
  expect(await merges(anna)).toHaveLength(1)
  expect(await merges(await desk.addWorker([shop]))).toEqual([])
  expect(await merges(await desk.addWorker([from.channel]))).toHaveLength(1)
})

it('tags in use are suggested, the most used first, to those who may see the contacts', async () => {
  const tag = async (tags: string[]) => {
    const { contact } = await desk.openTask()
    await anna.ask(`/api/contacts/${contact}`, { method: 'PATCH', body: { tags } })
  }
  await tag(['vip', 'berlin'])
  await tag(['berlin'])
  const suggested = async (q: string, worker = anna) => (await worker.ask(`/api/contacts/tags?q=${q}`)).json.items
  expect(await suggested('')).toEqual([
    { name: 'berlin', count: 2 },
    { name: 'vip', count: 1 },
  ])
  expect(await suggested('VI')).toEqual([{ name: 'vip', count: 1 }])
  expect(await suggested('%')).toEqual([])
  expect(await suggested('', await desk.addWorker([await desk.addChannel()]))).toEqual([])
})
