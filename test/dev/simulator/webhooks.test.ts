import { describe, expect, test } from 'vitest'
import {
  account,
  arrived,
  bodies,
  CLIENT,
  CLIENT_ID,
  calls,
  errorOf,
  items,
  type Json,
  listIn,
  PHONE,
  signatureOf as sign,
  startReceiver,
  startRig,
  until,
  values,
  WABA,
} from './harness.ts'

describe('on the wire', () => {
  test("have Meta's envelope, bytes and signature", async () => {
    const rig = await startRig()
    const id = await rig.write({ name: 'Айгүл', text: 'Сәлем 👋 https://example.com/a' })
    await until(() => expect(rig.receiver.posts).toHaveLength(1))
    const [post] = rig.receiver.posts
    const raw = post?.raw as Buffer
    expect(post?.headers).toMatchObject({ 'content-type': 'application/json', 'x-hub-signature-256': sign(raw) })
    expect(raw.toString('latin1')).toContain(String.raw`"name":"\u0410\u0439\u0433\u04af\u043b"`)
    expect(raw.toString('latin1')).toContain(String.raw`\ud83d\udc4b https:\/\/example.com\/a`)
    expect(raw.every((byte) => byte < 0x80)).toBe(true)
    expect(JSON.parse(raw.toString())).toEqual({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: WABA,
          changes: [
            {
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '15550783881', phone_number_id: PHONE },
                contacts: [{ profile: { name: 'Айгүл' }, wa_id: CLIENT_ID }],
                messages: [
                  {
                    from: CLIENT_ID,
                    id,
                    timestamp: expect.stringMatching(/^\d{10}$/),
                    type: 'text',
                    text: { body: 'Сәлем 👋 https://example.com/a' },
                  },
                ],
              },
              field: 'messages',
            },
          ],
        },
      ],
    })
  })

  test('come again until they are answered 200, and in the order of the chat', async () => {
    const rig = await startRig()
    rig.receiver.status = 500
    const id = await rig.write({ text: 'one' })
    await until(() => expect(rig.receiver.posts.length).toBeGreaterThanOrEqual(3))
    expect(new Set(rig.receiver.posts.map((post) => post.raw.toString())).size).toBe(1)
    expect(items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))[0]).toMatchObject({ id, state: 'sent' })
    rig.receiver.status = 204
    const before = rig.receiver.posts.length
    await until(() => expect(rig.receiver.posts.length).toBeGreaterThan(before + 1))
    rig.receiver.status = 200
    await until(async () => expect(items(await rig.call('GET', '/webhooks'))).toEqual([]))
    expect(items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))[0]).toMatchObject({ state: 'delivered' })
    const settled = rig.receiver.posts.length
    for (let n = 0; n < 20; n += 1) await rig.write({ text: `m${n}` })
    await until(() => expect(rig.receiver.posts).toHaveLength(settled + 20))
    const texts = arrived(rig.receiver, 'messages')
      .slice(settled)
      .map((message) => (message.text as Json).body)
    expect(texts).toEqual(Array.from({ length: 20 }, (_, n) => `m${n}`))
  })

  test('anything can be posted by hand, with the entry id that it needs', async () => {
    const rig = await startRig()
    await rig.call('POST', '/webhooks', {
      field: 'account_update',
      entryId: '2729063490586005',
      value: { event: 'PARTNER_REMOVED', waba_info: { waba_id: WABA } },
    })
    await until(() => expect(bodies(rig.receiver)).toHaveLength(1))
    expect(listIn(bodies(rig.receiver)[0], 'entry')[0]).toMatchObject({
      id: '2729063490586005',
      time: expect.any(Number),
    })
  })
})

describe('subscriptions', () => {
  test('an override is verified first, needs a subscription, and takes the messages alone', async () => {
    const rig = await startRig()
    const other = await startReceiver()
    other.verifyToken = 'another'
    const override = (body: Json) => rig.graph('POST', `/${WABA}/subscribed_apps`, body)
    const right = { override_callback_uri: other.url, verify_token: 'another' }
    expect(errorOf(await override(right))).toMatchObject({
      code: 100,
      error_data: { details: expect.stringContaining('must be subscribed') },
    })
    expect((await rig.graph('POST', `/${WABA}/subscribed_apps`)).body).toEqual({ success: true })
    expect(errorOf(await override({ ...right, verify_token: 'wrong' }))).toMatchObject({ code: 2200 })
    expect(
      errorOf(await override({ ...right, override_callback_uri: `https://x.test/${'x'.repeat(200)}` })),
    ).toMatchObject({ code: 100 })
    expect(errorOf(await override({ ...right, override_callback_uri: 'http://example.com/' }))).toMatchObject({
      code: 100,
    })
    expect((await override(right)).body).toEqual({ success: true })
    expect(other.verifications.at(-1)?.get('hub.mode')).toBe('subscribe')
    expect((await rig.graph('GET', `/${WABA}/subscribed_apps`)).body.data).toEqual([
      expect.objectContaining({ override_callback_uri: other.url }),
    ])
    await rig.write({ text: 'Hi' })
    await until(() => expect(arrived(other, 'messages')).toHaveLength(1))
    await rig.call('POST', '/phone/preferences', { from: CLIENT })
    await until(() => expect(values(rig.receiver)).toEqual([expect.objectContaining({ $field: 'user_preferences' })]))
    expect(arrived(rig.receiver, 'messages')).toEqual([])
  })

  test("a number's override comes first and ends with an empty address", async () => {
    const rig = await startRig()
    const other = await startReceiver()
    const configure = (uri: string) =>
      rig.graph('POST', `/${PHONE}`, {
        webhook_configuration: { override_callback_uri: uri, verify_token: other.verifyToken },
      })
    expect((await configure(other.url)).body).toEqual({ success: true })
    const { webhook_configuration } = (await rig.graph('GET', `/${PHONE}?fields=webhook_configuration`)).body
    expect(webhook_configuration).toEqual({ phone_number: other.url, application: rig.receiver.url })
    await rig.write({ text: 'Hi' })
    await until(() => expect(arrived(other, 'messages')).toHaveLength(1))
    await configure('')
    await rig.write({ text: 'Hi' })
    await until(() => expect(arrived(rig.receiver, 'messages')).toHaveLength(1))
  })

  test('nothing is sent after unsubscribing', async () => {
    const rig = await startRig()
    await rig.graph('DELETE', `/${WABA}/subscribed_apps`)
    await rig.write({ text: 'Lost' })
    await until(async () => expect(items(await rig.call('GET', '/webhooks'))).toEqual([]))
    await rig.graph('POST', `/${WABA}/subscribed_apps`)
    await rig.write({ text: 'Seen' })
    await until(() =>
      expect(arrived(rig.receiver, 'messages')).toEqual([expect.objectContaining({ text: { body: 'Seen' } })]),
    )
  })

  test('an account that comes later gets what was owed to it', async () => {
    const receiver = await startReceiver()
    const rig = await startRig({ receiver, accounts: async () => [] })
    expect((await rig.call('POST', '/phone/messages', { from: CLIENT, text: 'Hi' })).status).toBe(409)
    await rig.write({ text: 'Hi', phoneNumberId: PHONE })
    const { status } = await rig.call('POST', '/accounts', account(receiver))
    expect(status).toBe(201)
    await until(() => expect(arrived(receiver, 'messages')).toHaveLength(1))
    expect(receiver.posts[0]?.headers['x-hub-signature-256']).toBe(sign(receiver.posts[0]?.raw as Buffer))
    const listed = JSON.stringify((await rig.call('GET', '/accounts')).body)
    expect(listed).toContain(PHONE)
    expect(listed).not.toMatch(/EAAtesttoken|test_app_secret|verify-me/)
  })

  test('an unknown business account that subscribes is told by its token', async () => {
    const receiver = await startReceiver()
    const rig = await startRig({ receiver, accounts: async () => [] })
    const subscribe = (body?: Json) => rig.graph('POST', '/4242424242/subscribed_apps', body)
    await subscribe()
    await subscribe({ override_callback_uri: receiver.url, verify_token: receiver.verifyToken })
    await rig.graph('GET', `/${PHONE}?fields=id`)
    await rig.write({ text: 'Hi', phoneNumberId: PHONE })
    await until(() => expect(values(receiver)).toEqual([expect.objectContaining({ $entry: '4242424242' })]))
    const [post] = receiver.posts
    expect(post?.headers['x-hub-signature-256']).toBe(sign(post?.raw as Buffer, 'simulator-app-secret'))
  })
})

describe('tokens', () => {
  test('are exchanged and described', async () => {
    const rig = await startRig()
    const { graph } = calls(rig.url)
    const exchanged = await graph('GET', '/oauth/access_token?client_id=1&client_secret=2&code=3')
    expect(exchanged.body).toEqual({ access_token: expect.stringMatching(/^EAA/), token_type: 'bearer' })
    expect(errorOf(await graph('GET', '/oauth/access_token?client_id=1'))).toMatchObject({ code: 100 })
    const known = (await graph('GET', '/debug_token?input_token=EAAtesttoken')).body.data as Json
    expect(known).toMatchObject({ is_valid: true, scopes: expect.arrayContaining(['whatsapp_business_messaging']) })
    expect((await graph('GET', '/debug_token?input_token=other')).body.data).toMatchObject({ is_valid: false })
  })
})
