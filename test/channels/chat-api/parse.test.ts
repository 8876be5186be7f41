import { describe, expect, it } from 'vitest'
import { chatApi } from '../../../src/channels/chat-api/adapter.ts'
import { signedHeaders } from '../../../src/channels/chat-api/signature.ts'
import { type InboundItem, OWN_ACCOUNT } from '../../../src/channels/port.ts'

const AT = '2026-11-30T08:00:00Z'
const SECRET = 'a-secret-of-both-sides'
const json = 'application/json'
const parse = (body: unknown, type: string | null = json) =>
  chatApi.parse(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), type)
const one = (event: unknown): InboundItem => {
  const [item, ...more] = parse({ events: [event] })
  expect(more).toEqual([])
  if (!item) throw new Error('no item')
  return item
}
const message = (more: Record<string, unknown> = {}) => ({
  type: 'message',
  id: '9:41',
  chat: { id: '9' },
  at: AT,
  text: 'Hello',
  ...more,
})

describe('a message', () => {
  it('is told with its client, quote and time', () => {
    const contact = { name: 'Ivan', phone: '+7 905 123-45-67', username: 'ivan' }
    expect(one(message({ contact, replyTo: 40 }))).toEqual({
      to: 'conversation',
      account: OWN_ACCOUNT,
      path: '/events/0',
      dedupeKey: 'message:9:41',
      identities: [{ kind: 'chat_id', value: '9' }],
      at: new Date(AT),
      opensWindow: true,
      event: {
        kind: 'message.received',
        profile: { name: 'Ivan', username: 'ivan', phone: '+79051234567' },
        message: {
          id: '9:41',
          content: { kind: 'text', text: 'Hello', data: {}, media: null },
          context: { quoted: '40', forwarded: 'no', referral: null, product: null },
        },
      },
    })
  })

  it('never joins two chats by a phone number: a group and a private chat of one person stay apart', () => {
    const item = one(message({ contact: { phone: '79051234567' } }))
    expect(item).toMatchObject({ identities: [{ kind: 'chat_id', value: '9' }] })
  })

  it('carries its files; the kind comes from the type', () => {
    const attachments = [
      { url: 'https://files.example/1.jpg', mime: 'image/jpeg; q=1', name: '1.jpg' },
      { id: 'f2', mime: 'application/pdf' },
      { id: 3, kind: 'voice' },
    ]
    expect(one(message({ attachments }))).toMatchObject({
      event: {
        message: {
          content: {
            kind: 'image',
            text: 'Hello',
            media: { mediaId: 'https://files.example/1.jpg', mime: 'image/jpeg', fileName: '1.jpg' },
            moreMedia: [
              { kind: 'document', media: { mediaId: '@f2' } },
              { kind: 'voice', media: { mediaId: '@3' } },
            ],
          },
        },
      },
    })
  })

  it('may be a button that was pressed', () => {
    expect(one(message({ text: undefined, button: { id: 'yes', title: 'Yes' } }))).toMatchObject({
      event: { message: { content: { kind: 'interactive', text: 'Yes', data: { type: 'button_reply', id: 'yes' } } } },
    })
  })

  it.each([{ author: 'operator' }, { echo: true }])('of an operator is an echo, and opens nothing: %j', (more) => {
    expect(one(message(more))).toMatchObject({
      opensWindow: false,
      event: { kind: 'message.echoed', by: 'other_system' },
    })
  })

  it('of Parley, seen again, is the proof that it left', () => {
    const deliveryId = '0199A1B2-0000-7000-8000-000000000001'
    expect(one(message({ echo: true, deliveryId }))).toMatchObject({
      to: 'delivery',
      status: { providerMessageId: '9:41', deliveryId: deliveryId.toLowerCase(), state: 'sent' },
    })
  })
})

describe('what happens to a message', () => {
  const of = { messageId: '9:41', chat: { id: '9' }, at: AT }
  it('edited, deleted, reacted to and taken back', () => {
    expect(one({ type: 'edited', ...of, text: 'Hello!' })).toMatchObject({
      dedupeKey: `edited:9:41:${AT}`,
      opensWindow: false,
      event: { kind: 'message.edited', target: '9:41', by: 'contact', content: { text: 'Hello!' } },
    })
    expect(one({ type: 'deleted', ...of, author: 'operator' })).toMatchObject({
      dedupeKey: 'deleted:9:41',
      event: { kind: 'message.deleted', target: '9:41', by: 'phone_app' },
    })
    expect(one({ type: 'reaction', ...of, emoji: '👍' })).toMatchObject({ event: { emoji: '👍', by: 'contact' } })
    expect(one({ type: 'reaction', ...of, emoji: null })).toMatchObject({ event: { emoji: null } })
  })

  it('a status by the bridge’s id, by ours, and with an error', () => {
    const deliveryId = '0199a1b2-0000-7000-8000-000000000001'
    expect(one({ type: 'status', messageId: '9:41', state: 'read', at: AT })).toMatchObject({
      status: { providerMessageId: '9:41', deliveryId: null, state: 'read' },
    })
    const error = { code: 403, message: 'blocked' }
    expect(one({ type: 'status', deliveryId, state: 'failed', error, at: AT })).toMatchObject({
      status: { providerMessageId: deliveryId, deliveryId, errors: [{ code: '403', title: 'blocked' }] },
    })
    expect(one({ type: 'status', state: 'read', at: AT }).to).toBe('dead_letter')
    expect(one({ type: 'status', deliveryId: 'not-ours', state: 'read', at: AT }).to).toBe('dead_letter')
  })
})

describe('a flat message', () => {
  it('comes as Planfix’s form, with files in pairs', () => {
    const form = new URLSearchParams({
      cmd: 'newMessage',
      providerId: 'superchat',
      chatId: 'EFH1',
      message: 'Hello\u0000, I have a question',
      contactId: '57487124',
      contactName: 'Ivan',
      contactLastName: 'Ivanov',
      contactPhone: '79051234567',
    })
    for (const n of [1, 2]) {
      form.append('attachments[name]', `photo${n}.jpg`)
      form.append('attachments[url]', `https://superchat.example/files/${n}.jpg`)
    }
    const [item] = parse(form.toString(), 'application/x-www-form-urlencoded; charset=utf-8')
    expect(item).toMatchObject({
      to: 'conversation',
      path: '',
      identities: [{ kind: 'chat_id', value: 'EFH1' }],
      event: {
        kind: 'message.received',
        profile: { name: 'Ivan Ivanov', phone: '+79051234567' },
        message: {
          content: {
            text: 'Hello\uFFFD, I have a question',
            media: { mediaId: 'https://superchat.example/files/1.jpg', fileName: 'photo1.jpg' },
            moreMedia: [{ media: { fileName: 'photo2.jpg' } }],
          },
        },
      },
    })
  })

  it('without an id is another one each time; with one it is the same', () => {
    const flat = { chatId: 1, message: 'ok' }
    const key = (body: unknown) => (parse(body)[0] as { dedupeKey: string }).dedupeKey
    expect(key(flat)).not.toBe(key(flat))
    expect(key({ ...flat, id: 7 })).toBe('message:7')
  })

  it('of an operator is an echo', () => {
    expect(parse('chatId=1&message=ok&isEcho=true', 'application/x-www-form-urlencoded')[0]).toMatchObject({
      event: { kind: 'message.echoed' },
    })
  })
})

describe('what cannot be read', () => {
  it('becomes a dead letter that says where, and quotes nothing; its neighbours live', () => {
    const items = parse({
      events: [message({ at: 'yesterday evening' }), message({ id: '9:42' }), 7, { type: 'typing' }],
    })
    expect(items.map(({ to }) => to)).toEqual(['dead_letter', 'conversation', 'dead_letter', 'dead_letter'])
    expect(items[0]).toMatchObject({ path: '/events/0', reason: 'malformed_item', detail: 'at: invalid_format' })
    expect(JSON.stringify(items[0])).not.toContain('yesterday')
  })

  it.each([
    ['no JSON', '{', 'not_json'],
    ['another object', { hello: 1 }, 'unknown_object'],
    ['a list', [], 'unknown_object'],
    ['an empty message', { events: [message({ text: '' })] }, 'malformed_item'],
    ['a chat without an id', { events: [message({ chat: {} })] }, 'malformed_item'],
    [
      'a file on our own disk',
      { events: [message({ attachments: [{ url: 'file:///etc/passwd' }] })] },
      'malformed_item',
    ],
    ['a file without an address', { events: [message({ attachments: [{ name: 'x' }] })] }, 'malformed_item'],
  ])('%s', (_, body, reason) => {
    expect(parse(body)).toMatchObject([{ to: 'dead_letter', reason }])
  })
})

describe('who calls', () => {
  const body = Buffer.from(JSON.stringify({ events: [message()] }))
  const url = new URL('https://parley.example/webhooks/1')
  const asks = (headers: Record<string, string>, content: Uint8Array = body, keys = [SECRET]) =>
    chatApi.verify({ url, headers: new Headers(headers), body: content }, keys)

  it('shows the secret, or signs with it; during a change with either', () => {
    expect(asks({ authorization: `Bearer ${SECRET}` })).toBe(true)
    expect(asks(signedHeaders(SECRET, 'm1', body, Date.now()))).toBe(true)
    expect(asks(signedHeaders(SECRET, 'm1', body, Date.now()), body, ['the-new-secret-of-both', SECRET])).toBe(true)
  })

  it('is turned away with a wrong secret, a changed body, an old signature, an empty key', () => {
    expect(asks({})).toBe(false)
    expect(asks({ authorization: `Bearer ${SECRET}x` })).toBe(false)
    expect(asks({ authorization: SECRET })).toBe(false)
    expect(asks({ authorization: 'Bearer ' }, body, [''])).toBe(false)
    expect(asks(signedHeaders('another-secret-word', 'm1', body, Date.now()))).toBe(false)
    expect(asks(signedHeaders(SECRET, 'm1', body, Date.now()), Buffer.from('{}'))).toBe(false)
    expect(asks(signedHeaders(SECRET, 'm1', body, Date.now() - 301_000))).toBe(false)
    expect(asks(signedHeaders('', 'm1', body, Date.now()), body, [''])).toBe(false)
  })

  it('may leave Planfix’s token in a flat message, and nowhere else', () => {
    const flat = Buffer.from(JSON.stringify({ chatId: 1, message: 'x', planfix_token: SECRET }))
    expect(asks({ 'content-type': json }, flat)).toBe(true)
    expect(asks({ 'content-type': json }, flat, ['another-secret-word'])).toBe(false)
    const events = Buffer.from(JSON.stringify({ events: [], planfix_token: SECRET }))
    expect(asks({ 'content-type': json }, events)).toBe(false)
  })
})
