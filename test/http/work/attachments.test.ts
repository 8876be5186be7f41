import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttachmentId } from '../../../src/domain/ids.ts'
import { newId } from '../../../src/store/new-id.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { eventually } from '../../kit/eventually.ts'
import { type Desk, type OpenTask, openDesk, PNG, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const content = async (id: string, query = '', headers: Record<string, string> = {}, who = anna) => {
  const response = await desk.app.request(`/api/attachments/${id}/content${query}`, {
    headers: { cookie: who.cookie, ...headers },
  })
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}
const rows = async () =>
  Number(
    (
      await desk.database.db
        .selectFrom('attachments')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )

describe('uploading', () => {
  it('stores the bytes and says what they are, whatever the sender called them', async () => {
    const { status, json } = await desk.upload(anna, PNG, 'photo.html')
    expect([status, json]).toEqual([
      201,
      { id: expect.any(String), name: 'photo.html', mime: 'image/png', size: PNG.length },
    ])
    const { bytes, headers } = await content(json.id)
    expect(bytes.equals(PNG)).toBe(true)
    expect(headers.get('etag')).toBe(`"${createHash('sha256').update(PNG).digest('hex')}"`)
  })

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\price.txt', 'price.txt'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['a\u0000b.txt', 'ab.txt'],
    ['..', 'file'],
    ['счёт №5.txt', 'счёт №5.txt'],
  ])('keeps %j as a name only', async (name, kept) => {
    const { json } = await desk.upload(anna, Buffer.from('hello'), name)
    expect(json.name).toBe(kept)
  })

  it.each([
    ['<html><script>alert(1)</script>', 'a.html', 'text/plain'],
    ['<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'a.svg', 'text/plain'],
    ['a,b\n1,2\n', 'a.csv', 'text/plain'],
    ['%PDF-1.7\n', 'a.txt', 'application/pdf'],
  ])('takes %j for what it is', async (text, name, mime) => {
    const { json } = await desk.upload(anna, Buffer.from(text), name)
    expect(['application/xml', mime]).toContain(json.mime)
  })

  it('answers 415 for JSON, 422 without a file or with an empty one, 400 for a body that is cut off', async () => {
    const before = await rows()
    const json = await anna.ask('/api/attachments', { body: { file: 'x' } })
    expect([json.status, json.json.error.code]).toEqual([415, 'unsupported_media_type'])
    const post = async (body: string) => {
      const response = await desk.app.request('/api/attachments', {
        method: 'POST',
        body,
        headers: {
          cookie: anna.cookie,
          'sec-fetch-site': 'same-origin',
          'content-type': 'multipart/form-data; boundary=xx',
        },
      })
      return [response.status, JSON.parse(await response.text()).error.code]
    }
    expect(await post('--xx\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--xx--\r\n')).toEqual([
      422,
      'file_missing',
    ])
    const part = '--xx\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    expect(await post(`${part}half of it`)).toEqual([400, 'malformed_body'])
    expect((await desk.upload(anna, new Uint8Array(), 'empty.txt')).json.error.code).toBe('file_empty')
    expect(await rows()).toBe(before)
  })

  it('stores one file for one Idempotency-Key, and refuses the key for another', async () => {
    const before = await rows()
    const key = { 'idempotency-key': 'upload-1' }
    const [first, second] = [await desk.upload(anna, PNG, 'a.png', key), await desk.upload(anna, PNG, 'a.png', key)]
    expect([first.status, second.json]).toEqual([201, first.json])
    expect((await desk.upload(anna, Buffer.from('other'), 'a.png', key)).status).toBe(422)
    expect(await rows()).toBe(before + 1)
    expect((await content(first.json.id)).bytes.equals(PNG)).toBe(true)
  })

  it('streams over real HTTP, stops at 100 MB, and leaves nothing of what was broken off', async () => {
    const server = createServer(getRequestListener(desk.app.fetch))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const before = await rows()
    try {
      const head = (length: number) =>
        `POST /api/attachments HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: ${anna.cookie}\r\nsec-fetch-site: same-origin\r\n` +
        `content-type: multipart/form-data; boundary=xx\r\ncontent-length: ${length}\r\n\r\n`
      const part = '--xx\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'

      const tooLarge = connect(port, '127.0.0.1')
      tooLarge.on('error', () => undefined)
      const answered = new Promise<string>((resolve) => tooLarge.once('data', (data) => resolve(String(data))))
      tooLarge.write(head(200 * 1024 * 1024) + part)
      expect(await answered).toMatch(/^HTTP\/1\.1 413 /)
      tooLarge.destroy()

      const brokenOff = connect(port, '127.0.0.1')
      brokenOff.on('error', () => undefined)
      brokenOff.write(`${head(50_000)}${part}${'x'.repeat(20_000)}`)
      await eventually(async () => expect(await filesBeingWritten(desk)).toBe(1))
      brokenOff.destroy()
      await eventually(async () => expect(await filesBeingWritten(desk)).toBe(0))
      expect(await rows()).toBe(before)

      const form = new FormData()
      const bytes = Buffer.alloc(3_000_000, 7)
      form.append('file', new Blob([bytes]), 'big.bin')
      const response = await fetch(`http://127.0.0.1:${port}/api/attachments`, {
        method: 'POST',
        body: form,
        headers: { cookie: anna.cookie, 'sec-fetch-site': 'same-origin' },
      })
      const file = (await response.json()) as { id: string; size: number }
      expect([response.status, file.size]).toEqual([201, bytes.length])
      const back = await fetch(`http://127.0.0.1:${port}/api/attachments/${file.id}/content`, {
        headers: { cookie: anna.cookie, range: 'bytes=1000000-1000009' },
      })
      expect([back.status, back.headers.get('content-range')]).toEqual([206, 'bytes 1000000-1000009/3000000'])
      expect(Buffer.from(await back.arrayBuffer()).equals(Buffer.alloc(10, 7))).toBe(true)
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })
})

describe('reading', () => {
  it('never lets a file act as a page', async () => {
    const { json } = await desk.upload(anna, Buffer.from('<svg><script>alert(1)</script></svg>'), 'a;b.svg')
    const { headers } = await content(json.id, '?inline=1')
    expect(headers.get('content-disposition')).toBe(`attachment; filename="a_b.svg"; filename*=UTF-8''a%3Bb.svg`)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
  })

  it('shows pictures inline when asked to, and saves them otherwise', async () => {
    const { json } = await desk.upload(anna, PNG, 'снимок.png')
    expect((await content(json.id, '?inline=1')).headers.get('content-disposition')).toMatch(/^inline; /)
    expect((await content(json.id)).headers.get('content-disposition')).toBe(
      `attachment; filename="_.png"; filename*=UTF-8''${encodeURIComponent('снимок')}.png`,
    )
  })

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=3-1', 200, '0123456789', null],
    ['bytes=0-1,3-4', 200, '0123456789', null],
    ['lines=0-1', 200, '0123456789', null],
  ])('answers the range %s', async (range, status, text, contentRange) => {
    const { json } = await desk.upload(anna, Buffer.from('0123456789'), 'digits.txt')
    const answer = await content(json.id, '', { range })
    expect([answer.status, String(answer.bytes), answer.headers.get('content-range')]).toEqual([
      status,
      text,
      contentRange,
    ])
    if (status !== 416) expect(answer.headers.get('content-length')).toBe(String(text.length))
  })

  it('knows what has not changed', async () => {
    const { json } = await desk.upload(anna, Buffer.from('0123456789'), 'digits.txt')
    const etag = (await content(json.id)).headers.get('etag') ?? ''
    expect((await content(json.id, '', { 'if-none-match': `"x", ${etag}` })).status).toBe(304)
    expect((await content(json.id, '', { range: 'bytes=0-0', 'if-range': etag })).status).toBe(206)
    expect((await content(json.id, '', { range: 'bytes=0-0', 'if-range': '"other"' })).status).toBe(200)
    const head = await desk.app.request(`/api/attachments/${json.id}/content`, {
      method: 'HEAD',
      headers: { cookie: anna.cookie },
    })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', ''])
  })

  it('is for who uploaded it, and with its comment for who sees the task', async () => {
    const boris = await desk.addWorker()
    const stranger = await desk.addWorker([await desk.addChannel()])
    const { json } = await desk.upload(anna, PNG, 'a.png')
    expect((await content(json.id, '', {}, boris)).status).toBe(404)
    const at = await desk.openTask()
    const comment = await anna.ask(`/api/tasks/${at.task}/comments`, { body: { attachmentIds: [json.id] } })
    expect((await content(json.id, '', {}, boris)).status).toBe(200)
    expect((await content(json.id, '', {}, stranger)).status).toBe(404)
    await desk.database.db
      .updateTable('comments')
      .set({ deleted_at: new Date() })
      .where('id', '=', comment.json.id)
      .execute()
    expect((await content(json.id, '', {}, boris)).status).toBe(404)
  })

  it('says that a file is not there yet', async () => {
    const { json } = await desk.upload(anna, PNG, 'a.png')
    await desk.database.db.updateTable('attachments').set({ state: 'pending' }).where('id', '=', json.id).execute()
    expect((await content(json.id)).status).toBe(409)
  })
})

describe('a file that could not be fetched', () => {
  const sentBy = async (at: OpenTask, state: 'pending' | 'failed' | 'stored') => {
    const id = newId<AttachmentId>()
    const { id: comment } = await desk.database.db
      .selectFrom('comments')
      .select('id')
      .where('conversation_id', '=', at.conversation)
      .executeTakeFirstOrThrow()
    await desk.database.db
      .insertInto('attachments')
      .values({ id, comment_id: comment, channel_id: at.channel, name: 'image', mime: 'image/jpeg', state })
      .execute()
    await desk.database.db
      .updateTable('attachments')
      .set({ provider_media_id: 'm1', error_code: state === 'failed' ? '131052' : null })
      .where('id', '=', id)
      .execute()
    return { id, comment }
  }
  const retry = (id: string, who = anna, headers: Record<string, string> = {}) =>
    who.ask(`/api/attachments/${id}/retry`, { method: 'POST', headers })
  const eventsOf = (at: OpenTask) =>
    desk.database.db
      .selectFrom('conversation_events')
      .select('payload')
      .where('conversation_id', '=', at.conversation)
      .where('kind', '=', 'attachment.retried')
      .execute()

  it('is fetched again: the feed shows it on its way, and its conversation is told which one', async () => {
    const at = await desk.openTask()
    const { id, comment } = await sentBy(at, 'failed')
    const shown = async () =>
      (await anna.ask(`/api/tasks/${at.task}/comments`)).json.items[0].attachments.map(
        (file: { state: string; error: { code: string } | null }) => [file.state, file.error?.code],
      )
    expect(await shown()).toEqual([['failed', '131052']])
    const key = { 'idempotency-key': 'again' }
    const [first, second] = [await retry(id, anna, key), await retry(id, anna, key)]
    expect([first.status, first.json, second.status]).toEqual([202, { id, state: 'pending' }, 202])
    expect(await shown()).toEqual([['pending', undefined]])
    expect((await eventsOf(at)).map(({ payload }) => payload)).toEqual([
      { kind: 'attachment.retried', attachment: id, by: anna.id },
    ])
    const told = await desk.database.db
      .selectFrom('live_events')
      .select('data')
      .where('event', '=', 'comment')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    expect(told.data).toEqual({
      commentId: comment,
      taskId: at.task,
      conversationId: at.conversation,
      channelId: at.channel,
    })
    const { last_seq } = await desk.database.db
      .selectFrom('conversations')
      .select('last_seq')
      .where('id', '=', at.conversation)
      .executeTakeFirstOrThrow()
    const step = await workEvents(desk.database, {
      conversationId: at.conversation,
      after: last_seq - 1,
      upTo: last_seq,
    })
    expect(step.fetches).toEqual([id])
  })

  it.each(['pending', 'stored'] as const)('is the only one that is: not one that is %s', async (state) => {
    const at = await desk.openTask()
    const { id } = await sentBy(at, state)
    const { status, json } = await retry(id)
    expect([status, json.error.code, json.error.details]).toEqual([409, 'not_refetchable', { state }])
    expect(await eventsOf(at)).toEqual([])
  })

  it('is no business of who does not see its channel, and gone with a deleted message', async () => {
    const at = await desk.openTask()
    const stranger = await desk.addWorker([await desk.addChannel()])
    const { id, comment } = await sentBy(at, 'failed')
    expect((await retry(id, stranger)).status).toBe(404)
    await desk.database.db.updateTable('comments').set({ deleted_at: new Date() }).where('id', '=', comment).execute()
    expect((await retry(id)).status).toBe(404)
    expect((await retry(newId())).status).toBe(404)
    const own = await desk.upload(anna, PNG, 'a.png')
    expect((await retry(own.json.id)).status).toBe(404)
    expect(await eventsOf(at)).toEqual([])
  })

  it('stays so while its channel is disconnected', async () => {
    const at = await desk.openTask({ channel: await desk.addChannel() })
    const { id } = await sentBy(at, 'failed')
    await desk.database.db.updateTable('channels').set({ state: 'disconnected' }).where('id', '=', at.channel).execute()
    const { status, json } = await retry(id)
    expect([status, json.error.code]).toEqual([409, 'channel_disconnected'])
  })
})

async function filesBeingWritten({ filesDirectory }: Desk): Promise<number> {
  return (await readdir(`${filesDirectory}/incoming`)).length
}
