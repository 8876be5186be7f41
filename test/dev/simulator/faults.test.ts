import { describe, expect, test } from 'vitest'
import { chance } from '../../../src/dev/simulator/faults.ts'
import {
  arrived,
  bodies,
  CLIENT_ID,
  errorOf,
  items,
  type Json,
  listIn,
  objectIn,
  PHONE,
  type Rig,
  startRig,
  TOKEN,
  until,
  wamidOf,
} from './harness.ts'

const fault = async (rig: Rig, body: Json): Promise<string> => {
  const answer = await rig.call('POST', '/faults', body)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return String(answer.body.id)
}
const text = { text: { body: 'x' } }
const received = async (rig: Rig) =>
  items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`)).filter((item) => item.direction === 'to_client')
const outcomes = async (rig: Rig) =>
  items(await rig.call('GET', '/calls?operation=messages')).map((call) => call.outcome)

describe('before the call takes effect', () => {
  test("an error has Graph's envelope and the wish for a pause, and ends with its times", async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    await fault(rig, {
      on: 'messages',
      kind: 'error',
      code: 130429,
      subcode: 2494055,
      details: 'Too fast.',
      retryAfter: 7,
      times: 2,
    })
    for (let n = 0; n < 2; n += 1) {
      const answer = await rig.send(text)
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([400, '7'])
      expect(errorOf(answer)).toMatchObject({
        code: 130429,
        error_subcode: 2494055,
        error_data: { details: 'Too fast.' },
      })
    }
    expect((await rig.send(text)).status).toBe(200)
    expect(await received(rig)).toHaveLength(1)
    expect(await outcomes(rig)).toEqual(['refused', 'refused', 'accepted'])
    expect(items(await rig.call('GET', '/faults'))[0]).toMatchObject({ kind: 'error', used: 2, times: 2 })
  })

  test.each([
    [131000, 500],
    [131016, 500],
    [190, 401],
    [2, 503],
    [132001, 404],
  ])('error %d is answered with HTTP %d', async (code, status) => {
    const rig = await startRig()
    await fault(rig, { on: 'messages', kind: 'error', code })
    expect((await rig.send(text)).status).toBe(status)
  })

  test('a page that is not JSON, and a reset', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    await fault(rig, { on: 'messages', kind: 'http', status: 502, body: '<html>bad gateway</html>', times: 1 })
    const answer = await rig.send(text)
    expect([answer.status, answer.body.text]).toEqual([502, '<html>bad gateway</html>'])
    await fault(rig, { on: 'messages', kind: 'reset_before', times: 1 })
    await expect(rig.send(text)).rejects.toThrow()
    expect(await received(rig)).toEqual([])
    expect(await outcomes(rig)).toEqual(['refused', 'reset'])
  })

  test('a revoked token and an unknown number strike every call, here for one number', async () => {
    const rig = await startRig()
    await fault(rig, { kind: 'token_revoked', match: { phoneNumberId: PHONE } })
    const check = await rig.graph('GET', `/${PHONE}?fields=id`)
    expect([check.status, errorOf(check).code]).toEqual([401, 190])
    expect(errorOf(await rig.send(text))).toMatchObject({ code: 190 })
    expect((await rig.graph('GET', '/999888777?fields=id')).status).toBe(200)
    await rig.call('DELETE', '/faults')
    await fault(rig, { kind: 'number_unknown', on: 'check' })
    expect(errorOf(await rig.graph('GET', `/${PHONE}?fields=id`))).toMatchObject({ code: 100, error_subcode: 33 })
  })

  test('a match on the recipient spares the others', async () => {
    const rig = await startRig()
    await fault(rig, { on: 'messages', kind: 'error', match: { to: '+1 650 555 1234' } })
    expect((await rig.send(text)).status).toBe(500)
    expect((await rig.send({ ...text, to: '+16505550000' })).status).toBe(200)
  })

  test('a probability strikes as its seed says, again and again', async () => {
    const strikes = async () => {
      const rig = await startRig()
      await fault(rig, { on: 'messages', kind: 'error', code: 131016, probability: 0.5, seed: 7 })
      const found: number[] = []
      for (let n = 0; n < 20; n += 1) found.push((await rig.send(text)).status)
      return found
    }
    const expected = Array.from({ length: 20 }, (_, n) => (chance(7, n) < 0.5 ? 500 : 200))
    expect(await strikes()).toEqual(expected)
    expect(await strikes()).toEqual(expected)
    expect(new Set(expected).size).toBe(2)
  })

  test('a slow answer comes all the same', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    await fault(rig, { on: 'messages', kind: 'slow', ms: 50 })
    expect((await rig.send(text)).status).toBe(200)
    expect(items(await rig.call('GET', '/calls'))[0]).toMatchObject({ faults: ['slow'], outcome: 'accepted' })
  })

  test('a fault that makes no sense is refused', async () => {
    const rig = await startRig()
    for (const body of [
      { kind: 'nonsense' },
      { kind: 'slow' },
      { kind: 'error', on: 'nowhere' },
      { kind: 'error', times: 0 },
      { kind: 'http', colour: 1 },
    ]) {
      expect((await rig.call('POST', '/faults', body)).status).toBe(400)
    }
    expect((await rig.call('DELETE', '/faults/nothing')).status).toBe(404)
  })
})

describe('after the call took effect', () => {
  test.each(['timeout_after_accept', 'reset_after_accept'])(
    '%s: the client has it, the statuses come, the caller knows nothing',
    async (kind) => {
      const rig = await startRig()
      await rig.write({ text: 'Hi' })
      await fault(rig, { on: 'messages', kind, times: 1 })
      const giveUp = new AbortController()
      const call = fetch(`${rig.url}/graph/v24.0/${PHONE}/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          messaging_product: 'whatsapp',
          to: '+16505551234',
          biz_opaque_callback_data: 'dlv_5',
          ...text,
        }),
        signal: giveUp.signal,
      })
      const failed = expect(call).rejects.toThrow()
      await until(() =>
        expect(
          arrived(rig.receiver, 'statuses').map(({ status, biz_opaque_callback_data }) => [
            status,
            biz_opaque_callback_data,
          ]),
        ).toEqual([
          ['sent', 'dlv_5'],
          ['delivered', 'dlv_5'],
        ]),
      )
      giveUp.abort()
      await failed
      expect(await received(rig)).toHaveLength(1)
      const [record, ...more] = items(await rig.call('GET', '/calls?callbackData=dlv_5'))
      expect(more).toEqual([])
      expect(record).toMatchObject({
        outcome: kind === 'timeout_after_accept' ? 'timeout' : 'reset',
        wamid: (await received(rig))[0]?.id,
      })
    },
  )

  test('a held socket is let go by stop()', async () => {
    const rig = await startRig()
    await fault(rig, { on: 'messages', kind: 'timeout_after_accept' })
    const call = expect(rig.send(text)).rejects.toThrow()
    await until(async () => expect(await outcomes(rig)).toEqual(['timeout']))
    await rig.stop()
    await call
  })

  test('the status can be there before the answer', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    await until(() => expect(rig.receiver.posts).toHaveLength(1))
    await fault(rig, { kind: 'status_before_response' })
    const id = wamidOf(await rig.send(text))
    expect(arrived(rig.receiver, 'statuses')[0]).toMatchObject({ id, status: 'sent' })
    await until(() => expect(arrived(rig.receiver, 'statuses')).toHaveLength(2))
  })

  test('statuses can stay away', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    await fault(rig, { kind: 'no_statuses', times: 1 })
    const silent = wamidOf(await rig.send(text))
    const heard = wamidOf(await rig.send(text))
    await until(() => expect(arrived(rig.receiver, 'statuses')).toHaveLength(2))
    expect(arrived(rig.receiver, 'statuses').map((status) => status.id)).toEqual([heard, heard])
    expect((await received(rig)).map((item) => item.id)).toEqual([silent, heard])
  })
})

describe('media', () => {
  test('a run-out address and a wrong hash', async () => {
    const rig = await startRig()
    const body = new FormData()
    body.set('messaging_product', 'whatsapp')
    body.set('file', new File(['x'], 'a.png', { type: 'image/png' }))
    const { id } = (await rig.graph('POST', `/${PHONE}/media`, body)).body
    const right = (await rig.graph('GET', `/${id}`)).body
    await fault(rig, { kind: 'wrong_sha', times: 1 })
    const wrong = (await rig.graph('GET', `/${id}`)).body
    expect(wrong.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(wrong.sha256).not.toBe(right.sha256)
    await fault(rig, { kind: 'expired_media', times: 1 })
    const get = () => fetch(String(right.url), { headers: { authorization: `Bearer ${TOKEN}` } })
    expect((await get()).status).toBe(404)
    expect((await get()).status).toBe(200)
    await fault(rig, { kind: 'expired_media', on: 'media', times: 1 })
    const { url } = (await rig.graph('GET', `/${id}`)).body
    expect((await fetch(String(url), { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(404)
    await fault(rig, { kind: 'error', on: 'upload', code: 131016, times: 1 })
    const again = new FormData()
    again.set('messaging_product', 'whatsapp')
    again.set('file', new File(['x'], 'a.png', { type: 'image/png' }))
    expect((await rig.graph('POST', `/${PHONE}/media`, again)).status).toBe(500)
  })
})

describe('webhooks', () => {
  const texts = (rig: Rig) => arrived(rig.receiver, 'messages').map((message) => (message.text as Json).body)

  test('come several times, byte for byte', async () => {
    const rig = await startRig()
    await fault(rig, { kind: 'duplicate_webhooks', n: 3, times: 1 })
    await rig.write({ text: 'Hi' })
    await until(() => expect(rig.receiver.posts).toHaveLength(4))
    expect(new Set(rig.receiver.posts.map((post) => post.raw.toString())).size).toBe(1)
    await rig.write({ text: 'Once' })
    await until(() => expect(texts(rig)).toEqual(['Hi', 'Hi', 'Hi', 'Hi', 'Once']))
  })

  test('come in one POST', async () => {
    const rig = await startRig()
    await fault(rig, { kind: 'batch', n: 3 })
    for (const one of ['a', 'b', 'c']) await rig.write({ text: one })
    await until(() => expect(rig.receiver.posts).toHaveLength(1))
    expect(texts(rig)).toEqual(['a', 'b', 'c'])
    const [entry, ...more] = listIn(bodies(rig.receiver)[0], 'entry')
    expect(more).toEqual([])
    const [change, ...others] = listIn(entry, 'changes')
    expect(others).toEqual([])
    expect(objectIn(change, 'value').contacts).toHaveLength(1)
  })

  test('of several kinds stand in one POST as several changes', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    await until(() => expect(rig.receiver.posts).toHaveLength(1))
    await fault(rig, { kind: 'batch', n: 4 })
    await rig.write({ text: 'a' })
    await rig.send(text)
    await rig.call('POST', '/phone/preferences', { from: CLIENT_ID })
    await until(() => expect(rig.receiver.posts).toHaveLength(2))
    const [entry] = listIn(bodies(rig.receiver)[1], 'entry')
    const kinds = listIn(entry, 'changes').map((change) =>
      ['messages', 'statuses', 'user_preferences'].map(
        (list) => ((change.value as Json)[list] as Json[] | undefined)?.length ?? 0,
      ),
    )
    expect(kinds).toEqual([
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 1],
    ])
  })

  test('come in another order, each once', async () => {
    const rig = await startRig()
    await fault(rig, { kind: 'disorder', n: 5 })
    const written = ['a', 'b', 'c', 'd', 'e']
    for (const one of written) await rig.write({ text: one })
    await until(() => expect(rig.receiver.posts).toHaveLength(5))
    expect(texts(rig)).not.toEqual(written)
    expect(texts(rig).sort()).toEqual(written)
  })

  test('wait until the fault is removed', async () => {
    const rig = await startRig()
    const id = await fault(rig, { kind: 'hold_webhooks', match: { from: CLIENT_ID } })
    await rig.write({ text: 'held' })
    await rig.write({ from: '+16505550000', text: 'free' })
    await until(() => expect(texts(rig)).toEqual(['free']))
    expect(items(await rig.call('GET', '/webhooks'))).toEqual([expect.objectContaining({ heldBy: id })])
    expect((await rig.call('DELETE', `/faults/${id}`)).status).toBe(204)
    await until(() => expect(texts(rig)).toEqual(['free', 'held']))
  })
})
