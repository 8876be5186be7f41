import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { OutgoingMessage } from '../../../src/channels/port.ts'
import { sendMessage } from '../../../src/channels/whatsapp-cloud/send.ts'
import type { DeliveryId, ProviderMessageId } from '../../../src/domain/ids.ts'
import { CONFIG, GraphServer, graphError, json, never, reset, resetMidAnswer, silence, text } from './graph-server.ts'

const DELIVERY = '0198f2a4-1111-7222-8333-444455556666'
const MESSAGE: OutgoingMessage = {
  deliveryId: DELIVERY as DeliveryId,
  recipient: [{ kind: 'wa_id', value: '16505551234' }],
  quoted: null,
  body: { kind: 'text', text: 'Привет' },
}
const accepted = json(200, {
  messaging_product: 'whatsapp',
  contacts: [{ input: '+16505551234', wa_id: '16505551234' }],
  messages: [{ id: 'wamid.OUT' }],
})

async function sent(message: Partial<OutgoingMessage>): Promise<Record<string, unknown>> {
  await using server = await GraphServer.start(accepted)
  const outcome = await sendMessage(server.config, { ...MESSAGE, ...message }, never)
  expect(outcome).toMatchObject({ outcome: 'accepted', providerMessageId: 'wamid.OUT' })
  return JSON.parse(server.seen[0]?.body.toString() ?? '')
}

const media = (fields: object) =>
  ({ kind: 'media', mediaId: '77', caption: null, fileName: null, ...fields }) as OutgoingMessage['body']

describe('what is asked of Meta (reference §5.1, §5.2)', () => {
  test('one call, to the number, with the version, the token and our delivery id', async () => {
    await using server = await GraphServer.start(accepted)
    await sendMessage(server.config, { ...MESSAGE, quoted: 'wamid.Q' as ProviderMessageId }, never)
    expect(server.seen).toHaveLength(1)
    const [request] = server.seen
    expect(request?.method).toBe('POST')
    expect(request?.url).toBe('/simulator/graph/v24.0/106540352242922/messages')
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${CONFIG.accessToken}`,
      'content-type': 'application/json',
    })
    expect(JSON.parse(request?.body.toString() ?? '')).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '+16505551234',
      context: { message_id: 'wamid.Q' },
      biz_opaque_callback_data: DELIVERY,
      type: 'text',
      text: { body: 'Привет', preview_url: false },
    })
  })

  test.each<[string, OutgoingMessage['body'], object]>([
    [
      'a text with a link',
      { kind: 'text', text: 'see https://a.example' },
      { type: 'text', text: { body: 'see https://a.example', preview_url: true } },
    ],
    ['an image', media({ media: 'image', caption: 'c' }), { type: 'image', image: { id: '77', caption: 'c' } }],
    ['a video', media({ media: 'video' }), { type: 'video', video: { id: '77' } }],
    ['an audio file', media({ media: 'audio' }), { type: 'audio', audio: { id: '77' } }],
    ['a voice note', media({ media: 'voice' }), { type: 'audio', audio: { id: '77', voice: true } }],
    ['a sticker', media({ media: 'sticker', fileName: 'x.webp' }), { type: 'sticker', sticker: { id: '77' } }],
    [
      'a document',
      media({ media: 'document', fileName: 'a.pdf', caption: 'c' }),
      { type: 'document', document: { id: '77', caption: 'c', filename: 'a.pdf' } },
    ],
    [
      'a text with a button',
      {
        kind: 'interactive',
        message: {
          text: 't',
          header: null,
          footer: null,
          choice: { kind: 'buttons', buttons: [{ id: 'a', title: 'A' }] },
        },
      },
      {
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: 't' },
          action: { buttons: [{ type: 'reply', reply: { id: 'a', title: 'A' } }] },
        },
      },
    ],
  ])('%s', async (_name, body, expected) => {
    const request = await sent({ body })
    expect(request).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '+16505551234',
      biz_opaque_callback_data: DELIVERY,
      ...expected,
    })
  })

  test.each<[string, OutgoingMessage['recipient'], object]>([
    [
      'the number, not the user id',
      [
        { kind: 'bsuid', value: 'US.1' },
        { kind: 'wa_id', value: '16505551234' },
      ],
      { to: '+16505551234' },
    ],
    [
      'the number it wrote from, not the typed one',
      [
        { kind: 'phone', value: '+1 650 555 0000' },
        { kind: 'wa_id', value: '16505551234' },
      ],
      { to: '+16505551234' },
    ],
    ['a typed number', [{ kind: 'phone', value: '+1 (650) 555-1234' }], { to: '+16505551234' }],
    [
      'a user id',
      [
        { kind: 'parent_bsuid', value: 'US.ENT.1' },
        { kind: 'bsuid', value: 'US.1' },
      ],
      { recipient: 'US.1' },
    ],
  ])('to %s', async (_name, recipient, expected) => {
    const { to, recipient: userId } = await sent({ recipient })
    expect({ ...(to ? { to } : {}), ...(userId ? { recipient: userId } : {}) }).toEqual(expected)
  })

  test.each<[string, Partial<OutgoingMessage>, string]>([
    ['nobody', { recipient: [] }, 'no_address'],
    ['somebody of another messenger', { recipient: [{ kind: 'igsid', value: '1' }] }, 'no_address'],
    ['a caption that would be lost', { body: media({ media: 'voice', caption: 'c' }) }, 'caption_not_supported'],
  ])('%s: refused before any call', async (_name, message, code) => {
    await using server = await GraphServer.start()
    const outcome = await sendMessage(server.config, { ...MESSAGE, ...message }, never)
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code, class: 'fix' } })
    expect(server.seen).toEqual([])
  })
})

describe('what Meta answers', () => {
  test('an alias and a user id of the client, a template held back', async () => {
    await using server = await GraphServer.start(
      json(200, {
        contacts: [{ wa_id: '5511', user_id: 'US.1' }],
        messages: [{ id: 'w', message_status: 'held_for_quality_assessment' }],
      }),
    )
    expect(await sendMessage(server.config, MESSAGE, never)).toEqual({
      outcome: 'accepted',
      providerMessageId: 'w',
      identities: [
        { kind: 'wa_id', value: '5511' },
        { kind: 'bsuid', value: 'US.1' },
      ],
      held: true,
    })
  })

  test.each<[number, number, string, 'channel' | 'pair' | null]>([
    [500, 131000, 'retry', null],
    [400, 130429, 'retry', 'channel'],
    [400, 131056, 'retry', 'pair'],
    [400, 80007, 'wait', 'channel'],
    [400, 131047, 'fix', null],
    [404, 132001, 'fix', null],
    [401, 190, 'channel_down', null],
    [403, 200, 'channel_down', null],
    [400, 131026, 'final', null],
    [400, 999999, 'fix', null],
    [503, 999999, 'retry', null],
    [429, 999999, 'wait', 'channel'],
    [200, 131047, 'fix', null],
  ])('HTTP %i with error %i is rejected: %s', async (status, code, failureClass, limit) => {
    await using server = await GraphServer.start(graphError(status, code))
    expect(await sendMessage(server.config, MESSAGE, never)).toEqual({
      outcome: 'rejected',
      failure: {
        class: failureClass,
        code: String(code),
        detail: `(#${code}) Words; More words; trace T1`,
        retryAfterSeconds: null,
        limit,
      },
    })
    expect(server.seen).toHaveLength(1)
  })

  test.each<[string, Record<string, string>, number | null]>([
    ['seconds', { 'retry-after': '17' }, 17],
    ['nonsense', { 'retry-after': 'soon' }, null],
    [
      'minutes of the usage header',
      { 'x-business-use-case-usage': '{"1":[{"type":"whatsapp","estimated_time_to_regain_access":3}]}' },
      180,
    ],
    [
      'the longer of both',
      { 'retry-after': '200', 'x-business-use-case-usage': '{"1":[{"estimated_time_to_regain_access":3}]}' },
      200,
    ],
    ['a broken usage header', { 'x-business-use-case-usage': '{"1":' }, null],
    ['a year', { 'retry-after': '31536000' }, 72 * 3600],
  ])('wait hint: %s', async (_name, headers, retryAfterSeconds) => {
    await using server = await GraphServer.start(graphError(429, 130429, headers))
    expect(await sendMessage(server.config, MESSAGE, never)).toMatchObject({ failure: { retryAfterSeconds } })
  })

  test.each<[number, string]>([
    [404, 'fix'],
    [413, 'fix'],
    [429, 'wait'],
    [302, 'fix'],
  ])('HTTP %i without a Graph error was certainly not carried out: %s', async (status, failureClass) => {
    await using server = await GraphServer.start(text(status, '<html>', { location: 'http://elsewhere.example/' }))
    expect(await sendMessage(server.config, MESSAGE, never)).toMatchObject({
      outcome: 'rejected',
      failure: { code: `http_${status}`, class: failureClass },
    })
  })
})

describe('when nobody can say whether it was sent (P3)', () => {
  test.each<[string, Parameters<typeof GraphServer.start>[0]]>([
    ['HTML with 502', text(502, '<html>Bad gateway</html>')],
    ['an empty 500', text(500, '')],
    ['408', text(408, '')],
    ['200 with HTML', text(200, '<html>')],
    ['200 with half an object', text(200, '{"messages":[{"id":')],
    ['200 without an id', json(200, { messages: [{}] })],
    ['an error that is none of Graph', json(500, { error: 'overloaded' })],
    ['an answer without end', text(200, Buffer.alloc(2 * 1024 * 1024, 0x20))],
    ['a reset after the request', reset],
    ['a reset in the middle of the answer', resetMidAnswer],
  ])('%s: unknown, and never repeated', async (_name, answer) => {
    await using server = await GraphServer.start(answer as NonNullable<typeof answer>)
    const outcome = await sendMessage(server.config, MESSAGE, never)
    expect(outcome).toMatchObject({ outcome: 'unknown' })
    expect(JSON.stringify(outcome)).not.toMatch(/Привет|EAA|html/)
    expect(server.seen).toHaveLength(1)
  })

  test('a reset on a connection that was kept alive is not repeated either', async () => {
    await using server = await GraphServer.start(accepted, reset)
    await sendMessage(server.config, MESSAGE, never)
    expect(await sendMessage(server.config, MESSAGE, never)).toMatchObject({ outcome: 'unknown' })
    expect(server.seen).toHaveLength(2)
  })

  test('a time limit after Meta took the request: unknown', async () => {
    const { answer, accepted } = silence()
    await using server = await GraphServer.start(answer)
    const limit = new AbortController()
    const sending = sendMessage(server.config, MESSAGE, limit.signal)
    await accepted
    limit.abort(new DOMException('too slow', 'TimeoutError'))
    expect(await sending).toEqual({ outcome: 'unknown', detail: 'TimeoutError' })
    expect(server.seen).toHaveLength(1)
  })
})

describe('when it certainly was not sent', () => {
  const network = { outcome: 'rejected', failure: { class: 'retry', code: 'network' } }

  test('nobody listens', async () => {
    const server = await GraphServer.start()
    const { config } = server
    await server[Symbol.asyncDispose]()
    expect(await sendMessage(config, MESSAGE, never)).toMatchObject(network)
  })

  test('there is no such host', async () => {
    const config = { ...CONFIG, graphUrl: 'https://graph.invalid' }
    expect(await sendMessage(config, MESSAGE, never)).toMatchObject(network)
  })

  test('the other side breaks off while TLS is being set up', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end()))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    expect(await sendMessage({ ...CONFIG, graphUrl: `https://127.0.0.1:${port}` }, MESSAGE, never)).toMatchObject(
      network,
    )
    await new Promise((resolve) => server.close(resolve))
  })

  test('stopped before the call began', async () => {
    await using server = await GraphServer.start()
    expect(await sendMessage(server.config, MESSAGE, AbortSignal.abort())).toMatchObject({
      outcome: 'rejected',
      failure: { class: 'retry', code: 'not_started' },
    })
    expect(server.seen).toEqual([])
  })

  test('a token that fits in no header', async () => {
    await using server = await GraphServer.start()
    const outcome = await sendMessage({ ...server.config, accessToken: 'two\nlines' }, MESSAGE, never)
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code: 'bad_request' } })
    expect(JSON.stringify(outcome)).not.toContain('two')
  })
})

test('secrets are taken out of what Meta says (P8)', async () => {
  const leak = `token ${CONFIG.accessToken} and ${CONFIG.appSecret}, access_token=abc123&x, Bearer abc456`
  await using server = await GraphServer.start(json(401, { error: { code: 190, message: leak } }))
  const outcome = await sendMessage(server.config, MESSAGE, never)
  expect(outcome).toMatchObject({
    failure: { detail: 'token [secret] and [secret], access_token=[secret]&x, Bearer [secret]' },
  })
})
