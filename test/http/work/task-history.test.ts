import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId, ProviderMessageId } from '../../../src/domain/ids.ts'
import type { ImportedMessage } from '../../../src/domain/imported-message.ts'
import { storeImported } from '../../../src/store/intake/imported-messages.ts'
import { runIn } from '../../../src/store/intake/run.ts'
import { sweepRetention } from '../../../src/store/retention/sweep-retention.ts'
import { type Desk, type OpenTask, openDesk, PNG, type Worker } from './desk.ts'

/** What a phone app handed over, seen from a task (M4). */

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const DAY = 86_400_000
const START = Date.parse('2026-03-01T10:00:00Z')

function message(client: string, n: number, more: Partial<ImportedMessage> = {}): ImportedMessage {
  return {
    id: `wamid.${client}.${n}` as ProviderMessageId,
    client,
    direction: n % 2 === 0 ? 'in' : 'out',
    content: { kind: 'text', text: `old ${n}`, data: {}, media: null },
    status: 'read',
    at: new Date(START + n * DAY),
    from: 'thread',
    ...more,
  }
}
const picture = (client: string, n: number, mediaId = 'media-1') =>
  message(client, n, {
    content: {
      kind: 'image',
      text: null,
      data: {},
      media: { mediaId, mime: 'image/png', sha256: null, fileName: null },
    },
    from: 'file',
  })
const store = (channel: ChannelId, messages: ImportedMessage[]) =>
  storeImported(runIn(desk.database.db), [{ channelId: channel, rawBodyId: 1, messages }])
const history = ({ task }: OpenTask, query = '', who = anna) => who.ask(`/api/tasks/${task}/history${query}`)
const texts = (items: { text: string | null }[]) => items.map(({ text }) => text)

describe('what was imported of the client of a task', () => {
  it('is paged from the newest on, with the time that all of it spans', async () => {
    const at = await desk.openTask({ phone: '16505550101' })
    await store(
      at.channel,
      [0, 1, 2, 3, 4].map((n) => message('16505550101', n)),
    )
    await store(at.channel, [message('16505559999', 7)])
    const { json } = await history(at, '?limit=2')
    expect(texts(json.items)).toEqual(['old 4', 'old 3'])
    expect(json).toMatchObject({
      count: 5,
      from: new Date(START).toISOString(),
      to: new Date(START + 4 * DAY).toISOString(),
      items: [{ direction: 'in', kind: 'text', status: 'read' }, { direction: 'out' }],
    })
    const next = (await history(at, `?limit=2&cursor=${json.next}`)).json
    expect(texts(next.items)).toEqual(['old 2', 'old 1'])
    const last = (await history(at, `?limit=2&cursor=${next.next}`)).json
    expect([texts(last.items), last.next]).toEqual([['old 0'], null])
    expect((await history(at, '?cursor=nonsense')).status).toBe(400)
  })

  it('is said of an opened task; where nothing was imported, nothing is to be asked for', async () => {
    const without = await desk.openTask()
    expect((await anna.ask(`/api/tasks/${without.task}`)).json.hasHistory).toBe(false)
    expect((await history(without)).json).toEqual({ items: [], next: null, count: 0, from: null, to: null })
    const at = await desk.openTask({ phone: '16505550102' })
    await store(at.channel, [message('16505550102', 0)])
    expect((await anna.ask(`/api/tasks/${at.task}`)).json.hasHistory).toBe(true)
  })

  it('changes nothing of the task: not its feed, its window, its times, nor what is unread', async () => {
    const at = await desk.openTask({ phone: '16505550103', lastInAt: new Date(Date.now() - 3 * DAY) })
    const before = (await anna.ask(`/api/tasks/${at.task}`)).json
    const feed = (await anna.ask(`/api/tasks/${at.task}/comments`)).json.items
    await store(at.channel, [message('16505550103', 0, { at: new Date() }), picture('16505550103', 1)])
    const { hasHistory, ...after } = (await anna.ask(`/api/tasks/${at.task}`)).json
    expect({ ...after, hasHistory: false }).toEqual(before)
    expect(hasHistory).toBe(true)
    expect((await anna.ask(`/api/tasks/${at.task}/comments`)).json.items).toEqual(feed)
    expect(after.window.open).toBe(false)
    const { rows } = await desk.database.pool.query('select count(*)::int as n from outgoing_messages')
    expect(rows[0].n).toBe(0)
  })

  it('leaves out what stands in the feed', async () => {
    const at = await desk.openTask({ phone: '16505550104' })
    const { rows } = await desk.database.pool.query(
      'select provider_message_id as id from comments where task_id = $1 and provider_message_id is not null',
      [at.task],
    )
    await store(at.channel, [message('16505550104', 0), message('16505550104', 1, { id: rows[0].id })])
    expect((await history(at)).json).toMatchObject({ count: 1, items: [{ text: 'old 0' }] })
  })

  it('is found under the other form of a number', async () => {
    const at = await desk.openTask({ phone: '5511987654321' })
    await store(at.channel, [message('551187654321', 0)])
    expect(texts((await history(at)).json.items)).toEqual(['old 0'])
  })

  it('is not there for whoever may not see the task, nor are its files', async () => {
    const at = await desk.openTask({ phone: '16505550105' })
    await store(at.channel, [picture('16505550105', 0)])
    const stranger = await desk.addWorker([await desk.addChannel()])
    const { id } = (await history(at)).json.items[0].file
    await desk.deps.files.put(id, new Blob([PNG]).stream(), 1_000)
    await desk.database.db
      .updateTable('attachments')
      .set({ state: 'stored', size: PNG.length, sha256: 'x' })
      .where('id', '=', id)
      .execute()
    expect((await history(at, '', stranger)).status).toBe(404)
    expect((await stranger.ask(`/api/attachments/${id}/content`)).status).toBe(404)
    expect((await stranger.ask(`/api/attachments/${id}/retry`, { method: 'POST' })).status).toBe(404)
    expect((await anna.ask(`/api/attachments/${id}/content`)).status).toBe(200)
    expect((await anna.ask('/api/tasks/01900000-0000-7000-8000-000000000000/history')).status).toBe(404)
    // It cannot be sent as if somebody had uploaded it.
    const token = await desk.addToken('operator')
    const sent = await desk.ask(`/api/tasks/${at.task}/comments`, { token, body: { text: 'x', attachmentIds: [id] } })
    expect(sent.status).toBe(422)
  })

  it('keeps its files: they are no unused uploads', async () => {
    const at = await desk.openTask({ phone: '16505550106' })
    await store(at.channel, [picture('16505550106', 0)])
    const { id } = (await history(at)).json.items[0].file
    await desk.database.pool.query(
      `update attachments set state = 'stored', created_at = now() - interval '2 years' where id = $1`,
      [id],
    )
    const plan = { ...NOTHING_GOES, unused_uploads: 1 }
    await sweepRetention({ db: desk.database.db, files: desk.deps.files }, plan, 1_000)
    expect((await history(at)).json.items[0].file).toMatchObject({ id, state: 'stored' })
  })
})

const NOTHING_GOES = {
  raw_bodies: null,
  conversation_events: null,
  channel_events: null,
  audit_log: null,
  idempotency_keys: null,
  unused_uploads: null,
}
