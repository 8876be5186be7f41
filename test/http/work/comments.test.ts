import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryId } from '../../../src/domain/ids.ts'
import { wamid } from '../../kit/house.ts'
import { type Desk, type OpenTask, openDesk, PNG, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const write = (at: OpenTask, body: unknown, headers = {}) =>
  anna.ask(`/api/tasks/${at.task}/comments`, { body, headers })
const deliveriesOf = (at: OpenTask) =>
  desk.database.db
    .selectFrom('deliveries')
    .selectAll()
    .where('conversation_id', '=', at.conversation)
    .orderBy('id')
    .execute()
const lastEvent = async (at: OpenTask) =>
  (
    await desk.database.db
      .selectFrom('conversation_events')
      .select('payload')
      .where('conversation_id', '=', at.conversation)
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow()
  ).payload
const upload = async (bytes: Uint8Array, name: string): Promise<string> =>
  (await desk.upload(anna, bytes, name)).json.id

describe('an internal comment (P6)', () => {
  it.each([
    ['without notify', {}],
    ['with an empty notify', { notify: {} }],
    ['with contact false', { notify: { contact: false } }],
  ])('stays inside %s', async (_, notify) => {
    const at = await desk.openTask()
    desk.signalled.length = 0
    const { status, json } = await write(at, { text: 'He is our best client', ...notify })
    expect(status).toBe(201)
    expect(json).toEqual({
      id: expect.any(String),
      taskId: at.task,
      conversationId: at.conversation,
      author: { kind: 'employee', id: anna.id, name: expect.stringMatching(/^Person/) },
      text: 'He is our best client',
      kind: 'text',
      data: {},
      attachments: [],
      reactions: [],
      editedAt: null,
      deletedAt: null,
      replyTo: null,
      notified: [],
      deliveries: [],
      delivery: null,
      bulk: false,
      at: expect.stringMatching(/Z$/),
    })
    expect(await deliveriesOf(at)).toEqual([])
    expect(await lastEvent(at)).toEqual({
      kind: 'comment.added',
      comment: json.id,
      task: at.task,
      by: anna.id,
      deliveries: [],
    })
    expect(desk.signalled).toEqual([at.conversation])
  })

  it.each([
    ['contact as text', { contact: 'true' }],
    ['contact as a number', { contact: 1 }],
    ['a misspelt key', { client: true }],
  ])('refuses %s rather than guessing', async (_, notify) => {
    const at = await desk.openTask()
    expect((await write(at, { text: 'x', notify })).status).toBe(400)
    expect(await deliveriesOf(at)).toEqual([])
  })

  it('is possible while the window is closed and the channel is gone', async () => {
    const at = await desk.openTask({ channel: await desk.addChannel(), lastInAt: new Date(Date.now() - 30 * 3600_000) })
    await desk.database.db.updateTable('channels').set({ state: 'disconnected' }).where('id', '=', at.channel).execute()
    expect((await write(at, { text: 'Call him' })).status).toBe(201)
  })

  it('makes whom it notifies a participant', async () => {
    const at = await desk.openTask()
    const boris = await desk.addWorker()
    const { json } = await write(at, { text: 'Look', notify: { employeeIds: [boris.id] } })
    expect(json.notified).toEqual([{ kind: 'employee', id: boris.id }])
    const task = (await anna.ask(`/api/tasks/${at.task}`)).json
    expect(task.participants.map(({ id }: { id: string }) => id)).toEqual([boris.id])
    expect(task.assignees.map(({ id }: { id: string }) => id)).toEqual([desk.ownerId])
  })

  it('refuses to notify who is not there', async () => {
    const at = await desk.openTask()
    const { status, json } = await write(at, {
      text: 'Look',
      notify: { employeeIds: ['01900000-0000-7000-8000-000000000000'] },
    })
    expect([status, json.error.code]).toEqual([422, 'unknown_employee'])
  })

  it.each([[{}], [{ text: '' }], [{ text: ' \n ' }], [{ text: null }]])('refuses %j: nothing is said', async (body) => {
    const { status, json } = await write(await desk.openTask(), body)
    expect([status, json.error.code]).toEqual([422, 'empty_comment'])
  })
})

describe('a comment for the client (M10)', () => {
  it('becomes a queued delivery in the same transaction', async () => {
    const at = await desk.openTask()
    desk.signalled.length = 0
    const { status, json } = await write(at, { text: 'It is ready', notify: { contact: true } })
    expect(status).toBe(201)
    const [delivery, ...others] = await deliveriesOf(at)
    expect(others).toEqual([])
    expect(delivery).toMatchObject({
      comment_id: json.id,
      state: 'queued',
      rank: 0,
      parked: null,
      body: { kind: 'text', text: 'It is ready' },
    })
    expect(json.notified).toEqual([{ kind: 'contact', id: at.contact }])
    expect(json.delivery).toEqual({
      id: delivery?.id,
      state: 'queued',
      providerMessageId: null,
      error: null,
      parked: null,
      holdUntil: null,
      maybeTwice: false,
    })
    expect(json.deliveries).toEqual([json.delivery])
    expect(await lastEvent(at)).toMatchObject({ kind: 'comment.added', deliveries: [delivery?.id] })
    expect(desk.signalled).toEqual([at.conversation])
  })

  it('is written once for one Idempotency-Key', async () => {
    const at = await desk.openTask()
    const body = { text: 'Once', notify: { contact: true } }
    const answers = [
      await write(at, body, { 'idempotency-key': 'k1' }),
      await write(at, body, { 'idempotency-key': 'k1' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(answers[0]?.text).toBe(answers[1]?.text)
    expect(await deliveriesOf(at)).toHaveLength(1)
  })

  it('waits, parked, while the channel is paused', async () => {
    const at = await desk.openTask({ channel: await desk.addChannel() })
    await desk.database.db.updateTable('channels').set({ state: 'paused' }).where('id', '=', at.channel).execute()
    const { status, json } = await write(at, { text: 'Later', notify: { contact: true } })
    expect([status, json.delivery.state, json.delivery.parked]).toEqual([201, 'queued', 'channel_paused'])
  })

  it('is refused over a disconnected channel, and nothing is stored', async () => {
    const at = await desk.openTask({ channel: await desk.addChannel() })
    await desk.database.db.updateTable('channels').set({ state: 'disconnected' }).where('id', '=', at.channel).execute()
    const before = await lastEvent(at)
    const { status, json } = await write(at, { text: 'Hello', notify: { contact: true } })
    expect([status, json.error.code]).toEqual([409, 'channel_disconnected'])
    expect(await lastEvent(at)).toEqual(before)
    expect((await anna.ask(`/api/tasks/${at.task}/comments`)).json.items).toHaveLength(1)
  })

  it.each([
    ['an hour before it closes', 23 * 3600_000, 201],
    ['two minutes before', 24 * 3600_000 - 120_000, 201],
    ['in its last minute', 24 * 3600_000 - 30_000, 409],
    ['after it', 25 * 3600_000, 409],
  ])('reply window: %s', async (_, ago, expected) => {
    const lastInAt = new Date(Date.now() - ago)
    const at = await desk.openTask({ lastInAt })
    const { status, json } = await write(at, { text: 'Hello', notify: { contact: true } })
    expect(status).toBe(expected)
    if (expected === 201) return
    expect(json.error.code).toBe('window_closed')
    expect(json.error.details).toEqual({
      closedAt: new Date(lastInAt.getTime() + 24 * 3600_000).toISOString(),
      templates: [],
    })
    expect(await deliveriesOf(at)).toEqual([])
  })

  it('may be as long as the provider allows', async () => {
    const at = await desk.openTask()
    expect((await write(at, { text: 'x'.repeat(4096), notify: { contact: true } })).status).toBe(201)
    const { status, json } = await write(at, { text: '😀'.repeat(2049), notify: { contact: true } })
    expect([status, json.error.code, json.error.details.limit]).toEqual([422, 'text_too_long', 4096])
    expect((await write(at, { text: 'x'.repeat(4097) })).status).toBe(201)
  })

  it('sends files, the text as a caption of the first that takes one (M12)', async () => {
    const at = await desk.openTask()
    const [picture, list] = [await upload(PNG, 'shirt.png'), await upload(Buffer.from('S\nM\n'), 'sizes.txt')]
    const { status, json } = await write(at, {
      text: 'Here',
      attachmentIds: [list, picture],
      notify: { contact: true },
    })
    expect(status).toBe(201)
    expect(json.kind).toBe('document')
    expect(json.attachments).toEqual([
      {
        id: list,
        name: 'sizes.txt',
        mime: 'text/plain',
        size: 4,
        state: 'stored',
        error: null,
        url: `/api/attachments/${list}/content`,
      },
      {
        id: picture,
        name: 'shirt.png',
        mime: 'image/png',
        size: PNG.length,
        state: 'stored',
        error: null,
        url: `/api/attachments/${picture}/content`,
      },
    ])
    expect((await deliveriesOf(at)).map(({ body, ordinal }) => [ordinal, body])).toEqual([
      [0, { kind: 'media', media: 'document', attachmentId: list, caption: 'Here', fileName: 'sizes.txt' }],
      [1, { kind: 'media', media: 'image', attachmentId: picture, caption: null, fileName: null }],
    ])
    expect(await lastEvent(at)).toMatchObject({ deliveries: json.deliveries.map(({ id }: { id: string }) => id) })
  })

  it('refuses a file that the channel cannot send, says what it can, and leaves the file usable', async () => {
    const at = await desk.openTask()
    const file = await upload(Buffer.from([0, 1, 2, 3, 250]), 'program.bin')
    const { status, json } = await write(at, { attachmentIds: [file], notify: { contact: true } })
    expect([status, json.error.code]).toEqual([422, 'attachment_not_sendable'])
    expect(json.error.details).toMatchObject({ attachmentId: file, mime: 'application/octet-stream', size: 5 })
    expect(json.error.details.allowed).toContainEqual(expect.objectContaining({ kind: 'image', maxBytes: 5242880 }))
    expect((await write(at, { attachmentIds: [file] })).status).toBe(201)
  })

  it('takes a file once, and only from who uploaded it', async () => {
    const at = await desk.openTask()
    const boris = await desk.addWorker()
    const file = await upload(PNG, 'a.png')
    const foreign = await boris.ask(`/api/tasks/${at.task}/comments`, { body: { attachmentIds: [file] } })
    expect([foreign.status, foreign.json.error.code]).toEqual([422, 'unknown_attachment'])
    expect((await write(at, { attachmentIds: [file] })).status).toBe(201)
    const again = await write(at, { attachmentIds: [file] })
    expect([again.status, again.json.error.details]).toEqual([422, { ids: [file] }])
  })

  it('quotes what it answers, in its first message only', async () => {
    const at = await desk.openTask()
    const feed = (await anna.ask(`/api/tasks/${at.task}/comments`)).json.items
    const [picture, other] = [await upload(PNG, 'a.png'), await upload(PNG, 'b.png')]
    const { json } = await write(at, {
      text: 'This one',
      attachmentIds: [picture, other],
      notify: { contact: true },
      replyTo: feed[0].id,
    })
    expect(json.replyTo).toBe(feed[0].id)
    const [first, second] = await deliveriesOf(at)
    expect(first?.quoted_provider_id).toMatch(/^wamid\./)
    expect(second?.quoted_provider_id).toBeNull()

    await desk.database.db
      .updateTable('deliveries')
      .set({ provider_message_id: wamid('wamid.ours') })
      .where('id', '=', first?.id as DeliveryId)
      .execute()
    await write(at, { text: 'And this', notify: { contact: true }, replyTo: json.id })
    expect((await deliveriesOf(at)).at(-1)?.quoted_provider_id).toBe('wamid.ours')
  })

  it('refuses to answer a comment of another task', async () => {
    const [at, elsewhere] = [await desk.openTask(), await desk.openTask()]
    const feed = (await anna.ask(`/api/tasks/${elsewhere.task}/comments`)).json.items
    const { status, json } = await write(at, { text: 'x', replyTo: feed[0].id })
    expect([status, json.error.code]).toEqual([422, 'unknown_comment'])
  })

  it('is signed by the token where no employee wrote it', async () => {
    const at = await desk.openTask()
    const { json } = await desk.owner(`/api/tasks/${at.task}/comments`, { body: { text: 'From a script' } })
    expect(json.author).toEqual({ kind: 'employee', id: null, name: 'PARLEY_API_TOKEN' })
  })

  it('keeps the order of two that are written in the same moment', async () => {
    const at = await desk.openTask()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => write(at, { text: `n${i}`, notify: { contact: true } })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201))
    const feed = (await anna.ask(`/api/tasks/${at.task}/comments`)).json.items.slice(1)
    const events = await desk.database.db
      .selectFrom('conversation_events')
      .select('payload')
      .where('conversation_id', '=', at.conversation)
      .where('kind', '=', 'comment.added')
      .orderBy('seq')
      .execute()
    expect(events.map(({ payload }) => 'comment' in payload && payload.comment)).toEqual(
      feed.map(({ id }: { id: string }) => id),
    )
  })
})
