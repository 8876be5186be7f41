import { afterAll, beforeAll, expect, test } from 'vitest'
import { dialog360 } from '../../../src/channels/dialog360/adapter.ts'
import { dialog360Account } from '../../../src/channels/dialog360/config.ts'
import { addProviderChannel } from '../../channels/provider-channel.ts'
import { until } from './harness.ts'
import { CLIENT, never, openParley, outgoing, type Parley, PNG, text } from './played.ts'

/** A number at 360dialog: Meta's stand-in and its phone, behind another door. */
let parley: Parley
beforeAll(async () => {
  parley = await openParley()
})
afterAll(() => parley.close())

let numbers = 0
async function play() {
  const stage = await parley.stage('phone')
  numbers += 1
  const account = dialog360Account.parse({
    phoneNumberId: `36000000000000${numbers}`,
    wabaId: '360000000000009',
    apiKey: `a-key-of-360dialog-${numbers}`,
    webhookKey: 'a-webhook-key-0001',
    apiUrl: `${stage.url}/dialog360`,
  })
  const channel = await addProviderChannel(parley.database, 'dialog360', { ...account })
  const write = (more: object) =>
    stage.post('messages', { from: CLIENT, name: 'Ada', phoneNumberId: account.phoneNumberId, ...more })
  const seen = async () =>
    (await stage.get(`messages?from=${encodeURIComponent(CLIENT)}&phoneNumberId=${account.phoneNumberId}`)) as {
      direction: string
    }[]
  return { ...stage, account, channel, write, seen }
}

test('a conversation goes there and back, by the key in the address and then by the one in a header', async () => {
  const played = await play()
  expect((await played.write({ text: 'Do you ship abroad?' })).status).toBe(201)
  await until(async () =>
    expect(await parley.heard(played.channel)).toMatchObject([{ kind: 'text', text: 'Do you ship abroad?' }]),
  )
  await parley.answer(played.channel, { kind: 'text', text: 'Yes, we do' })
  await until(async () => expect(await parley.fate(played.channel)).toMatchObject({ state: 'delivered' }))
  await played.post('read', { from: CLIENT, phoneNumberId: played.account.phoneNumberId })
  await until(async () => expect(await parley.fate(played.channel)).toMatchObject({ state: 'read' }))
  expect(await played.seen()).toMatchObject([{ text: 'Do you ship abroad?' }, { text: 'Yes, we do', state: 'read' }])

  const address = `https://parley.example.test/webhooks/${played.channel}`
  expect(await dialog360.subscribe(played.account, address, never)).toEqual({ ok: true })
  await played.write({ text: 'And to Norway?' })
  await until(async () => expect(await parley.heard(played.channel)).toHaveLength(2))
})

test('has files both ways and templates', async () => {
  const { account, ...played } = await play()
  await played.write({ media: { mime: 'image/png', dataBase64: PNG, caption: 'This one' } })
  await until(async () =>
    expect(await parley.heard(played.channel)).toMatchObject([{ kind: 'image', text: 'This one' }]),
  )
  const events = `select payload from conversation_events where channel_id = $1 and kind = 'message.received'`
  const [{ payload } = {}] = await parley.rows(events, played.channel)
  const { mediaId } = (payload as { message: { content: { media: { mediaId: string } } } }).message.content.media
  const file = await dialog360.download(account, mediaId, never)
  if (!file.ok) throw new Error(file.failure.detail)
  expect(Buffer.from(await new Response(file.body).arrayBuffer()).toString('base64')).toBe(PNG)

  const bytes = Buffer.from(PNG, 'base64')
  const upload = await dialog360.upload(
    account,
    { mime: 'image/png', name: 'one.png', size: bytes.length, open: async () => new Blob([bytes]).stream() },
    never,
  )
  if (!upload.ok) throw new Error(upload.failure.detail)
  const picture = { kind: 'media', media: 'image', mediaId: upload.mediaId, caption: null, fileName: null } as const
  expect(await dialog360.send(account, outgoing(picture as never), never)).toMatchObject({ outcome: 'accepted' })
  expect((await played.seen()).at(-1)).toMatchObject({ kind: 'image', direction: 'to_client' })

  const api = dialog360.templates
  const made = await api?.create(
    account,
    {
      name: 'table_ready',
      language: 'en',
      category: 'utility',
      parameterFormat: 'positional',
      components: [{ type: 'BODY', text: 'Your table {{1}} is ready', example: { body_text: [['7']] } }],
    },
    never,
  )
  expect(made).toMatchObject({ ok: true, status: 'pending' })
  const names = async () => {
    const listed = await api?.list(account, never)
    return listed?.ok ? listed.templates.map(({ name }) => name) : []
  }
  expect(await names()).toContain('table_ready')
  expect(await api?.remove(account, 'table_ready', null, never)).toEqual({ ok: true })
  expect(await names()).not.toContain('table_ready')
})

test('a template with a picture above its text is made by a sample, and no other handle will do', async () => {
  const { account } = await play()
  const bytes = Buffer.from(PNG, 'base64')
  const file = { mime: 'image/png', name: 'coat.png', size: bytes.length, open: async () => new Blob([bytes]).stream() }
  const sample = await dialog360.templates?.uploadSample?.(account, file, never)
  if (!sample?.ok) throw new Error('no sample')
  const made = (handle: string, name: string) =>
    dialog360.templates?.create(
      account,
      {
        name,
        language: 'en',
        category: 'utility',
        parameterFormat: 'positional',
        components: [
          { type: 'HEADER', format: 'IMAGE', example: { header_handle: [handle] } },
          { type: 'BODY', text: 'Your coat is ready' },
        ],
      },
      never,
    )
  expect(await made(sample.handle, 'with_coat')).toMatchObject({ ok: true, status: 'pending' })
  expect(await made('4:IMAGE:made:up', 'without_coat')).toMatchObject({ ok: false, failure: { code: '100' } })
  const refused = { ...account, apiKey: 'nobodys-key-0001' }
  expect(await dialog360.templates?.uploadSample?.(refused, file, never)).toMatchObject({
    ok: false,
    failure: { code: 'key_refused' },
  })
})

test('a key is let in to be checked, and knows one number', async () => {
  const { account } = await play()
  expect(await dialog360.check(account, never)).toMatchObject({ ok: true })
  const another = { ...account, apiKey: 'nobodys-key-0001' }
  expect(await dialog360.send(another, text('From nobody'), never)).toMatchObject({
    outcome: 'rejected',
    failure: { code: 'key_refused' },
  })
})

test('fails as the control side tells it to', async () => {
  const played = await play()
  await played.write({ text: 'Hello' })
  const { phoneNumberId } = played.account
  const fault = { kind: 'error', code: 130429, times: 1, match: { phoneNumberId } }
  const asked = await fetch(`${played.url}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  })
  expect(asked.status).toBe(201)
  expect(await dialog360.send(played.account, text('Too fast'), never)).toMatchObject({
    outcome: 'rejected',
    failure: { code: '130429' },
  })
  expect(await dialog360.send(played.account, text('Now'), never)).toMatchObject({ outcome: 'accepted' })
})
