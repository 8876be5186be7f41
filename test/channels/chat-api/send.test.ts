import { describe, expect, it } from 'vitest'
import { chatApi } from '../../../src/channels/chat-api/adapter.ts'
import { chatApiAccount } from '../../../src/channels/chat-api/config.ts'
import { isSigned } from '../../../src/channels/chat-api/signature.ts'
import type { OutgoingBody, OutgoingMessage } from '../../../src/channels/port.ts'
import type { DeliveryId, ProviderMessageId } from '../../../src/domain/ids.ts'
import { GraphServer } from '../whatsapp-cloud/graph-server.ts'

const SECRET = 'a-secret-of-both-sides'
const DELIVERY = '0199a1b2-0000-7000-8000-000000000001' as DeliveryId
const account = (origin: string, sendUrl = `${origin}/parley?x=1`) => ({ service: 'test', secret: SECRET, sendUrl })
const text: OutgoingBody = { kind: 'text', text: 'Hi' }
const message = (body: OutgoingBody = text, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  deliveryId: DELIVERY,
  recipient: [{ kind: 'chat_id', value: '9' }],
  quoted: null,
  body,
  ...more,
})
const patience = () => AbortSignal.timeout(5_000)
type Answer = ConstructorParameters<typeof GraphServer>[0]
const answers =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
const send = (server: GraphServer, ...more: Parameters<typeof message>) =>
  chatApi.send(account(server.origin), message(...more), patience())
const said = (server: GraphServer, index = 0) => JSON.parse(server.seen[index]?.body.toString() ?? '')

describe('a message to a bridge', () => {
  it('is signed with the channel’s secret, carries the delivery’s id, and takes the bridge’s', async () => {
    await using server = await GraphServer.start(answers(200, { messageId: 41 }))
    const outcome = await send(server, text, { quoted: '9:40' as ProviderMessageId })
    expect(outcome).toEqual({ outcome: 'accepted', providerMessageId: '41', identities: [], held: false })
    expect(said(server)).toEqual({
      deliveryId: DELIVERY,
      chat: { id: '9' },
      contact: { phone: null },
      replyTo: '9:40',
      message: { text: 'Hi' },
    })
    const [call] = server.seen
    const headers = new Headers(call?.headers as Record<string, string>)
    expect(call?.url).toBe('/parley?x=1')
    expect(headers.get('webhook-id')).toBe(DELIVERY)
    expect(isSigned([SECRET], headers, call?.body ?? Buffer.from(''), Date.now())).toBe(true)
    expect(isSigned(['another-secret-word'], headers, call?.body ?? Buffer.from(''), Date.now())).toBe(false)
  })

  it('names a file by its link, and what is known of it', async () => {
    await using server = await GraphServer.start(answers(200, { messageId: 'm' }))
    const file = { name: 'plan.pdf', mime: 'application/pdf', size: 1200 }
    await send(server, {
      kind: 'media',
      media: 'document',
      mediaId: 'https://parley.example/files/t/plan.pdf',
      caption: 'The plan',
      fileName: 'plan.pdf',
      file,
    })
    expect(said(server).message).toEqual({
      attachment: { url: 'https://parley.example/files/t/plan.pdf', kind: 'document', caption: 'The plan', ...file },
    })
  })

  it('offers buttons and links', async () => {
    await using server = await GraphServer.start(answers(200, { messageId: 'm' }), answers(200, { messageId: 'n' }))
    const with_ = { text: 'Well?', header: null, footer: null }
    const buttons = [{ id: 'y', title: 'Yes' }]
    await send(server, { kind: 'interactive', message: { ...with_, choice: { kind: 'buttons', buttons } } })
    const link = { title: 'Open', url: 'https://shop.example' }
    await send(server, { kind: 'interactive', message: { ...with_, choice: { kind: 'link', ...link } } })
    expect([said(server).message, said(server, 1).message]).toEqual([
      { text: 'Well?', buttons },
      { text: 'Well?', link },
    ])
  })

  it('to a phone number alone takes the chat that the bridge answers', async () => {
    await using server = await GraphServer.start(answers(201, { messageId: 'm', chat: { id: 77 } }))
    const outcome = await send(server, text, { recipient: [{ kind: 'phone', value: '7 905 123 45 67' }] })
    expect(outcome).toMatchObject({ outcome: 'accepted', identities: [{ kind: 'chat_id', value: '77' }] })
    expect(said(server)).toMatchObject({ chat: null, contact: { phone: '+79051234567' } })
  })

  it('to nobody is not sent', async () => {
    const outcome = await chatApi.send(account('http://127.0.0.1:9'), message(text, { recipient: [] }), patience())
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code: 'no_address', class: 'fix' } })
  })
})

describe('how a call ends', () => {
  it.each([
    [
      '422 with words',
      422,
      { error: { code: 'long', message: 'Too long' } },
      'api_refused',
      'fix',
      'HTTP 422: long: Too long',
    ],
    ['400 with a page', 400, '<html>', 'api_refused', 'fix', 'HTTP 400'],
    ['401', 401, {}, 'key_refused', 'channel_down', 'HTTP 401'],
    ['a redirect', 307, '', 'api_refused', 'fix', 'HTTP 307'],
  ])('%s: it has not left', async (_, status, body, code, failureClass, detail) => {
    await using server = await GraphServer.start(answers(status, body, { location: 'http://127.0.0.1:9/' }))
    expect(await send(server)).toMatchObject({ outcome: 'rejected', failure: { code, class: failureClass, detail } })
    expect(server.seen).toHaveLength(1)
  })

  it('429 waits as long as the bridge says', async () => {
    await using server = await GraphServer.start(answers(429, {}, { 'retry-after': '7' }))
    expect(await send(server)).toMatchObject({
      outcome: 'rejected',
      failure: { code: 'api_busy', class: 'wait', retryAfterSeconds: 7 },
    })
  })

  it.each([
    ['500', answers(500, { error: {} })],
    ['502 of a proxy', answers(502, '<html>Bad gateway</html>')],
    ['200 with a page', answers(200, '<html>')],
    ['200 without an id', answers(200, {})],
    ['a connection that breaks off', ((_, response) => response.destroy()) as Answer],
  ])('%s: nobody can say', async (_, answer) => {
    await using server = await GraphServer.start(answer)
    expect((await send(server)).outcome).toBe('unknown')
  })

  it('no connection: it has not left, and is tried again', async () => {
    const server = await GraphServer.start()
    const { origin } = server
    await server[Symbol.asyncDispose]()
    const outcome = await chatApi.send(account(origin), message(), patience())
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code: 'network', class: 'retry' } })
  })

  it('shows no secret, whatever the bridge says', async () => {
    await using server = await GraphServer.start(answers(400, { error: { message: `bad ${SECRET}` } }))
    expect(JSON.stringify(await send(server))).not.toContain(SECRET)
  })
})

describe('the address of a bridge', () => {
  const given = (sendUrl: string) => chatApiAccount.safeParse({ service: 'x', secret: SECRET, sendUrl }).success
  it.each(['https://bridge.example/parley', 'http://127.0.0.1:8088/', 'http://localhost:8088/x'])('%s', (url) =>
    expect(given(url)).toBe(true),
  )
  it.each([
    'http://bridge.example/',
    'http://10.0.0.1/',
    'https://u:p@bridge.example/',
    'ftp://x',
    'https://b.example:22/',
  ])('not %s', (url) => expect(given(url)).toBe(false))
  it('is not called where it leads into a private network', async () => {
    const outcome = await chatApi.send(account('', 'https://10.0.0.1/'), message(), patience())
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code: 'bad_request' } })
  })
})

describe('a client’s file', () => {
  const read = async (server: GraphServer, mediaId: string) => {
    const outcome = await chatApi.download(account(server.origin), mediaId, patience())
    return outcome.ok ? { ...outcome, body: await new Response(outcome.body).text() } : outcome
  }
  it('comes from its link, without the secret', async () => {
    await using server = await GraphServer.start(answers(200, 'bytes', { 'content-type': 'text/plain; charset=x' }))
    expect(await read(server, `${server.origin}/f/1.txt`)).toMatchObject({
      ok: true,
      body: 'bytes',
      mime: 'text/plain',
    })
    expect(server.seen[0]?.headers.authorization).toBeUndefined()
  })
  it('comes from the bridge by its id, with the secret', async () => {
    await using server = await GraphServer.start(answers(200, 'bytes'))
    expect(await read(server, '@a b')).toMatchObject({ ok: true, body: 'bytes' })
    expect(server.seen[0]).toMatchObject({
      url: '/parley?x=1&file=a+b',
      headers: { authorization: `Bearer ${SECRET}` },
    })
  })
  it.each(['http://169.254.169.254/latest', 'https://127.0.0.1/x', 'http://10.0.0.8/x', 'x'])(
    'does not come from %s',
    async (link) => {
      await using server = await GraphServer.start()
      expect(await read(server, link)).toMatchObject({ ok: false, failure: { code: 'foreign_address', class: 'fix' } })
    },
  )
  it('does not follow a redirect into the house, and takes the secret to no other origin', async () => {
    await using elsewhere = await GraphServer.start(answers(200, 'stolen'))
    await using server = await GraphServer.start(answers(302, '', { location: `${elsewhere.origin}/x` }))
    expect(await read(server, '@1')).toMatchObject({ ok: false, failure: { code: 'foreign_address' } })
    expect(elsewhere.seen).toEqual([])
  })
  it('that is gone is gone; a bridge in trouble is asked again', async () => {
    await using server = await GraphServer.start(answers(404, ''), answers(503, '', { 'retry-after': '3' }))
    expect(await read(server, `${server.origin}/1`)).toMatchObject({ failure: { code: 'file_gone', class: 'final' } })
    expect(await read(server, `${server.origin}/1`)).toMatchObject({
      failure: { code: 'network', class: 'retry', retryAfterSeconds: 3 },
    })
  })
})

describe('the check of a bridge', () => {
  it('believes one that answers, names one that knows another secret, and leaves the rest open', async () => {
    await using server = await GraphServer.start(answers(200, {}), answers(401, {}), answers(500, {}))
    const check = () => chatApi.check(account(server.origin), patience())
    expect(await check()).toMatchObject({ ok: true })
    expect(await check()).toMatchObject({ ok: false, reason: 'token_rejected' })
    expect(await check()).toMatchObject({ ok: null })
  })
})
