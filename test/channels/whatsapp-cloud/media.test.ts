import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { OutgoingFile } from '../../../src/channels/port.ts'
import { downloadMedia, uploadMedia } from '../../../src/channels/whatsapp-cloud/media.ts'
import { mediaAddress } from '../../../src/channels/whatsapp-cloud/media-address.ts'
import { CONFIG, GraphServer, graphError, json, never, reset, silence, text } from './graph-server.ts'

const BYTES = Buffer.from([0, 1, 2, 255, 13, 10, 45, 45])
const file = (fields: Partial<OutgoingFile> = {}): OutgoingFile => ({
  name: 'price.pdf',
  mime: 'application/pdf',
  size: BYTES.length,
  open: async () => new Blob([BYTES]).stream(),
  ...fields,
})

describe('upload (reference §6)', () => {
  test('streams a form of known length that a server can read', async () => {
    await using server = await GraphServer.start(json(200, { id: 77 }))
    const outcome = await uploadMedia(server.config, file({ name: 'a"b\r\nЦена.pdf' }), never)
    expect(outcome).toEqual({ ok: true, mediaId: '77' })
    const [request] = server.seen
    expect(request?.url).toBe('/simulator/graph/v24.0/106540352242922/media')
    expect(request?.headers['content-length']).toBe(String(request?.body.length))
    expect(request?.headers['transfer-encoding']).toBeUndefined()
    const form = await new Response(request?.body, {
      headers: { 'content-type': request?.headers['content-type'] ?? '' },
    }).formData()
    expect([form.get('messaging_product'), form.get('type')]).toEqual(['whatsapp', 'application/pdf'])
    const sent = form.get('file') as File
    expect([sent.name, sent.type]).toEqual(['a"b\r\nЦена.pdf', 'application/pdf'])
    expect(Buffer.from(await sent.arrayBuffer())).toEqual(BYTES)
  })

  test.each<[string, Partial<OutgoingFile>, string]>([
    ['shorter than it says', { size: BYTES.length + 1 }, 'FileSizeError'],
    ['longer than it says', { size: BYTES.length - 1 }, 'FileSizeError'],
    ['that cannot be opened', { open: () => Promise.reject(new Error('gone')) }, 'Error'],
  ])('a file %s is a failure, not a wrong file', async (_name, fields, detail) => {
    await using server = await GraphServer.start(json(200, { id: '77' }))
    expect(await uploadMedia(server.config, file(fields), never)).toMatchObject({ ok: false, failure: { detail } })
  })

  test('a file that was never read is closed all the same', async () => {
    const server = await GraphServer.start()
    const { config } = server
    await server[Symbol.asyncDispose]()
    let closed = 0
    const open = async () => new ReadableStream<Uint8Array>({ cancel: () => void closed++ })
    expect(await uploadMedia(config, file({ open }), never)).toMatchObject({ failure: { code: 'network' } })
    expect(await uploadMedia(config, file({ open }), AbortSignal.abort())).toMatchObject({
      failure: { code: 'not_started' },
    })
    expect(closed).toBe(2)
  })

  test('refusals and resets keep their class', async () => {
    await using server = await GraphServer.start(graphError(400, 131053), reset, text(502, '<html>'), json(200, {}))
    const failure = async () => uploadMedia(server.config, file(), never)
    expect(await failure()).toMatchObject({ failure: { code: '131053', class: 'fix' } })
    expect(await failure()).toMatchObject({ failure: { code: 'network', class: 'retry' } })
    expect(await failure()).toMatchObject({ failure: { code: 'unreadable_answer', class: 'retry' } })
    expect(await failure()).toMatchObject({ failure: { code: 'unreadable_answer', class: 'retry' } })
  })
})

describe('download (reference §6)', () => {
  const sha256 = createHash('sha256').update(BYTES).digest()
  const resolved =
    (server: () => GraphServer, fields: object = {}) =>
    (...[request, response]: Parameters<ReturnType<typeof json>>) =>
      json(200, {
        url: `${server().origin}/files/1?token=x`,
        mime_type: 'audio/ogg; codecs=opus',
        sha256: sha256.toString('base64'),
        file_size: BYTES.length,
        ...fields,
      })(request, response)

  test('two hops, the token on both, the rest as declared', async () => {
    await using server: GraphServer = await GraphServer.start(
      resolved(() => server),
      text(200, BYTES),
    )
    const outcome = await downloadMedia(server.config, '77', never)
    expect(outcome).toMatchObject({ ok: true, mime: 'audio/ogg', size: BYTES.length, sha256: sha256.toString('hex') })
    expect(outcome.ok && Buffer.from(await new Response(outcome.body).arrayBuffer())).toEqual(BYTES)
    expect(server.seen.map((request) => request.url)).toEqual([
      '/simulator/graph/v24.0/77?phone_number_id=106540352242922',
      '/files/1?token=x',
    ])
    for (const { headers } of server.seen) {
      expect(headers).toMatchObject({ authorization: `Bearer ${CONFIG.accessToken}`, 'user-agent': 'parley/0.1' })
    }
  })

  test('bytes that are not those declared come with the declared hash, for the caller to compare', async () => {
    await using server: GraphServer = await GraphServer.start(
      resolved(() => server),
      text(200, 'other bytes'),
    )
    const outcome = await downloadMedia(server.config, '77', never)
    const got = outcome.ok ? Buffer.from(await new Response(outcome.body).arrayBuffer()) : null
    expect(outcome).toMatchObject({ sha256: sha256.toString('hex') })
    expect(
      createHash('sha256')
        .update(got ?? '')
        .digest('hex'),
    ).not.toBe(sha256.toString('hex'))
  })

  test('an address that ran out is asked for once more', async () => {
    const again = () => resolved(() => server)
    await using server: GraphServer = await GraphServer.start(again(), text(404, ''), again(), text(200, BYTES))
    expect(await downloadMedia(server.config, '77', never)).toMatchObject({ ok: true })
    expect(server.seen).toHaveLength(4)
  })

  test('and then no more: it may be there later', async () => {
    const again = () => resolved(() => server)
    await using server: GraphServer = await GraphServer.start(again(), text(404, ''), again(), text(404, ''))
    expect(await downloadMedia(server.config, '77', never)).toMatchObject({
      failure: { code: 'http_404', class: 'retry' },
    })
    expect(server.seen).toHaveLength(4)
  })

  test.each<[number, string]>([
    [401, 'channel_down'],
    [429, 'wait'],
    [503, 'retry'],
  ])('HTTP %i for the file: %s', async (status, failureClass) => {
    await using server: GraphServer = await GraphServer.start(
      resolved(() => server),
      text(status, '', { 'retry-after': '9' }),
    )
    expect(await downloadMedia(server.config, '77', never)).toMatchObject({
      failure: { class: failureClass, retryAfterSeconds: 9 },
    })
  })

  test('an id that Meta does not know', async () => {
    await using server = await GraphServer.start(graphError(400, 100))
    expect(await downloadMedia(server.config, '../1', never)).toMatchObject({
      failure: { code: 'file_gone', class: 'final' },
    })
    expect(server.seen[0]?.url).toContain('/v24.0/..%2F1?')
  })

  test('redirects within the same origin are followed, a loop is not', async () => {
    const on = text(302, '', { location: '/files/2' })
    await using server: GraphServer = await GraphServer.start(
      resolved(() => server),
      on,
      text(200, BYTES),
    )
    expect(await downloadMedia(server.config, '77', never)).toMatchObject({ ok: true })
    await using loop: GraphServer = await GraphServer.start(
      resolved(() => loop),
      on,
      on,
      on,
      on,
    )
    expect(await downloadMedia(loop.config, '77', never)).toMatchObject({ failure: { code: 'foreign_address' } })
  })

  test('neither an answer nor a redirect leads to a foreign host', async () => {
    await using foreign = await GraphServer.start(text(200, BYTES), text(200, BYTES))
    await using server: GraphServer = await GraphServer.start(
      resolved(() => server, { url: `${foreign.origin}/x` }),
      resolved(() => server),
      text(302, '', { location: `${foreign.origin}/x` }),
      resolved(() => server, { url: 7 }),
    )
    for (let round = 0; round < 3; round++) {
      expect(await downloadMedia(server.config, '77', never)).toMatchObject({ failure: { code: 'foreign_address' } })
    }
    expect(foreign.seen).toEqual([])
  })

  test('a time limit ends the wait for the file', async () => {
    const { answer, accepted } = silence()
    await using server: GraphServer = await GraphServer.start(
      resolved(() => server),
      answer,
    )
    const limit = new AbortController()
    const loading = downloadMedia(server.config, '77', limit.signal)
    await accepted
    limit.abort()
    expect(await loading).toMatchObject({ ok: false, failure: { class: 'retry', code: 'network' } })
  })
})

describe('addresses of files', () => {
  const META = 'https://graph.facebook.com'
  const LOCAL = 'http://127.0.0.1:8080/simulator/graph'
  test.each<[string, string, boolean]>([
    ['https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1', META, true],
    ['https://scontent.xx.fbcdn.net/v/1', META, true],
    ['https://mmg.whatsapp.net/1', META, true],
    ['https://lookaside.facebook.com/1', META, true],
    ['http://lookaside.fbsbx.com/1', META, false],
    ['https://lookaside.fbsbx.com:8443/1', META, false],
    ['https://evil-lookaside.fbsbx.com/1', META, false],
    ['https://fbcdn.net.evil.example/1', META, false],
    ['https://evilfbcdn.net/1', META, false],
    ['https://user:pass@lookaside.fbsbx.com/1', META, false],
    ['https://169.254.169.254/latest', META, false],
    ['https://[::1]/1', META, false],
    ['file:///etc/passwd', META, false],
    ['http://127.0.0.1:8080/1', META, false],
    ['http://127.0.0.1:8080/1', LOCAL, true],
    ['http://127.0.0.1:8081/1', LOCAL, false],
    ['http://localhost:8080/1', LOCAL, false],
    ['https://graph.example/1', 'https://graph.example', false],
    ['', META, false],
  ])('%s for %s: %s', (address, graphUrl, allowed) => {
    expect(mediaAddress(address, graphUrl) !== null).toBe(allowed)
  })
})
