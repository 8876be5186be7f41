import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProviderMessageId, UserId } from '../../../src/domain/ids.ts'
import { tellFolding } from '../../../src/store/bulk/tell-folding.ts'
import { inIntakeTransaction } from '../../../src/store/intake/run.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { appendTo, arrivedMessage, receive, wamid } from '../../kit/house.ts'
import { type Desk, type OpenTask, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
let boris: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
  boris = await desk.addWorker()
})
afterAll(() => desk.close())

const seen = async (at: OpenTask, who: Worker = anna) => (await who.ask(`/api/tasks/${at.task}`)).json
const unread = async (at: OpenTask, who: Worker = anna): Promise<number> => (await seen(at, who)).unread

/** Works off all that is stored, and the same once more, as after a lost answer. */
async function work({ conversation }: OpenTask): Promise<void> {
  for (const after of [null, 0]) await workEvents(desk.database, { conversationId: conversation, after, upTo: 999 })
}
let messages = 0
const writes = async (at: OpenTask, text: string, when?: Date): Promise<ProviderMessageId> => {
  const id = wamid(`wamid.inbox-${++messages}`)
  await receive(desk.database, at.conversation, { id, text }, when ? { at: when } : {})
  return id
}
const happens = (at: OpenTask, event: Parameters<typeof appendTo>[2], when?: Date) =>
  appendTo(desk.database, at.conversation, event, when ? { at: when } : {})
const echo = (at: OpenTask, text: string) => {
  const id = wamid(`wamid.echo-${++messages}`)
  return happens(at, { kind: 'message.echoed', by: 'phone_app', message: arrivedMessage({ id, text }) }).then(() => id)
}
const comment = async (at: OpenTask, body: object, who: Worker = anna) => {
  const made = await who.ask(`/api/tasks/${at.task}/comments`, { body })
  expect(made.status).toBe(201)
  return made.json
}
const answer = (at: OpenTask, more: object = {}) => comment(at, { text: 'Yes', notify: { contact: true }, ...more })
const feed = async (at: OpenTask): Promise<{ id: string; text: string | null }[]> =>
  (await anna.ask(`/api/tasks/${at.task}/comments`)).json.items
const read = (at: OpenTask, commentId?: string, who: Worker = anna) =>
  who.ask(`/api/tasks/${at.task}/read`, { method: 'PUT', body: commentId ? { commentId } : {} })
const unsee = (at: OpenTask, commentId?: string, who: Worker = anna) =>
  who.ask(`/api/tasks/${at.task}/read`, { method: 'DELETE', ...(commentId && { body: { commentId } }) })

describe('since when the client waits', () => {
  it('is the time of the first message that nobody answered', async () => {
    const first = new Date(Date.now() - 60_000)
    const at = await desk.openTask({ lastInAt: first })
    await writes(at, 'Hello?')
    await work(at)
    expect((await seen(at)).awaitingSince).toBe(first.toISOString())
  })

  it('ends with an answer, and begins anew with the next message', async () => {
    const at = await desk.openTask()
    await answer(at)
    expect((await seen(at)).awaitingSince).toBeNull()
    await work(at)
    expect((await seen(at)).awaitingSince).toBeNull()
    const second = new Date(Date.now() + 1000)
    await writes(at, 'And in blue?', second)
    await work(at)
    expect((await seen(at)).awaitingSince).toBe(second.toISOString())
  })

  it('ends with an echo from the phone app, and returns when that is deleted', async () => {
    const at = await desk.openTask()
    const since = (await seen(at)).awaitingSince
    const id = await echo(at, 'From my phone')
    await work(at)
    expect((await seen(at)).awaitingSince).toBeNull()
    await happens(at, { kind: 'message.deleted', target: id, by: 'phone_app' })
    await work(at)
    expect((await seen(at)).awaitingSince).toBe(since)
  })

  it('does not end with an internal comment, nor with a line of the system', async () => {
    const at = await desk.openTask()
    const since = (await seen(at)).awaitingSince
    await comment(at, { text: 'Who knows?' })
    await anna.ask(`/api/tasks/${at.task}`, { method: 'PATCH', body: { status: 'in_progress' } })
    await work(at)
    expect(since).not.toBeNull()
    expect((await seen(at)).awaitingSince).toBe(since)
  })

  it('comes back where the answer was taken back, or certainly did not leave', async () => {
    const at = await desk.openTask()
    const since = (await seen(at)).awaitingSince
    const held = await answer(at, { holdSeconds: 600 })
    await work(at)
    expect((await seen(at)).awaitingSince).toBeNull()
    await anna.ask(`/api/deliveries/${held.delivery.id}/undo`, { body: {} })
    await work(at)
    expect((await seen(at)).awaitingSince).toBe(since)

    const failed = await answer(at)
    await work(at)
    await desk.database.db
      .updateTable('deliveries')
      .set({ state: 'failed', failed_at: new Date() })
      .where('id', '=', failed.delivery.id)
      .execute()
    await happens(at, { kind: 'delivery.failed', delivery: failed.delivery.id, code: '131026' })
    await work(at)
    expect((await seen(at)).awaitingSince).toBe(since)
    await anna.ask(`/api/deliveries/${failed.delivery.id}/retry`, { body: {} })
    await work(at)
    expect((await seen(at)).awaitingSince).toBeNull()
  })

  it('comes back where the answer was found to be a mailing and is folded back', async () => {
    const phones = Array.from({ length: 4 }, (_, n) => `1650777${String(++messages).padStart(3, '0')}${n}`)
    const tasks: OpenTask[] = []
    for (const phone of phones) tasks.push(await desk.openTask({ phone }))
    const [at] = tasks as [OpenTask]
    const since = (await seen(at)).awaitingSince
    for (const [index, phone] of phones.entries()) {
      const sent = await anna.ask('/api/messages', {
        body: { channelId: desk.channel, to: `+${phone}`, text: 'New arrivals this week' },
      })
      expect(sent.status).toBe(202)
      await work(tasks[index] as OpenTask)
      if (index === 0) expect((await seen(at)).awaitingSince).toBeNull()
    }
    await inIntakeTransaction(desk.database.pool, (run) => tellFolding(run, 100))
    for (const one of tasks) await work(one)
    expect((await feed(at)).map(({ text }) => text)).not.toContain('New arrivals this week')
    expect((await seen(at)).awaitingSince).toBe(since)
    expect((await seen(at)).preview.text).not.toBe('New arrivals this week')

    // With the reply it comes in before it: the client waits from then on, too.
    await writes(at, 'Which ones?')
    await work(at)
    const waiting = await seen(at)
    expect(waiting).toMatchObject({ awaitingSince: since, preview: { text: 'Which ones?' }, unread: 2 })
  })

  it('is settled by closing the task; opened again by hand it is as before, by the client it begins with their word', async () => {
    const at = await desk.openTask()
    const since = (await seen(at)).awaitingSince
    const put = (status: string) => anna.ask(`/api/tasks/${at.task}`, { method: 'PATCH', body: { status } })
    await put('done')
    expect((await seen(at)).awaitingSince).toBeNull()
    await put('new')
    expect((await seen(at)).awaitingSince).toBe(since)
    await put('done')
    await work(at)
    await desk.database.db
      .updateTable('channels')
      .set({ new_task_if_no_active: false })
      .where('id', '=', at.channel)
      .execute()
    const again = new Date(Date.now() + 5000)
    await writes(at, 'One more thing', again)
    await work(at)
    await desk.database.db
      .updateTable('channels')
      .set({ new_task_if_no_active: true })
      .where('id', '=', at.channel)
      .execute()
    expect(await seen(at)).toMatchObject({ status: { active: true }, awaitingSince: again.toISOString() })
  })

  it('forgets a message that the client deleted', async () => {
    const at = await desk.openTask()
    await answer(at)
    await work(at)
    const id = await writes(at, 'Never mind')
    await work(at)
    expect((await seen(at)).awaitingSince).not.toBeNull()
    await happens(at, { kind: 'message.deleted', target: id, by: 'contact' })
    await work(at)
    expect(await seen(at)).toMatchObject({
      awaitingSince: null,
      preview: { text: null, kind: 'text', authorKind: 'contact' },
    })
  })
})

describe('the preview', () => {
  it('is the newest entry but for lines of the system, its text cut and its edits shown', async () => {
    const at = await desk.openTask()
    const long = 'é'.repeat(200)
    await comment(at, { text: long })
    await anna.ask(`/api/tasks/${at.task}`, { method: 'PATCH', body: { status: 'waiting' } })
    expect((await seen(at)).preview).toEqual({
      text: 'é'.repeat(140),
      kind: 'text',
      authorKind: 'employee',
      authorId: expect.any(String),
      toClient: false,
      at: expect.any(String),
    })
    const id = await writes(at, 'Befor')
    await happens(at, {
      kind: 'message.edited',
      target: id,
      by: 'contact',
      content: { kind: 'text', text: 'Before', data: {}, media: null },
    })
    await work(at)
    expect((await seen(at)).preview).toMatchObject({
      text: 'Before',
      authorKind: 'contact',
      authorId: null,
      toClient: false,
    })
    await answer(at)
    expect((await seen(at)).preview).toMatchObject({ text: 'Yes', authorKind: 'employee', toClient: true })
  })
})

describe('what somebody has not read', () => {
  it('is counted for each person alone, and not for a token', async () => {
    const at = await desk.openTask()
    await writes(at, 'Two')
    await work(at)
    expect([await unread(at), await unread(at, boris)]).toEqual([2, 2])
    expect((await read(at)).status).toBe(204)
    expect([await unread(at), await unread(at, boris)]).toEqual([0, 2])
    expect((await desk.owner(`/api/tasks/${at.task}`)).json).toMatchObject({ unread: 0, snoozed: null })
    const refused = await desk.owner(`/api/tasks/${at.task}/read`, { method: 'PUT', body: {} })
    expect([refused.status, refused.json.error.code]).toEqual([422, 'no_person'])
  })

  it('is nothing of what was written before they joined, and all that came since', async () => {
    const at = await desk.openTask()
    const clara = await desk.addWorker()
    expect(await unread(at, clara)).toBe(0)
    await writes(at, 'Since')
    await work(at)
    expect(await unread(at, clara)).toBe(1)
    await unsee(at, (await feed(at))[0]?.id, clara)
    expect(await unread(at, clara)).toBe(2)
  })

  it('ends at the entry that they have read to, and never goes back by reading', async () => {
    const at = await desk.openTask()
    for (const text of ['b', 'c', 'd']) await writes(at, text)
    await work(at)
    const [, b, c] = await feed(at)
    await read(at, c?.id)
    expect(await unread(at)).toBe(1)
    await read(at, b?.id)
    expect(await unread(at)).toBe(1)
    await read(at)
    expect(await unread(at)).toBe(0)
    await read(at, b?.id)
    expect(await unread(at)).toBe(0)
    const refused = await read(at, (await feed(await desk.openTask()))[0]?.id)
    expect([refused.status, refused.json.error.code]).toEqual([422, 'unknown_comment'])
  })

  it('comes back from an entry on, or with the last message', async () => {
    const at = await desk.openTask()
    for (const text of ['b', 'c']) await writes(at, text)
    await work(at)
    await answer(at)
    await read(at)
    await unsee(at)
    expect(await unread(at)).toBe(1)
    const [, b] = await feed(at)
    await unsee(at, b?.id)
    expect(await unread(at)).toBe(2)
    await unsee(at)
    expect(await unread(at)).toBe(2)
    await read(at)
    expect(await unread(at)).toBe(0)
    // From an employee's entry on there is nothing of the client's.
    await unsee(at, (await feed(at)).at(-1)?.id)
    expect(await unread(at)).toBe(0)
  })

  it('holds a message that comes late and is put before what was read (P5)', async () => {
    const now = Date.now()
    const at = await desk.openTask({ lastInAt: new Date(now - 10_000) })
    await writes(at, 'second', new Date(now))
    await work(at)
    await read(at)
    await writes(at, 'first', new Date(now - 1000))
    await work(at)
    expect((await feed(at)).map(({ text }) => text).slice(1)).toEqual(['first', 'second'])
    expect(await unread(at)).toBe(1)
    const listed = (await anna.ask(`/api/tasks?contactId=${at.contact}&unread=true`)).json.items
    expect(listed).toHaveLength(1)
    await read(at)
    expect(await unread(at)).toBe(0)
  })

  it('counts a message once, however often it is delivered and worked off (P2)', async () => {
    const at = await desk.openTask()
    await read(at)
    const id = await writes(at, 'once')
    await receive(desk.database, at.conversation, { id, text: 'once' })
    await work(at)
    await work(at)
    expect(await unread(at)).toBe(1)
  })

  it('is not touched by an edit, and less by a deleted message', async () => {
    const at = await desk.openTask()
    await read(at)
    const [x, y] = [await writes(at, 'x'), await writes(at, 'y')]
    await happens(at, {
      kind: 'message.edited',
      target: x,
      by: 'contact',
      content: { kind: 'text', text: 'x!', data: {}, media: null },
    })
    await work(at)
    expect(await unread(at)).toBe(2)
    await happens(at, { kind: 'message.deleted', target: y, by: 'contact' })
    await work(at)
    expect(await unread(at)).toBe(1)
    expect((await anna.ask(`/api/tasks?contactId=${at.contact}&unread=true`)).json.items).toHaveLength(1)
    await happens(at, { kind: 'message.deleted', target: x, by: 'contact' })
    await work(at)
    expect(await unread(at)).toBe(0)
    expect((await anna.ask(`/api/tasks?contactId=${at.contact}&unread=true`)).json.items).toEqual([])
  })

  it('tells the same person, and nobody else, that it was read', async () => {
    const at = await desk.openTask()
    const rows = () =>
      desk.database.db
        .selectFrom('live_events')
        .select('data')
        .where('event', '=', 'read')
        .execute()
        .then((all) => all.map(({ data }) => data).filter(({ taskId }) => taskId === at.task))
    await read(at)
    await read(at)
    expect(await rows()).toEqual([{ taskId: at.task, userId: anna.id as UserId, channelId: at.channel }])
  })
})
