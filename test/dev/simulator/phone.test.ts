import { describe, expect, test } from 'vitest'
import {
  account,
  arrived,
  CLIENT,
  CLIENT_ID,
  items,
  type Json,
  listIn,
  PHONE,
  type Rig,
  startReceiver,
  startRig,
  until,
  values,
  wamidOf,
} from './harness.ts'

const inbound = (rig: Rig, n: number): Promise<Json[]> =>
  until(() => {
    const found = arrived(rig.receiver, 'messages')
    expect(found).toHaveLength(n)
    return found
  })

describe('a client writes', () => {
  test.each<[string, Json, Json]>([
    ['a button', { button: { text: 'Confirm' } }, { type: 'button', button: { payload: 'Confirm', text: 'Confirm' } }],
    [
      'a reply button',
      { interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } } },
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } } },
    ],
    [
      'a list row',
      { interactive: { type: 'list_reply', list_reply: { id: 'r', title: 'Row', description: 'd' } } },
      {
        type: 'interactive',
        interactive: { type: 'list_reply', list_reply: { id: 'r', title: 'Row', description: 'd' } },
      },
    ],
    [
      'a place',
      { location: { latitude: 43.2, longitude: 76.9, name: 'Home' } },
      { type: 'location', location: { latitude: 43.2, longitude: 76.9, name: 'Home' } },
    ],
    [
      'a card',
      { contacts: [{ name: { formatted_name: 'B' } }] },
      { type: 'contacts', contacts: [{ name: { formatted_name: 'B' } }] },
    ],
    [
      'an order',
      { order: { catalog_id: '1', product_items: [] } },
      { type: 'order', order: { catalog_id: '1', product_items: [] } },
    ],
    [
      'a poll',
      { unsupported: { type: 'poll_creation' } },
      {
        type: 'unsupported',
        unsupported: { type: 'poll_creation' },
        errors: [
          {
            code: 131051,
            title: 'Message type unknown',
            message: 'Message type unknown',
            error_data: { details: 'Message type is currently not supported.' },
          },
        ],
      },
    ],
    ['a forwarded text', { text: 'x', forwarded: true }, { type: 'text', context: { forwarded: true } }],
    ['an often forwarded text', { text: 'x', forwarded: 'frequently' }, { context: { frequently_forwarded: true } }],
    [
      'after an ad',
      { text: 'x', referral: { source_type: 'ad', source_id: '7' } },
      { referral: { source_type: 'ad', source_id: '7' } },
    ],
    ['a text of yesterday', { text: 'x', timestamp: 1_760_000_000 }, { timestamp: '1760000000' }],
  ])('%s', async (_, request, wire) => {
    const rig = await startRig()
    const id = await rig.write(request)
    expect((await inbound(rig, 1))[0]).toMatchObject({ id, from: CLIENT_ID, ...wire })
  })

  test('an answer to a message of ours, a reaction and its removal', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    const ours = wamidOf(await rig.send({ text: { body: 'Hello' } }))
    await rig.write({ text: 'Yes', replyTo: ours })
    await rig.write({ reaction: { messageId: ours, emoji: '❤️' } })
    expect(items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))[1]).toMatchObject({
      reactions: [{ by: 'client', emoji: '❤️' }],
    })
    await rig.write({ reaction: { messageId: ours } })
    const [, answer, reaction, removal] = await inbound(rig, 4)
    expect(answer).toMatchObject({ context: { from: '15550783881', id: ours } })
    expect(reaction?.reaction).toEqual({ message_id: ours, emoji: '❤️' })
    expect(removal?.reaction).toEqual({ message_id: ours })
    expect(items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))[1]).toMatchObject({ reactions: [] })
  })

  test('an edit and a revocation change the message and open no window', async () => {
    const rig = await startRig()
    const id = await rig.write({ text: 'Darkk', timestamp: Math.floor(Date.now() / 1000) - 2 * 24 * 3600 })
    await rig.write({ edit: { messageId: id, text: 'Dark' } })
    const [shown] = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))
    expect(shown).toMatchObject({ id, text: 'Dark', editedAt: expect.any(String) })
    await rig.write({ revoke: { messageId: id } })
    const [, edit, revoke] = await inbound(rig, 3)
    expect(edit).toMatchObject({
      type: 'edit',
      edit: { original_message_id: id, message: { context: { id }, type: 'text', text: { body: 'Dark' } } },
    })
    expect(revoke).toMatchObject({ type: 'revoke', revoke: { original_message_id: id } })
    const sent = wamidOf(await rig.send({ text: { body: 'x' } }))
    await until(() => expect(arrived(rig.receiver, 'statuses')[0]).toMatchObject({ id: sent, status: 'failed' }))
  })

  test('an edit on a number without the phone app arrives as unsupported', async () => {
    const receiver = await startReceiver()
    const rig = await startRig({ receiver, accounts: async () => [account(receiver, { coexistence: false })] })
    const id = await rig.write({ text: 'a' })
    await rig.write({ edit: { messageId: id, text: 'b' } })
    expect((await inbound(rig, 2))[1]).toMatchObject({ type: 'unsupported', unsupported: { type: 'edit' } })
  })

  test('without a visible number', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi', userId: 'US.134912', username: 'sheena', withoutPhone: true })
    const [value] = await until(() => {
      const found = values(rig.receiver)
      expect(found).toHaveLength(1)
      return found
    })
    expect(value?.contacts).toEqual([{ profile: { name: 'Sheena Nelson', username: 'sheena' }, user_id: 'US.134912' }])
    const [message] = listIn(value, 'messages')
    expect(message).toMatchObject({ from_user_id: 'US.134912' })
    expect(message).not.toHaveProperty('from')
    expect(
      (await rig.call('POST', '/phone/messages', { from: '+16505550001', text: 'x', withoutPhone: true })).status,
    ).toBe(400)
  })

  test('from a new number: a system message without contacts', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    await rig.call('POST', '/phone/number-change', { from: CLIENT, to: '+1 650 555 4321' })
    await until(() => expect(values(rig.receiver)).toHaveLength(2))
    const value = values(rig.receiver)[1]
    expect(value).not.toHaveProperty('contacts')
    expect(value?.messages).toEqual([
      expect.objectContaining({
        from: CLIENT_ID,
        type: 'system',
        system: {
          body: `User Sheena Nelson changed from ${CLIENT_ID} to 16505554321`,
          wa_id: '16505554321',
          type: 'user_changed_number',
        },
      }),
    ])
    const lost = wamidOf(await rig.send({ text: { body: 'x' } }))
    await until(() =>
      expect(arrived(rig.receiver, 'statuses')[0]).toMatchObject({ id: lost, errors: [{ code: 131026 }] }),
    )
  })

  test('nonsense is refused with what is wrong', async () => {
    const rig = await startRig()
    for (const body of [
      { from: CLIENT },
      { from: CLIENT, text: 'a', button: { text: 'b' } },
      { from: 'Anna', text: 'x' },
      { from: CLIENT, text: 'x', colour: 1 },
      { from: CLIENT, media: { mime: 'image/png' } },
    ]) {
      const answer = await rig.call('POST', '/phone/messages', body)
      expect(answer.status).toBe(400)
      expect(answer.body.error).toMatchObject({ code: 'invalid_request', message: expect.any(String) })
    }
    const plain = await fetch(`${rig.url}/phone/messages`, {
      method: 'POST',
      body: JSON.stringify({ from: CLIENT, text: 'x' }),
      headers: { 'content-type': 'text/plain' },
    })
    expect(plain.status).toBe(415)
    const foreign = await fetch(`${rig.url}/phone/chats`, { headers: { 'sec-fetch-site': 'cross-site' } })
    expect(foreign.status).toBe(403)
  })
})

describe('the owner writes in the phone app', () => {
  test('an echo, an edit and a revocation', async () => {
    const rig = await startRig()
    const { id } = (await rig.call('POST', '/phone/echo', { to: CLIENT, text: 'From the shop' })).body
    await rig.call('POST', '/phone/echo', {
      to: CLIENT,
      media: { dataBase64: 'eA==', mime: 'image/jpeg', caption: 'our stock' },
    })
    await rig.call('POST', '/phone/echo', { to: CLIENT, edit: { messageId: id, text: 'From our shop' } })
    await rig.call('POST', '/phone/echo', { to: CLIENT, revoke: { messageId: id } })
    const echoes = await until(() => {
      const found = arrived(rig.receiver, 'message_echoes')
      expect(found).toHaveLength(4)
      return found
    })
    expect(echoes[0]).toMatchObject({
      from: '15550783881',
      to: CLIENT_ID,
      id,
      type: 'text',
      text: { body: 'From the shop' },
    })
    expect(echoes[1]).toMatchObject({
      type: 'image',
      image: { caption: 'our stock', sha256: expect.stringMatching(/=$/) },
    })
    expect(echoes[2]).toMatchObject({ type: 'edit', edit: { original_message_id: id } })
    expect(echoes[3]).toMatchObject({ type: 'revoke', revoke: { original_message_id: id } })
    expect(values(rig.receiver).every((value) => value.$field === 'smb_message_echoes')).toBe(true)
    const shown = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))
    expect(shown.map((item) => [item.author, item.direction])).toEqual(Array(2).fill(['phone_app', 'to_client']))
  })
})

describe('the phone', () => {
  test('lists its chats, the latest first', async () => {
    const rig = await startRig({ frozen: true })
    await rig.write({ text: 'first' })
    rig.clock.now += 1000
    await rig.write({ from: '+77011234567', name: 'Анна', text: 'second' })
    await rig.send({ to: '+77011234567', text: { body: 'answer' } })
    expect(items(await rig.call('GET', '/phone/chats'))).toEqual([
      expect.objectContaining({
        from: '77011234567',
        name: 'Анна',
        unread: 1,
        phoneNumberId: PHONE,
        businessName: 'Lucky Shrub',
      }),
      expect.objectContaining({ from: CLIENT_ID, name: 'Sheena Nelson', unread: 0 }),
    ])
  })

  test('has a page of its own files under a strict policy', async () => {
    const rig = await startRig()
    const page = await fetch(`${rig.url}/phone`)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|http/)
    const html = await page.text()
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|https?:/)
    for (const [path, type] of [
      ['phone/app.js', 'text/javascript'],
      ['phone/style.css', 'text/css'],
    ]) {
      expect(html).toContain(`"${path}"`)
      const file = await fetch(`${rig.url}/${path}`)
      expect([file.status, file.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`])
    }
  })

  test('is told of changes as they happen', async () => {
    const rig = await startRig()
    const live = await fetch(`${rig.url}/phone/live`)
    const reader = (live.body as ReadableStream<Uint8Array>).getReader()
    const next = async () => new TextDecoder().decode((await reader.read()).value)
    expect(await next()).toMatch(/^event: changed\ndata: \d+\n\n/)
    const change = next()
    await rig.write({ text: 'Hi' })
    expect(await change).toMatch(/^event: changed/)
    await reader.cancel()
  })
})
