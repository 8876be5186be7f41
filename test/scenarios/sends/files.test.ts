import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttachmentId } from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { API_TOKEN } from '../../kit/running-house.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage('1650904')
})
afterAll(() => stage.close())

const PRICES = Buffer.from('one apple: 1.00\n')
/** Other bytes in each test: four times the same file in five minutes are a mailing. */
const MENU = Buffer.from('apple pie: 5.00\n')

const publish = (document: string) =>
  stage
    .api<{ id: string; error?: { code: string; details: { code: string }[] } }>('POST', '/api/scenarios', { document })
    .then(async ({ body }) =>
      stage.api<{ error?: { code: string; details: { code: string }[] } }>(
        'POST',
        `/api/scenarios/${body.id}/publish`,
        {
          inFlight: 'pin',
        },
      ),
    )
const sendsFile = (id: string, attachmentId: string, ifWindowClosed = '') => `
id: ${id}
name: ${id}
trigger: { event: message.received, when: { field: event.text, is: '${id}' } }
steps:
  - { id: send, sendFile: { attachmentId: '${attachmentId}', caption: 'For {{ contact.firstName }}'${ifWindowClosed} } }
`
const bytesOf = async (url: string) =>
  Buffer.from(
    await (await fetch(`${stage.url}${url}`, { headers: { authorization: `Bearer ${API_TOKEN}` } })).arrayBuffer(),
  )

describe('a file', () => {
  it('goes to many clients, many times; its bytes are stored once and uploaded once', async () => {
    const file = await stage.upload(PRICES, 'prices.txt')
    expect((await publish(sendsFile('prices', file))).status).toBe(200)
    const numbers = [stage.newNumber(), stage.newNumber()]
    for (const number of [...numbers, numbers[0] ?? '']) {
      const before = (await stage.received(number)).length
      await stage.write(number, 'prices')
      await eventually(async () => expect(await stage.received(number)).toHaveLength(before + 1))
    }
    for (const [index, number] of numbers.entries()) {
      const task = await stage.write(number, 'Thanks')
      const times = index === 0 ? 2 : 1
      const message = { kind: 'document', text: 'For Ann', media: { name: 'prices.txt', size: PRICES.length } }
      expect(await stage.received(number)).toMatchObject(Array(times).fill(message))
      const shown = (await stage.feed(task.id)).flatMap(({ attachments }) => attachments)
      expect(shown).toHaveLength(times)
      for (const { id, url } of shown) {
        expect(id).not.toBe(file)
        expect((await bytesOf(url)).equals(PRICES)).toBe(true)
      }
    }
    const copies = await stage.database.db
      .selectFrom('attachments')
      .select(['content_id', 'comment_id'])
      .where('content_id', '=', file as AttachmentId)
      .execute()
    expect(copies).toHaveLength(3)
    for (const { comment_id } of copies) expect(comment_id).not.toBeNull()
    const uploads = await fetch(`${stage.url}/simulator/calls?operation=upload&limit=1000`).then(
      (answer) => answer.json() as Promise<{ items: unknown[] }>,
    )
    expect(uploads.items).toHaveLength(1)
  })

  it('that a client sent is never passed on, and what is gone waits for a person', async () => {
    const number = stage.newNumber()
    await stage.phone({
      from: number,
      media: { dataBase64: PRICES.toString('base64'), mime: 'text/plain', name: 'private.txt' },
    })
    const private_ = await eventually(async () => {
      const [file] = await stage.database.db
        .selectFrom('attachments')
        .select('id')
        .where('name', '=', 'private.txt')
        .where('state', '=', 'stored')
        .execute()
      if (!file) throw new Error('not fetched yet')
      return file.id
    })
    for (const [id, name] of [
      [private_, 'pass-on'],
      ['01900000-0000-7000-8000-000000000000', 'no-such-file'],
      ['not-an-id', 'no-id'],
    ] as const) {
      expect((await publish(sendsFile(name, id))).body.error?.details).toMatchObject([{ code: 'attachment_unknown' }])
      await publishDocument(stage, sendsFile(name, id))
      const client = stage.newNumber()
      const task = await stage.write(client, name)
      expect((await stage.runIn(task.conversationId, 'blocked')).reason_code).toBe('file_missing')
      expect(await stage.received(client)).toEqual([])
    }
  })

  it('of a type that no messenger takes is refused before it is published', async () => {
    const zip = await stage.upload(Buffer.from('504b0304140000000000', 'hex'), 'all.zip')
    expect((await publish(sendsFile('zipped', zip))).body.error?.details).toMatchObject([
      { code: 'attachment_not_sendable' },
    ])
  })

  it('leaves no copy behind where its message was refused', async () => {
    const file = await stage.upload(PRICES, 'late.txt')
    await publishDocument(stage, sendsFile('late', file, ', ifWindowClosed: skip'))
    const number = stage.newNumber()
    const old = Math.floor(Date.now() / 1000) - 25 * 3600
    await stage.phone({ from: number, name: 'Ann Example', text: 'late', timestamp: old })
    const task = await stage.write(number, 'Hello again')
    await stage.runIn(task.conversationId, 'finished')
    const copies = await stage.database.db
      .selectFrom('attachments')
      .select('comment_id')
      .where('content_id', '=', file as AttachmentId)
      .where('comment_id', 'is', null)
      .execute()
    expect(copies).toEqual([])
  })
})

describe('a quick reply', () => {
  const sendsReply = (id: string, shortcut: string) => `
id: ${id}
name: ${id}
trigger: { event: message.received, when: { field: event.text, is: '${id}' } }
steps:
  - { id: send, sendQuickReply: { quickReply: ${shortcut} } }
`
  const keep = (body: object) => stage.api<{ id: string }>('POST', '/api/quick-replies', body)

  it('is filled for the client and sent with its files, again and again, whatever becomes of it', async () => {
    const file = await stage.upload(MENU, 'menu.txt')
    const kept = await keep({
      title: 'Menu',
      shortcut: 'menu',
      text: 'Dear {{contact.firstName}}, task {{task.number}} of {{channel.name}}, from {{me.name | us}}',
      attachmentIds: [file],
      shared: true,
    })
    expect(kept.status).toBe(201)
    expect((await publish(sendsReply('send-menu', 'menu'))).status).toBe(200)
    const number = stage.newNumber()
    const task = await stage.write(number, 'send-menu')
    await stage.runIn(task.conversationId, 'finished')
    const caption = expect.stringMatching(/^Dear Ann, task \d+ of Shop, from us$/)
    expect(await stage.received(number)).toMatchObject([
      { kind: 'document', text: caption, media: { name: 'menu.txt' } },
    ])

    expect((await stage.api('DELETE', `/api/quick-replies/${kept.body.id}`)).status).toBeLessThan(300)
    const [shown] = (await stage.feed(task.id)).flatMap(({ attachments }) => attachments)
    expect((await bytesOf(shown?.url ?? '')).equals(MENU)).toBe(true)

    const other = stage.newNumber()
    const second = await stage.write(other, 'send-menu')
    expect((await stage.runIn(second.conversationId, 'blocked')).reason_code).toBe('quick_reply_missing')
    expect(await stage.received(other)).toEqual([])
  })

  it('that nobody has, or that somebody keeps for themselves, is not published', async () => {
    expect((await publish(sendsReply('send-nothing', 'nothing'))).body.error?.details).toMatchObject([
      { code: 'quick_reply_unknown' },
    ])
  })

  it('is never sent with a gap', async () => {
    await keep({
      title: 'Gap',
      shortcut: 'gap',
      text: 'Your city: {{contact.fields.city}}',
      attachmentIds: [],
      shared: true,
    })
    await publishDocument(stage, sendsReply('send-gap', 'gap'))
    const number = stage.newNumber()
    const task = await stage.write(number, 'send-gap')
    expect((await stage.runIn(task.conversationId, 'blocked')).reason_code).toBe('missing_value')
    expect(await stage.received(number)).toEqual([])
  })
})
