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
