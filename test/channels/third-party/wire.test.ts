import { describe, expect, test } from 'vitest'
import { dialog360 } from '../../../src/channels/dialog360/adapter.ts'
import { gupshup } from '../../../src/channels/gupshup/adapter.ts'
import type { ChannelAdapter, OutgoingMessage } from '../../../src/channels/port.ts'
import { twilio } from '../../../src/channels/twilio/adapter.ts'
import { verifySignature } from '../../../src/channels/twilio/verify.ts'
import type { DeliveryId, ProviderMessageId } from '../../../src/domain/ids.ts'
import { CASES } from '../conformance/cases.ts'
import { formBody, jsonBody } from '../conformance/provider-case.ts'
import { GraphServer, graphError, json, never, text } from '../whatsapp-cloud/graph-server.ts'

const MESSAGE: OutgoingMessage = {
  deliveryId: '0198f2a4-1111-7222-8333-444455556666' as DeliveryId,
  recipient: [{ kind: 'wa_id', value: '16505551234' }],
  quoted: null,
  reportTo: 'https://parley.example/webhooks/1',
  body: { kind: 'text', text: 'Привет & пока' },
}
const media = (
  kind: 'image' | 'document' | 'voice' | 'sticker',
  caption: string | null = null,
): OutgoingMessage['body'] => ({
  kind: 'media',
  media: kind,
  mediaId: 'https://parley.example/files/t/a.jpg',
  caption,
  fileName: 'a.jpg',
})
const account = (adapter: ChannelAdapter, origin: string): unknown =>
  adapter.account.keys.parse(CASES[adapter.provider]?.account(origin))
const accepted = (adapter: ChannelAdapter) => CASES[adapter.provider]?.send.accepted ?? json(599, {})

/** What the provider is asked for one message. */
async function asked(adapter: ChannelAdapter, message: Partial<OutgoingMessage> = {}) {
  await using server = await GraphServer.start(accepted(adapter))
  const outcome = await adapter.send(account(adapter, server.origin), { ...MESSAGE, ...message }, never)
  expect(outcome).toMatchObject({ outcome: 'accepted' })
  const [request] = server.seen
  if (!request) throw new Error('nothing was asked')
  return { ...request, form: Object.fromEntries(new URLSearchParams(request.body.toString())) }
}

/** What the adapter makes of one event. */
const read = (adapter: ChannelAdapter, { bytes, contentType }: ReturnType<typeof formBody>) =>
  adapter.parse(bytes, contentType)

describe('Twilio’s signature', () => {
  // Addresses, tokens and signatures of Twilio's own libraries' tests.
  const ADDRESS = 'https://mycompany.com/myapp.php?foo=1&bar=2'
  const SIGNATURE = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='
  const form = formBody({
    From: '+14158675309',
    To: '+18005551212',
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
  })
  const genuine = (url: string, signature: string, body: Buffer, token = '12345') =>
    verifySignature({ url: new URL(url), headers: new Headers({ 'x-twilio-signature': signature }), body }, [token])

  test('of a form', () => {
    expect(genuine(ADDRESS, SIGNATURE, form.bytes)).toBe(true)
    expect(genuine(ADDRESS.replace('foo=1', 'foo=2'), SIGNATURE, form.bytes)).toBe(false)
    expect(genuine(ADDRESS, SIGNATURE, Buffer.from(`${form.bytes.toString()}&More=1`))).toBe(false)
  })
  test('of a body of JSON, by its digest in the address', () => {
    const body = Buffer.from('{"property": "value", "boolean": true}')
    const digest = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
    const address = `${ADDRESS}&bodySHA256=${digest}`
    expect(genuine(address, 'a9nBmqA0ju/hNViExpshrM61xv4=', body)).toBe(true)
    expect(genuine(address, 'a9nBmqA0ju/hNViExpshrM61xv4=', Buffer.from('{"property": "other"}'))).toBe(false)
  })
  test('with and without the port', () => {
    expect(genuine(ADDRESS.replace('.com/', '.com:443/'), SIGNATURE, form.bytes)).toBe(true)
    expect(genuine(ADDRESS.replace('.com/', '.com:8443/'), SIGNATURE, form.bytes)).toBe(true)
  })
})

describe('Twilio', () => {
  test('a text: a form, signed in by name and password, with the address for what becomes of it', async () => {
    const { url, headers, form } = await asked(twilio)
    expect(url).toMatch(/^\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Messages\.json$/)
    expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(headers.authorization).toMatch(/^Basic /)
    expect(form).toEqual({
      From: 'whatsapp:+15550783881',
      To: 'whatsapp:+16505551234',
      StatusCallback: 'https://parley.example/webhooks/1',
      Body: 'Привет & пока',
    })
  })
  test('a file is a link, and its caption the text', async () => {
    expect((await asked(twilio, { body: media('image', 'look') })).form).toMatchObject({
      MediaUrl: 'https://parley.example/files/t/a.jpg',
      Body: 'look',
    })
    expect((await asked(twilio, { body: media('voice') })).form).not.toHaveProperty('Body')
  })

  const NAMES = { MessageSid: 'MM1', From: 'whatsapp:+16505551234', To: 'whatsapp:+15550783881', SmsStatus: 'received' }
  test.each<[string, Record<string, string>, object]>([
    [
      'a button',
      { ButtonText: 'Yes', ButtonPayload: 'yes' },
      { kind: 'button', text: 'Yes', data: { payload: 'yes' } },
    ],
    ['a list row', { ListId: 'r1', ListTitle: 'Row' }, { kind: 'interactive', text: 'Row', data: { id: 'r1' } }],
    ['a place', { Latitude: '1.5', Longitude: '-2', Label: 'Shop' }, { kind: 'location', text: 'Shop' }],
    ['a sticker', { NumMedia: '1', MediaUrl0: 'https://x', MediaContentType0: 'image/webp' }, { kind: 'sticker' }],
    ['a voice note', { NumMedia: '1', MediaUrl0: 'https://x', MediaContentType0: 'audio/ogg' }, { kind: 'voice' }],
    ['a card', { NumMedia: '1', MediaUrl0: 'https://x', MediaContentType0: 'text/vcard' }, { kind: 'document' }],
    [
      'two files',
      {
        NumMedia: '2',
        MediaUrl0: 'https://x',
        MediaContentType0: 'image/png',
        MediaUrl1: 'https://y',
        MediaContentType1: 'video/mp4',
      },
      { kind: 'image', moreMedia: [{ kind: 'video', media: { mediaId: 'https://y' } }] },
    ],
    ['what it does not pass on', { MessageType: 'poll' }, { kind: 'unsupported' }],
  ])('%s', (_name, fields, content) => {
    expect(read(twilio, formBody({ ...NAMES, ...fields }))).toMatchObject([
      { to: 'conversation', identities: [{ kind: 'wa_id', value: '16505551234' }], event: { message: { content } } },
    ])
  })
  test('a quote, a forwarded message, an advertisement', () => {
    const more = { OriginalRepliedMessageSid: 'SM7', FrequentlyForwarded: 'true', ReferralCtwaClid: 'c1', Body: 'a' }
    expect(read(twilio, formBody({ ...NAMES, ...more }))).toMatchObject([
      {
        event: {
          message: { context: { quoted: 'SM7', forwarded: 'frequently', referral: { ReferralCtwaClid: 'c1' } } },
        },
      },
    ])
  })
  test('what it has only taken is no news, and a word that nobody knows is a dead letter', () => {
    const status = (word: string) => read(twilio, formBody({ ...NAMES, SmsStatus: word, MessageStatus: word }))
    expect([status('queued'), status('sending')]).toEqual([[], []])
    expect(status('exploded')).toMatchObject([{ to: 'dead_letter' }])
    expect(status('delivered')).toMatchObject([
      { to: 'delivery', status: { state: 'delivered', providerMessageId: 'MM1' } },
    ])
  })
  test('an SMS, which is no WhatsApp message, is a dead letter', () => {
    expect(read(twilio, formBody({ ...NAMES, From: '+16505551234', Body: 'a' }))).toMatchObject([{ to: 'dead_letter' }])
  })

  test('a file is asked for by name and password; another host, even Twilio’s own, gets neither', async () => {
    await using server = await GraphServer.start(text(307, '', { location: 'https://evil.example/f' }))
    const outcome = await twilio.download(account(twilio, server.origin) as never, `${server.origin}/f`, never)
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'foreign_address' } })
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([expect.stringMatching(/^Basic /)])
  })
  test('a file that is gone is gone; a refused password is the channel’s trouble, and the file may still be had', async () => {
    const got = async (status: number) => {
      await using server = await GraphServer.start(text(status, '', { 'retry-after': '9' }))
      return await twilio.download(account(twilio, server.origin) as never, `${server.origin}/f`, never)
    }
    expect(await got(404)).toMatchObject({ failure: { code: 'file_gone', class: 'final' } })
    expect(await got(401)).toMatchObject({ failure: { code: 'key_refused', class: 'channel_down' } })
    expect(await got(429)).toMatchObject({ failure: { class: 'wait', retryAfterSeconds: 9 } })
    expect(await got(503)).toMatchObject({ failure: { class: 'retry' } })
  })
  test('a suspended account stays unchecked, an unknown one is none', async () => {
    const checked = async (answer: ReturnType<typeof json>) => {
      await using server = await GraphServer.start(answer)
      return await twilio.check(account(twilio, server.origin) as never, never)
    }
    expect(await checked(json(200, { status: 'active', friendly_name: 'Shop' }))).toMatchObject({
      ok: true,
      account: { displayPhone: '+15550783881', name: 'Shop' },
    })
    expect(await checked(json(200, { status: 'suspended' }))).toMatchObject({ ok: null })
    expect(await checked(json(404, { code: 20404, message: 'no' }))).toMatchObject({ reason: 'not_a_business_account' })
  })
})

describe('Gupshup', () => {
  const event = (payload: object) =>
    jsonBody({ app: 'LuckyShrubApp', timestamp: 1760000000000, version: 2, type: 'message-event', payload })

  test('a text: a form with JSON in it, and the key in a header', async () => {
    const { url, headers, form } = await asked(gupshup)
    expect([url, headers.apikey]).toEqual(['/wa/api/v1/msg', 'gupshup-api-key-canary'])
    expect({ ...form, message: JSON.parse(form.message ?? '') }).toEqual({
      channel: 'whatsapp',
      source: '15550783881',
      destination: '16505551234',
      'src.name': 'LuckyShrubApp',
      message: { type: 'text', text: 'Привет & пока' },
    })
  })
  const link = 'https://parley.example/files/t/a.jpg'
  test.each<[OutgoingMessage['body'], object]>([
    [media('image', 'look'), { type: 'image', originalUrl: link, previewUrl: link, caption: 'look' }],
    [media('document'), { type: 'file', url: link, filename: 'a.jpg' }],
    [media('voice'), { type: 'audio', url: link }],
    [media('sticker'), { type: 'sticker', url: link }],
  ])('%o', async (body, expected) => {
    expect(JSON.parse((await asked(gupshup, { body })).form.message ?? '')).toEqual(expected)
  })
  test('the id of the send is the one that statuses carry: gsId, or id where there is none', () => {
    const status = (payload: object) => read(gupshup, event({ destination: '16505551234', payload: {}, ...payload }))
    expect(status({ id: 'gBEG', gsId: 'gs-1', type: 'delivered' })).toMatchObject([
      { status: { providerMessageId: 'gs-1', state: 'delivered', identities: [{ value: '16505551234' }] } },
    ])
    expect(status({ id: 'gs-1', type: 'failed', payload: { code: 1002, reason: 'r' } })).toMatchObject([
      { status: { providerMessageId: 'gs-1', errors: [{ code: '131026', title: 'Gupshup 1002', details: 'r' }] } },
    ])
    expect(status({ id: 'gs-1', type: 'enqueued', payload: { whatsappMessageId: 'gBEG' } })).toEqual([])
    expect(status({ id: 'gs-1', type: 'exploded' })).toMatchObject([{ to: 'dead_letter' }])
  })
  test('a code of Meta’s own passes as it is, another under Gupshup’s name', () => {
    const code = (number: number) =>
      read(gupshup, event({ id: 'a', type: 'failed', destination: '1', payload: { code: number } }))
    expect(code(131049)).toMatchObject([{ status: { errors: [{ code: '131049' }] } }])
    expect(code(1013)).toMatchObject([{ status: { errors: [{ code: 'gupshup_1013' }] } }])
  })
  test('a refusal that says 200', async () => {
    await using server = await GraphServer.start(json(200, { status: 'error', message: 'Invalid Destination' }))
    expect(await gupshup.send(account(gupshup, server.origin) as never, MESSAGE, never)).toMatchObject({
      outcome: 'rejected',
      failure: { detail: 'Invalid Destination' },
    })
  })
  test('what is about no message is kept and does nothing', () => {
    const body = jsonBody({
      app: 'LuckyShrubApp',
      timestamp: 1760000000000,
      version: 2,
      type: 'user-event',
      payload: {},
    })
    expect(read(gupshup, body)).toMatchObject([
      {
        to: 'channel',
        account: { accountId: 'LuckyShrubApp' },
        event: { kind: 'user-event', effect: { does: 'nothing' } },
      },
    ])
  })
})

describe('360dialog', () => {
  test('Meta’s body without a number in the path, and the key in its header', async () => {
    const { url, headers, body } = await asked(dialog360, { quoted: 'wamid.Q' as ProviderMessageId })
    expect([url, headers['d360-api-key'], headers.authorization]).toEqual([
      '/messages',
      'd360-api-key-canary',
      undefined,
    ])
    expect(JSON.parse(body.toString())).toMatchObject({
      messaging_product: 'whatsapp',
      to: '+16505551234',
      context: { message_id: 'wamid.Q' },
      biz_opaque_callback_data: MESSAGE.deliveryId,
      type: 'text',
    })
  })
  test('a file goes up, and comes down through their host alone', async () => {
    const address = 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2'
    await using server = await GraphServer.start(
      json(200, { id: '77' }),
      json(200, { url: address, mime_type: 'image/jpeg', sha256: 'a'.repeat(64) }),
      text(200, 'file'),
    )
    const config = account(dialog360, server.origin) as never
    const open = async () => new Blob(['file']).stream()
    const up = await dialog360.upload(config, { name: 'a.jpg', mime: 'image/jpeg', size: 4, open }, never)
    expect(up).toEqual({ ok: true, mediaId: '77' })
    const down = await dialog360.download(config, '77', never)
    expect(down).toMatchObject({ ok: true, mime: 'image/jpeg', sha256: 'a'.repeat(64) })
    if (down.ok) expect(await new Response(down.body).text()).toBe('file')
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /media',
      'GET /77',
      'GET /whatsapp_business/attachments/?mid=1&ext=2',
    ])
    expect(new Set(server.seen.map(({ headers }) => headers['d360-api-key']))).toEqual(new Set(['d360-api-key-canary']))
  })
  test('a key that their own door refuses, and an error of Meta', async () => {
    await using server = await GraphServer.start(text(403, 'no'), graphError(400, 131026))
    const config = account(dialog360, server.origin) as never
    expect(await dialog360.send(config, MESSAGE, never)).toMatchObject({ failure: { code: 'key_refused' } })
    expect(await dialog360.send(config, MESSAGE, never)).toMatchObject({ failure: { code: '131026', class: 'final' } })
  })

  test('a sample of a header goes in two calls, with the key on both, and neither leads elsewhere', async () => {
    const open = async () => new Blob(['file']).stream()
    const file = { name: 'a.png', mime: 'image/png', size: 4, open }
    const given = async (...answers: Parameters<typeof GraphServer.start>) => {
      await using server = await GraphServer.start(...answers)
      const config = account(dialog360, server.origin) as never
      return { outcome: await dialog360.templates?.uploadSample?.(config, file, never), seen: server.seen }
    }
    const { outcome, seen } = await given(json(200, { id: 'upload:MTph?sig=ARZ' }), json(200, { h: '4::aW1h' }))
    expect(outcome).toEqual({ ok: true, handle: '4::aW1h' })
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /uploads?file_length=4&file_type=image%2Fpng&file_name=a.png',
      'POST /upload:MTph?sig=ARZ',
    ])
    expect(seen.map(({ headers }) => [headers['d360-api-key'], headers.authorization, headers.file_offset])).toEqual([
      ['d360-api-key-canary', undefined, undefined],
      ['d360-api-key-canary', undefined, '0'],
    ])
    expect(seen[1]?.body.toString()).toBe('file')
    for (const [answers, code] of [
      [[text(401, 'no')], 'key_refused'],
      [[json(200, { id: 'https://elsewhere.example/' })], 'unreadable_answer'],
      [[json(200, { id: 'upload:MTph' }), text(502, '<html>')], 'unreadable_answer'],
      [[json(200, { id: 'upload:MTph' }), json(200, {})], 'unreadable_answer'],
      [[graphError(400, 100)], '100'],
    ] as const) {
      expect((await given(...answers)).outcome).toMatchObject({ ok: false, failure: { code } })
    }
  })

  const template = (name: string, language = 'en') => ({
    name,
    language,
    status: 'approved',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Hi {{1}}' }],
  })
  test('templates: all pages of them, one that is asked for, one that goes', async () => {
    const page = Array.from({ length: 100 }, (_none, index) => template(`t${index}`))
    await using server = await GraphServer.start(
      json(200, { waba_templates: page }),
      json(200, { waba_templates: [template('last'), { nameless: true }] }),
      json(201, { id: '9', status: 'PENDING', category: 'UTILITY' }),
      json(200, {}),
      text(500, '<html>'),
    )
    const config = account(dialog360, server.origin) as never
    const api = dialog360.templates
    if (!api) throw new Error('no templates')
    const listed = await api.list(config, never)
    expect(listed.ok && listed.templates.length).toBe(101)
    expect(listed.ok && listed.templates.at(-1)).toMatchObject({
      name: 'last',
      status: 'approved',
      category: 'utility',
    })
    const definition = { ...template('new'), category: 'utility', parameterFormat: 'positional' } as never
    expect(await api.create(config, definition, never)).toEqual({
      ok: true,
      providerId: '9',
      status: 'pending',
      category: 'utility',
    })
    expect(await api.remove(config, 'new', null, never)).toEqual({ ok: true })
    expect(await api.remove(config, 'new', '9', never)).toMatchObject({ ok: false, failure: { code: 'not_offered' } })
    expect(await api.edit(config, '9', {}, never)).toMatchObject({ ok: false, failure: { code: 'not_offered' } })
    expect((await api.list(config, never)).ok).toBe(false)
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1/configs/templates?limit=100&offset=0',
      'GET /v1/configs/templates?limit=100&offset=100',
      'POST /v1/configs/templates',
      'DELETE /v1/configs/templates/new',
      'GET /v1/configs/templates?limit=100&offset=0',
    ])
  })
})
