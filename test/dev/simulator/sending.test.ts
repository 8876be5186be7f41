import { describe, expect, test } from 'vitest'
import {
  arrived,
  CLIENT,
  CLIENT_ID,
  errorOf,
  items,
  type Json,
  PHONE,
  type Rig,
  startRig,
  until,
  WABA,
  wamidOf,
} from './harness.ts'

const DAY = 24 * 3600 * 1000

async function openChat(rig: Rig): Promise<string> {
  return rig.write({ text: 'Hi' })
}
const statusesOf = (rig: Rig, id: string) => arrived(rig.receiver, 'statuses').filter((status) => status.id === id)

describe('a text', () => {
  test('is accepted, reaches the phone, and its statuses carry our own data', async () => {
    const rig = await startRig()
    await openChat(rig)
    const answer = await rig.send({ type: 'text', text: { body: 'Hello' }, biz_opaque_callback_data: 'dlv_1' })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: '+16505551234', wa_id: CLIENT_ID }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    })
    const id = wamidOf(answer)
    await until(() => expect(statusesOf(rig, id).map((status) => status.status)).toEqual(['sent', 'delivered']))
    for (const status of statusesOf(rig, id)) {
      expect(status).toMatchObject({ recipient_id: CLIENT_ID, biz_opaque_callback_data: 'dlv_1' })
      expect(status.timestamp).toMatch(/^\d{10}$/)
      expect(status.pricing).toMatchObject({ pricing_model: 'PMP', type: 'free_customer_service' })
    }
    const shown = items(await rig.call('GET', `/phone/messages?from=${encodeURIComponent(CLIENT)}`))
    expect(shown.map(({ direction, text, callbackData }) => ({ direction, text, callbackData }))).toEqual([
      { direction: 'from_client', text: 'Hi', callbackData: null },
      { direction: 'to_client', text: 'Hello', callbackData: 'dlv_1' },
    ])
    await rig.call('POST', '/phone/read', { from: CLIENT })
    await until(() => expect(statusesOf(rig, id).map((status) => status.status)).toEqual(['sent', 'delivered', 'read']))
    expect((await rig.call('POST', '/phone/read', { from: CLIENT })).body).toEqual({ read: 0 })
  })

  test('is read by itself when the settings say so', async () => {
    const rig = await startRig()
    await openChat(rig)
    await rig.call('POST', '/settings', { readReceipts: 'auto' })
    const id = wamidOf(await rig.send({ text: { body: 'Hello' } }))
    await until(() => expect(statusesOf(rig, id).map((status) => status.status)).toEqual(['sent', 'delivered', 'read']))
  })

  test('outside the 24 hours is accepted and fails later with 131047, and the client never sees it', async () => {
    const rig = await startRig({ frozen: true })
    const never = await rig.send({ text: { body: 'Too early' } })
    expect(never.status).toBe(200)
    await openChat(rig)
    rig.clock.now += DAY - 1000
    const inside = wamidOf(await rig.send({ text: { body: 'In time' } }))
    rig.clock.now += 1000
    const outside = wamidOf(await rig.send({ text: { body: 'Too late' }, biz_opaque_callback_data: 'dlv_9' }))
    await until(() => expect(statusesOf(rig, outside)).toHaveLength(1))
    expect(statusesOf(rig, outside)[0]).toMatchObject({
      status: 'failed',
      biz_opaque_callback_data: 'dlv_9',
      errors: [{ code: 131047, title: 'Re-engagement message', error_data: { details: expect.any(String) } }],
    })
    await until(() => expect(statusesOf(rig, inside)).toHaveLength(2))
    const texts = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`)).map((item) => item.text)
    expect(texts).toEqual(['Hi', 'In time'])
    const all = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}&failed=1`))
    expect(all).toHaveLength(4)
  })

  test('the window follows the time that the client wrote at, and echoes do not open it', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Old', timestamp: new Date(Date.now() - 2 * DAY).toISOString() })
    await rig.call('POST', '/phone/echo', { to: CLIENT, text: 'From the app' })
    const id = wamidOf(await rig.send({ text: { body: 'Hello' } }))
    await until(() => expect(statusesOf(rig, id)[0]).toMatchObject({ status: 'failed' }))
  })

  test('without + goes to a wrong number', async () => {
    const rig = await startRig()
    await openChat(rig)
    const answer = await rig.send({ to: CLIENT_ID, text: { body: 'Hello' } })
    expect(answer.body.contacts).toEqual([{ input: CLIENT_ID, wa_id: `1${CLIENT_ID}` }])
    expect(items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))).toHaveLength(1)
  })

  test('to a Brazilian, Mexican or Argentine number comes back with its alias', async () => {
    const rig = await startRig()
    for (const [to, waId] of [
      ['+5541987654321', '554187654321'],
      ['+525512345678', '5215512345678'],
      ['+541112345678', '5491112345678'],
    ]) {
      await rig.write({ from: to, text: 'Hi' })
      const answer = await rig.send({ to, text: { body: 'Hello' } })
      expect(answer.body.contacts).toEqual([{ input: to, wa_id: waId }])
      await until(() =>
        expect(statusesOf(rig, wamidOf(answer))[0]).toMatchObject({ status: 'sent', recipient_id: waId }),
      )
      expect(arrived(rig.receiver, 'messages').at(-1)).toMatchObject({ from: waId })
    }
  })
})

describe('refusals', () => {
  const text = (length: number) => ({ type: 'text', text: { body: 'x'.repeat(length) } })
  const buttons = (n: number, title = 'Yes') => ({
    type: 'interactive',
    interactive: {
      type: 'button',
      body: { text: 'Choose' },
      action: {
        buttons: Array.from({ length: n }, (_, i) => ({
          type: 'reply',
          reply: { id: `b${i}`, title: `${title}${i}` },
        })),
      },
    },
  })
  const rows = (n: number) => ({
    type: 'interactive',
    interactive: {
      type: 'list',
      body: { text: 'Choose' },
      action: {
        button: 'Open',
        sections: [{ title: 'S', rows: Array.from({ length: n }, (_, i) => ({ id: `r${i}`, title: `R${i}` })) }],
      },
    },
  })
  const titles = (...texts: string[]) => ({
    type: 'interactive',
    interactive: {
      type: 'button',
      body: { text: 'Choose' },
      action: { buttons: texts.map((title, i) => ({ type: 'reply', reply: { id: `b${i}`, title } })) },
    },
  })
  const link = (url: string) => ({
    type: 'interactive',
    interactive: {
      type: 'cta_url',
      body: { text: 'Pay' },
      action: { name: 'cta_url', parameters: { display_text: 'Pay', url } },
    },
  })
  const table: [string, Json, number | null][] = [
    ['a text of 4096', text(4096), null],
    ['a text of 4097', text(4097), 100],
    ['no text', { type: 'text', text: {} }, 131008],
    ['no text object', { type: 'text' }, 131008],
    ['a text that is a number', { type: 'text', text: { body: 5 } }, 131009],
    ['an unknown key', { type: 'text', text: { body: 'x', colour: 'red' } }, 100],
    ['an unknown key beside', { ...text(1), colour: 'red' }, 100],
    ['an unknown type', { type: 'poll', poll: {} }, 100],
    ['another product', { ...text(1), messaging_product: 'sms' }, 100],
    ['no recipient', { ...text(1), to: undefined }, 131008],
    ['a recipient that is no number', { ...text(1), to: 'Anna' }, 131009],
    ['the sender itself', { ...text(1), to: '+15550783881' }, 131021],
    ['callback data of 512', { ...text(1), biz_opaque_callback_data: 'x'.repeat(512) }, null],
    ['callback data of 513', { ...text(1), biz_opaque_callback_data: 'x'.repeat(513) }, 100],
    ['a file that is not there', { type: 'image', image: { id: '123' } }, 131009],
    ['a file without id and link', { type: 'image', image: { caption: 'x' } }, 100],
    ['a file with id and link', { type: 'image', image: { id: '1', link: 'https://x.test/a.jpg' } }, 100],
    ['a caption on audio', { type: 'audio', audio: { id: '1', caption: 'x' } }, 100],
    ['a caption of 1025', { type: 'image', image: { id: '1', caption: 'x'.repeat(1025) } }, 100],
    ['3 buttons', buttons(3), null],
    ['4 buttons', buttons(4), 100],
    ['a button title of 21', buttons(1, 'x'.repeat(20)), 100],
    ['two buttons of one title', titles('Yes', 'Yes'), 131009],
    ['two buttons of different titles', titles('Yes', 'No'), null],
    ['a link', link('https://shop.example/pay?id=1'), null],
    ['a link that runs something', link('javascript:alert(1)'), 131009],
    ['a link without an address', link(''), 131008],
    ['10 rows', rows(10), null],
    ['11 rows', rows(11), 100],
    ['a location', { type: 'location', location: { latitude: '37.4', longitude: '-122.1' } }, null],
    ['a location off the globe', { type: 'location', location: { latitude: 91, longitude: 0 } }, 131009],
    ['a location without longitude', { type: 'location', location: { latitude: 1 } }, 131008],
    ['contacts', { type: 'contacts', contacts: [{ name: { formatted_name: 'B' } }] }, null],
    ['contacts without a name', { type: 'contacts', contacts: [{ phones: [] }] }, 131008],
    ['two emojis', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍👍' } }, 131009],
    ['a user id of the wrong form', { ...text(1), to: undefined, recipient: 'nobody' }, 131009],
  ]
  test('follow the reference', async () => {
    const rig = await startRig()
    await openChat(rig)
    for (const [what, body, code] of table) {
      const answer = await rig.send(body)
      expect([what, answer.status === 200 ? null : errorOf(answer).code]).toEqual([what, code])
      if (code !== null) {
        expect(answer.status).toBe(400)
        expect(answer.body).toEqual({
          error: {
            message: expect.stringMatching(new RegExp(`^\\(#${code}\\) `)),
            type: 'OAuthException',
            code,
            error_data: { messaging_product: 'whatsapp', details: expect.any(String) },
            fbtrace_id: expect.any(String),
          },
        })
      }
    }
  })

  test('a body that is not JSON, a missing token and a wrong one', async () => {
    const rig = await startRig()
    expect(errorOf(await rig.graph('POST', `/${PHONE}/messages`, '{'))).toMatchObject({ code: 100 })
    const wrong = await rig.graph(
      'POST',
      `/${PHONE}/messages`,
      { messaging_product: 'whatsapp' },
      { authorization: 'Bearer other' },
    )
    expect([wrong.status, errorOf(wrong).code]).toEqual([401, 190])
    const none = await rig.graph('POST', `/${PHONE}/messages`, { messaging_product: 'whatsapp' }, { authorization: '' })
    expect([none.status, errorOf(none).code]).toEqual([401, 104])
  })

  test('an unknown number takes any token, but always the paths of Graph', async () => {
    const rig = await startRig()
    const answer = await rig.graph('GET', '/555000111222?fields=display_phone_number', undefined, {
      authorization: 'Bearer any',
    })
    expect(answer.body).toMatchObject({ id: '555000111222', display_phone_number: expect.stringMatching(/^\+1 /) })
    expect(errorOf(await rig.graph('GET', `/${PHONE}/nowhere`))).toMatchObject({ code: 100, error_subcode: 33 })
    expect(errorOf(await rig.graph('GET', '/nowhere/at/all'))).toMatchObject({ code: 2500 })
    expect(errorOf(await rig.graph('GET', '/987654321987'))).toMatchObject({ code: 100, error_subcode: 33 })
    const unversioned = await rig.call('GET', `/graph/${PHONE}?access_token=EAAtesttoken`)
    expect(unversioned.body).toMatchObject({ id: PHONE, verified_name: 'Lucky Shrub' })
  })
})

describe('what clients decide', () => {
  test('a block, an absent account and an opt-out fail later, each with its code', async () => {
    const rig = await startRig()
    await openChat(rig)
    const failure = async (body: Json) => {
      const id = wamidOf(await rig.send(body))
      const [status] = await until(() => {
        const found = statusesOf(rig, id)
        expect(found.length).toBeGreaterThan(0)
        return found
      })
      return (status?.errors as Json[] | undefined)?.[0]?.code ?? status?.status
    }
    const marketing = {
      type: 'template',
      template: {
        name: 'welcome',
        language: { code: 'en_US' },
        components: [{ type: 'body', parameters: [{ type: 'text', text: 'A' }] }],
      },
    }
    await rig.call('POST', '/phone/preferences', { from: CLIENT })
    expect(await failure(marketing)).toBe(131050)
    expect(await failure({ text: { body: 'Still welcome' } })).toBe('sent')
    await rig.call('POST', '/phone/preferences', { from: CLIENT, marketing: 'resume' })
    expect(await failure(marketing)).toBe('sent')
    await rig.call('POST', '/phone/block', { from: CLIENT })
    expect(await failure({ text: { body: 'x' } })).toBe(131026)
    await rig.call('POST', '/phone/block', { from: CLIENT, blocked: false })
    expect(await failure({ text: { body: 'x' } })).toBe('sent')
    await rig.call('POST', '/phone/profile', { from: CLIENT, onWhatsApp: false })
    expect(await failure(marketing)).toBe(131026)
  })

  test('a user id is written to like a number, and only the user id comes back', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi', userId: 'US.13491208655302741918', withoutPhone: true })
    const answer = await rig.send({ to: undefined, recipient: 'US.13491208655302741918', text: { body: 'Hello' } })
    expect(answer.body.contacts).toEqual([{ input: 'US.13491208655302741918', user_id: 'US.13491208655302741918' }])
    const id = wamidOf(answer)
    await until(() => expect(statusesOf(rig, id)).toHaveLength(2))
    expect(statusesOf(rig, id)[0]).toMatchObject({ recipient_user_id: 'US.13491208655302741918' })
    expect(statusesOf(rig, id)[0]).not.toHaveProperty('recipient_id')
    const stranger = await rig.send({ to: undefined, recipient: 'US.1', text: { body: 'Hello' } })
    await until(() => expect(statusesOf(rig, wamidOf(stranger))[0]).toMatchObject({ status: 'failed' }))
  })
})

describe('beside texts', () => {
  test('quotes, reactions, marks and typing', async () => {
    const rig = await startRig()
    const first = await openChat(rig)
    const id = wamidOf(await rig.send({ text: { body: 'Yes' }, context: { message_id: first } }))
    await rig.send({ text: { body: 'Lost' }, context: { message_id: 'wamid.unknown' } })
    const reaction = wamidOf(await rig.send({ type: 'reaction', reaction: { message_id: first, emoji: '❤️' } }))
    const wrong = wamidOf(await rig.send({ type: 'reaction', reaction: { message_id: reaction, emoji: '👍' } }))
    const list = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))
    expect(list.map((item) => item.quoted)).toEqual([null, first, null])
    expect(list[0]?.reactions).toEqual([{ by: 'business', emoji: '❤️' }])
    await rig.send({ type: 'reaction', reaction: { message_id: first, emoji: '' } })
    expect(items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))[0]?.reactions).toEqual([])
    await until(() => expect(statusesOf(rig, wrong)[0]).toMatchObject({ status: 'failed', errors: [{ code: 131009 }] }))
    await until(() => expect(statusesOf(rig, id)).toHaveLength(2))
    expect(statusesOf(rig, reaction).map((status) => status.status)).toEqual(['sent'])

    await until(async () =>
      expect(items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))[0]?.state).toBe('delivered'),
    )
    const read = await rig.graph('POST', `/${PHONE}/messages`, {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: first,
      typing_indicator: { type: 'text' },
    })
    expect(read.body).toEqual({ success: true })
    expect(items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))[0]?.state).toBe('read')
    expect(items(await rig.call('GET', '/phone/chats'))[0]).toMatchObject({ from: CLIENT_ID, typing: true })
    const unknown = await rig.graph('POST', `/${PHONE}/messages`, {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: id,
    })
    expect(errorOf(unknown)).toMatchObject({ code: 131009 })
  })

  test('the throughput of a number and the rate of a pair are enforced by the clock', async () => {
    const rig = await startRig({ frozen: true })
    const codes = async (n: number, to: (i: number) => string) => {
      const found: unknown[] = []
      for (let i = 0; i < n; i += 1) found.push(errorOf(await rig.send({ to: to(i), text: { body: 'x' } })).code ?? 200)
      return found
    }
    expect(await codes(46, () => '+16505551234')).toEqual([...Array(45).fill(200), 131056])
    rig.clock.now += 6000
    expect(await codes(2, () => '+16505551234')).toEqual([200, 131056])
    rig.clock.now += 6000
    expect(await codes(81, (i) => `+1650555${2000 + i}`)).toEqual([...Array(80).fill(200), 130429])
    rig.clock.now += 1000
    expect(await codes(1, () => '+16505559999')).toEqual([200])
  })

  test('every call is on the record with what it carried', async () => {
    const rig = await startRig()
    await openChat(rig)
    const id = wamidOf(await rig.send({ text: { body: 'x' }, biz_opaque_callback_data: 'dlv_1' }))
    await rig.send({ text: {}, biz_opaque_callback_data: 'dlv_2' })
    expect(items(await rig.call('GET', '/calls?callbackData=dlv_1'))).toEqual([
      expect.objectContaining({
        operation: 'messages',
        to: '+16505551234',
        outcome: 'accepted',
        status: 200,
        wamid: id,
        phoneNumberId: PHONE,
      }),
    ])
    expect(items(await rig.call('GET', '/calls?callbackData=dlv_2'))).toEqual([
      expect.objectContaining({ outcome: 'refused', status: 400, code: 131008, wamid: null }),
    ])
    expect(items(await rig.call('GET', '/calls?to=16505551234'))).toHaveLength(2)
  })

  test('a deregistered number sends nothing', async () => {
    const rig = await startRig()
    expect((await rig.graph('POST', `/${PHONE}/deregister`, {})).body).toEqual({ success: true })
    expect(errorOf(await rig.send({ text: { body: 'x' } }))).toMatchObject({ code: 133010 })
    const register = (pin: string) => rig.graph('POST', `/${PHONE}/register`, { messaging_product: 'whatsapp', pin })
    expect(errorOf(await register('12'))).toMatchObject({ code: 100 })
    expect((await register('123456')).body).toEqual({ success: true })
    expect(errorOf(await register('654321'))).toMatchObject({ code: 133005 })
    expect((await rig.send({ text: { body: 'x' } })).status).toBe(200)
    expect((await rig.graph('GET', `/${WABA}/phone_numbers`)).body.data).toEqual([
      expect.objectContaining({ id: PHONE, display_phone_number: '+1 555-078-3881' }),
    ])
  })
})
