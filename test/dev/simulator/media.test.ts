import { createHash, randomBytes } from 'node:crypto'
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
  TOKEN,
  until,
  wamidOf,
} from './harness.ts'

const MB = 1024 * 1024
const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function form(bytes: Uint8Array<ArrayBuffer>, mime: string, more: Record<string, string> = {}): FormData {
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', mime)
  form.set('file', new File([bytes], 'file.bin', { type: mime }))
  for (const [key, value] of Object.entries(more)) form.set(key, value)
  return form
}
const upload = (rig: Rig, bytes: Uint8Array<ArrayBuffer>, mime: string, phone = PHONE) =>
  rig.graph('POST', `/${phone}/media`, form(bytes, mime))
const fetchUrl = (url: unknown, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  fetch(String(url), { headers })

describe('a file of ours', () => {
  test('is uploaded, resolved, fetched in parts, sent and deleted', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    const bytes = new Uint8Array(randomBytes(5000))
    const { id } = (await upload(rig, bytes, 'application/pdf')).body
    const meta = (await rig.graph('GET', `/${id}?phone_number_id=${PHONE}`)).body
    expect(meta).toEqual({
      messaging_product: 'whatsapp',
      url: expect.stringContaining(`${rig.url}/graph/attachments/`),
      mime_type: 'application/pdf',
      sha256: hex(bytes),
      file_size: 5000,
      id,
    })
    const whole = await fetchUrl(meta.url)
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, '5000'])
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)
    const part = await fetchUrl(meta.url, { authorization: `Bearer ${TOKEN}`, range: 'bytes=100-199' })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 100-199/5000'])
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true)
    expect((await fetchUrl(meta.url, {})).status).toBe(404)
    expect((await fetchUrl(meta.url, { authorization: 'Bearer other' })).status).toBe(404)

    const sent = await rig.send({ type: 'document', document: { id, filename: 'Счёт №7.pdf', caption: 'Here' } })
    expect(sent.status).toBe(200)
    const shown = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`)).at(-1) as Json
    expect(shown).toMatchObject({ kind: 'document', text: 'Here' })
    expect(shown.media).toMatchObject({ name: 'Счёт №7.pdf', mime: 'application/pdf', size: 5000, sha256: hex(bytes) })
    const onPhone = await fetch(`${new URL(rig.url).origin}${(shown.media as Json).url}`)
    expect(onPhone.headers.get('content-disposition')).toBe('attachment')
    expect(onPhone.headers.get('content-security-policy')).toContain('sandbox')
    expect(Buffer.from(await onPhone.arrayBuffer()).equals(bytes)).toBe(true)

    expect((await rig.graph('DELETE', `/${id}`)).body).toEqual({ success: true })
    expect(errorOf(await rig.graph('GET', `/${id}`))).toMatchObject({ code: 100, error_subcode: 33 })
    expect(errorOf(await rig.send({ type: 'document', document: { id } }))).toMatchObject({ code: 131009 })
  })

  test('has an address of 5 minutes and an id of 30 days', async () => {
    const rig = await startRig({ frozen: true })
    const { id } = (await upload(rig, new Uint8Array(10).fill(7), 'image/png')).body
    const { url } = (await rig.graph('GET', `/${id}`)).body
    rig.clock.now += 299_000
    expect((await fetchUrl(url)).status).toBe(200)
    rig.clock.now += 2000
    expect((await fetchUrl(url)).status).toBe(404)
    const forged = String(url).replace(/ext=\d+/, `ext=${Math.floor(rig.clock.now / 1000) + 100}`)
    expect((await fetchUrl(forged)).status).toBe(404)
    rig.clock.now += 30 * 24 * 3600 * 1000
    expect(errorOf(await rig.graph('GET', `/${id}`))).toMatchObject({ code: 100 })
  })

  test.each([
    ['image/jpeg', 5 * MB],
    ['video/mp4', 16 * MB],
    ['audio/ogg; codecs=opus', 16 * MB],
    ['image/webp', 500 * 1024],
  ])('%s may have %d bytes and not one more', async (mime, limit) => {
    const rig = await startRig()
    expect((await upload(rig, new Uint8Array(limit), mime)).status).toBe(200)
    const over = await upload(rig, new Uint8Array(limit + 1), mime)
    expect([over.status, errorOf(over).code]).toEqual([400, 131053])
  })

  test('is refused when its kind is not taken, or the form is not whole', async () => {
    const rig = await startRig()
    for (const mime of ['image/heic', 'audio/webm', 'video/quicktime', 'application/zip', 'text/html']) {
      expect(errorOf(await upload(rig, new Uint8Array(5), mime)), mime).toMatchObject({ code: 100 })
    }
    const mixed = form(new Uint8Array(5), 'image/png', { type: 'image/jpeg' })
    expect(errorOf(await rig.graph('POST', `/${PHONE}/media`, mixed))).toMatchObject({ code: 100 })
    const other = form(new Uint8Array(5), 'image/png', { messaging_product: 'sms' })
    expect(errorOf(await rig.graph('POST', `/${PHONE}/media`, other))).toMatchObject({ code: 100 })
    expect(errorOf(await rig.graph('POST', `/${PHONE}/media`, {}))).toMatchObject({ code: 100 })
    expect(errorOf(await upload(rig, new Uint8Array(0), 'image/png'))).toMatchObject({ code: 131053 })
  })

  test('belongs to its number and fits its type', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    const { id } = (await upload(rig, new Uint8Array(10).fill(7), 'image/png', '777000777000')).body
    expect(errorOf(await rig.send({ type: 'image', image: { id } }))).toMatchObject({ code: 131009 })
    expect(errorOf(await rig.graph('GET', `/${id}?phone_number_id=${PHONE}`))).toMatchObject({
      code: 100,
      error_subcode: 33,
    })
    const own = (await upload(rig, new Uint8Array(10).fill(7), 'image/png')).body.id
    const asVideo = wamidOf(await rig.send({ type: 'video', video: { id: own } }))
    await until(() =>
      expect(arrived(rig.receiver, 'statuses').find((status) => status.id === asVideo)).toMatchObject({
        status: 'failed',
        errors: [{ code: 131053 }],
      }),
    )
  })

  test('may be a link, which is fetched; what is wrong with it shows later', async () => {
    const rig = await startRig()
    await rig.write({ text: 'Hi' })
    await rig.write({ media: { dataBase64: Buffer.from('png').toString('base64'), mime: 'image/png', name: 'a.png' } })
    const theirs = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`)).at(-1) as Json
    const link = `${new URL(rig.url).origin}${(theirs.media as Json).url}`
    const good = wamidOf(await rig.send({ type: 'image', image: { link } }))
    const bad = wamidOf(await rig.send({ type: 'image', image: { link: `${link}0` } }))
    await until(() => {
      const statuses = arrived(rig.receiver, 'statuses')
      expect(statuses.filter((status) => status.id === good)).toHaveLength(2)
      expect(statuses.find((status) => status.id === bad)).toMatchObject({ errors: [{ code: 131053 }] })
    })
  })
})

describe("a client's file", () => {
  test('comes with a base64 hash and can be fetched in two steps for 7 days', async () => {
    const rig = await startRig({ frozen: true })
    const bytes = randomBytes(3000)
    await rig.write({ media: { dataBase64: bytes.toString('base64'), mime: 'audio/ogg', voice: true } })
    const [message] = await until(() => {
      const found = arrived(rig.receiver, 'messages')
      expect(found).toHaveLength(1)
      return found
    })
    const audio = message?.audio as Json
    expect(message).toMatchObject({ type: 'audio', from: CLIENT_ID })
    expect(audio).toMatchObject({
      voice: true,
      mime_type: 'audio/ogg; codecs=opus',
      sha256: createHash('sha256').update(bytes).digest('base64'),
    })
    expect((await fetchUrl(audio.url)).status).toBe(200)
    const meta = (await rig.graph('GET', `/${audio.id}`)).body
    expect(Buffer.from(await (await fetchUrl(meta.url)).arrayBuffer()).equals(bytes)).toBe(true)
    rig.clock.now += 7 * 24 * 3600 * 1000 + 1
    expect(errorOf(await rig.graph('GET', `/${audio.id}`))).toMatchObject({ code: 100 })
  })

  test('may be uploaded as a form, with a hostile name kept as it is', async () => {
    const rig = await startRig()
    const body = new FormData()
    body.set('message', JSON.stringify({ from: CLIENT, name: 'Sheena', media: { caption: 'signed' } }))
    body.set('file', new File(['%PDF'], '..⁄"<b>.pdf', { type: 'application/pdf' }))
    expect((await rig.call('POST', '/phone/messages', body)).status).toBe(201)
    await until(() =>
      expect(arrived(rig.receiver, 'messages')[0]).toMatchObject({
        type: 'document',
        document: { filename: '..⁄"<b>.pdf', caption: 'signed', mime_type: 'application/pdf' },
      }),
    )
    const plain = new FormData()
    for (const [key, value] of Object.entries({ from: CLIENT, caption: 'photo' })) plain.set(key, value)
    plain.set('file', new File(['x'], 'p.jpg', { type: 'image/jpeg' }))
    expect((await rig.call('POST', '/phone/messages', plain)).status).toBe(201)
    await until(() =>
      expect(arrived(rig.receiver, 'messages')[1]).toMatchObject({ type: 'image', image: { caption: 'photo' } }),
    )
  })

  test('of more than 100 MB arrives as an error', async () => {
    const rig = await startRig()
    const body = new FormData()
    body.set('message', JSON.stringify({ from: CLIENT }))
    body.set('file', new File([new Uint8Array(100 * MB + 1)], 'film.mp4', { type: 'video/mp4' }))
    expect((await rig.call('POST', '/phone/messages', body)).status).toBe(201)
    await until(() =>
      expect(arrived(rig.receiver, 'messages')[0]).toMatchObject({ type: 'unsupported', errors: [{ code: 131052 }] }),
    )
  })

  test('other bodies may have 1 MB', async () => {
    const rig = await startRig()
    const answer = await rig.send({ text: { body: 'x'.repeat(MB) } })
    expect(answer.status).toBe(413)
    expect((await rig.call('POST', '/faults', { kind: 'error', details: 'x'.repeat(MB) })).status).toBe(413)
  })
})
