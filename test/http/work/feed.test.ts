import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommentId } from '../../../src/domain/ids.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { appendTo, arrivedMessage, receive } from '../../kit/house.ts'
import { countQueries, type Desk, type OpenTask, openDesk, PNG, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const write = (at: OpenTask, body: unknown) => anna.ask(`/api/tasks/${at.task}/comments`, { body })
const upload = async (bytes: Uint8Array, name: string): Promise<string> =>
  (await desk.upload(anna, bytes, name)).json.id

describe('the feed', () => {
  it('shows reactions, edits, and of a deleted message only that it was there', async () => {
    const at = await desk.openTask()
    const message = arrivedMessage({ text: 'Secret' })
    await receive(desk.database, at.conversation, message)
    await appendTo(desk.database, at.conversation, {
      kind: 'message.reacted',
      target: message.id,
      emoji: '👍',
      by: 'contact',
    })
    let upTo = await appendTo(desk.database, at.conversation, {
      kind: 'message.edited',
      target: message.id,
      content: { ...message.content, text: 'Secret!' },
      by: 'contact',
    })
    const step = () => workEvents(desk.database, { conversationId: at.conversation, after: 0, upTo })
    await step()
    const last = async () => (await anna.ask(`/api/tasks/${at.task}/comments`)).json.items.at(-1)
    expect(await last()).toMatchObject({
      text: 'Secret!',
      author: { kind: 'contact', id: at.contact, name: 'Sheena Nelson' },
      reactions: [{ emoji: '👍', by: 'contact', at: expect.any(String) }],
      editedAt: expect.any(String),
    })
    upTo = await appendTo(desk.database, at.conversation, {
      kind: 'message.deleted',
      target: message.id,
      by: 'contact',
    })
    await step()
    const deleted = await last()
    expect([deleted.text, deleted.data, deleted.attachments]).toEqual([null, {}, []])
    expect(deleted.deletedAt).toEqual(expect.any(String))
    expect(
      await desk.database.db
        .selectFrom('comment_revisions')
        .select('text')
        .where('comment_id', '=', deleted.id as CommentId)
        .execute(),
    ).toContainEqual({ text: 'Secret!' })
  })

  it('lets the part that is furthest behind speak, with words', async () => {
    const at = await desk.openTask()
    const files = [await upload(PNG, 'a.png'), await upload(PNG, 'b.png'), await upload(PNG, 'c.png')]
    const { json } = await write(at, { attachmentIds: files, notify: { contact: true } })
    const set = (part: number, state: string, code: string | null = null) =>
      sql`update deliveries set state = ${state}, error_code = ${code} where id = ${json.deliveries[part].id}`.execute(
        desk.database.db,
      )
    await set(0, 'read')
    await set(1, 'delivered')
    const last = async (language?: string) =>
      (
        await anna.ask(`/api/tasks/${at.task}/comments`, language ? { headers: { 'accept-language': language } } : {})
      ).json.items.at(-1).delivery
    expect(await last()).toMatchObject({ id: json.deliveries[2].id, state: 'queued' })
    await set(2, 'failed', '131047')
    expect(await last()).toMatchObject({
      state: 'failed',
      error: { code: '131047', message: expect.stringContaining('24 hours'), detail: null },
    })
    expect((await last('ru-RU,ru;q=0.9')).error.message).toMatch(/\p{Script=Cyrillic}/u)
  })

  it('pages in both directions, each entry once', async () => {
    const at = await desk.openTask()
    for (let i = 0; i < 6; i++) await write(at, { text: `${i}` })
    const pages = async (order: string) => {
      const texts: string[] = []
      let cursor = ''
      do {
        const { json } = await anna.ask(`/api/tasks/${at.task}/comments?limit=3&order=${order}${cursor}`)
        texts.push(...json.items.map(({ text }: { text: string }) => text))
        cursor = json.next ? `&cursor=${json.next}` : ''
      } while (cursor)
      return texts
    }
    const oldest = await pages('oldest')
    expect(oldest.slice(1)).toEqual(['0', '1', '2', '3', '4', '5'])
    expect(await pages('newest')).toEqual(oldest.toReversed())
  })

  it('takes as many queries for a hundred comments as for one', async () => {
    const [small, large] = [await desk.openTask(), await desk.openTask()]
    for (let i = 0; i < 100; i++) await write(large, { text: `${i}`, notify: { contact: true } })
    const ask = (at: OpenTask) => () => anna.ask(`/api/tasks/${at.task}/comments?limit=200`)
    await ask(small)()
    const forOne = await countQueries(desk, ask(small))
    const forMany = await countQueries(desk, ask(large))
    expect((await ask(large)()).json.items).toHaveLength(101)
    expect(forOne).toBeGreaterThan(0)
    expect(forMany).toBeLessThanOrEqual(forOne + 2)
  })
})

describe('a page that begins with an entry', () => {
  it('reads on from it in either order, itself included, and knows no entry of another feed', async () => {
    const at = await desk.openTask()
    const ids: string[] = []
    for (const text of ['one', 'two', 'three', 'four']) ids.push((await write(at, { text })).json.id)
    const page = (query: string) => anna.ask(`/api/tasks/${at.task}/comments?${query}`)
    const texts = async (query: string) =>
      (await page(query)).json.items.map(({ text }: { text: string }) => text).filter((text: string) => text !== 'Hi')
    expect(await texts(`order=oldest&from=${ids[1]}`)).toEqual(['two', 'three', 'four'])
    expect((await texts(`order=newest&from=${ids[1]}`)).slice(0, 2)).toEqual(['two', 'one'])
    const first = await page(`order=oldest&from=${ids[1]}&limit=2`)
    expect(await texts(`order=oldest&from=${ids[1]}&limit=2&cursor=${first.json.next}`)).toEqual(['four'])
    const other = await desk.openTask()
    expect((await anna.ask(`/api/tasks/${other.task}/comments?from=${ids[1]}`)).status).toBe(404)
  })
})

describe('a part of a feed', () => {
  it('is what goes between the house and the client, what stays inside, or what happened', async () => {
    const at = await desk.openTask()
    await write(at, { text: 'inside' })
    await write(at, { text: 'outside', notify: { contact: true } })
    await anna.ask(`/api/tasks/${at.task}`, { method: 'PATCH', body: { status: 'waiting' } })
    const shown = async (query: string) =>
      (await anna.ask(`/api/tasks/${at.task}/comments?${query}`)).json.items.map(
        ({ kind, text }: { kind: string; text: string }) => (kind === 'system' ? 'event' : text),
      )
    expect((await shown('show=messages')).at(-1)).toBe('outside')
    expect(await shown('show=messages')).not.toContain('inside')
    expect(await shown('show=internal')).toEqual(['inside'])
    expect(await shown('show=events')).toEqual(['event'])
    expect(await shown(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([])
    expect(await shown('since=2020-01-01T00:00:00Z')).toEqual(await shown('order=oldest'))
  })
})

describe('earlier wordings', () => {
  it('are told of an edited message, and of a deleted one no more', async () => {
    const at = await desk.openTask()
    const message = arrivedMessage({ text: 'Seven' })
    await receive(desk.database, at.conversation, message)
    const edit = (text: string) =>
      appendTo(desk.database, at.conversation, {
        kind: 'message.edited',
        target: message.id,
        content: { ...message.content, text },
        by: 'contact',
      })
    await edit('Eight')
    let upTo = await edit('Nine')
    const step = () => workEvents(desk.database, { conversationId: at.conversation, after: 0, upTo })
    await step()
    const { id } = (await anna.ask(`/api/tasks/${at.task}/comments`)).json.items.at(-1)
    const asked = await anna.ask(`/api/comments/${id}/revisions`)
    expect(asked.json.items.map(({ text }: { text: string }) => text)).toEqual(['Seven', 'Eight'])
    const stranger = await desk.addWorker([await desk.addChannel()])
    expect((await stranger.ask(`/api/comments/${id}/revisions`)).status).toBe(404)

    upTo = await appendTo(desk.database, at.conversation, {
      kind: 'message.deleted',
      target: message.id,
      by: 'contact',
    })
    await step()
    expect((await anna.ask(`/api/comments/${id}/revisions`)).json.items).toEqual([])
  })
})

describe('what a channel takes', () => {
  it('is told to whoever may use it', async () => {
    const { json } = await anna.ask(`/api/channels/${desk.channel}/send-limits`)
    expect(json).toMatchObject({ maxTextLength: 4096, templates: true, quotes: true, reactions: true, buttons: true })
    expect(json.media).toContainEqual({ kind: 'image', mimes: ['image/jpeg', 'image/png'], maxBytes: 5 * 1024 * 1024 })
    const stranger = await desk.addWorker([await desk.addChannel()])
    expect((await stranger.ask(`/api/channels/${desk.channel}/send-limits`)).status).toBe(404)
  })
})

describe('a line in the feed', () => {
  it('tells in words and for programs what a person changed', async () => {
    const at = await desk.openTask()
    const change = (body: object) => anna.ask(`/api/tasks/${at.task}`, { method: 'PATCH', body })
    await change({ title: 'Blue coat', fields: { size: 'M', parts: [1, 2] }, dueAt: '2030-01-02T10:00:00Z' })
    await change({ title: 'Blue coat', fields: { size: 'L' } })
    const lines = (await anna.ask(`/api/tasks/${at.task}/comments?show=events`)).json.items
    expect(lines.map(({ text }: { text: string }) => text)).toEqual([
      'title: Blue coat; fields.parts: …; fields.size: M; dueAt: 2030-01-02T10:00:00.000Z',
      'fields.size: L',
    ])
    expect(lines[1].data).toEqual({ change: 'fields', changes: [{ field: 'fields.size', from: 'M', to: 'L' }] })
  })
})
