import { afterAll, beforeAll, expect, it } from 'vitest'
import type { UserId } from '../../src/domain/ids.ts'
import { startSession } from '../../src/store/access/sessions.ts'
import { inTransaction } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { PHONE, type Rig, startRig, TOKEN, WABA } from '../dev/simulator/harness.ts'
import { type Desk, openDesk, PNG, type Worker } from './work/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

/** A channel of a simulator's account, and somebody who writes its templates. */
async function connect(): Promise<{ rig: Rig; channel: string; anna: Worker }> {
  await desk.database.pool.query(
    "update channels set deleted_at = now() where provider = 'whatsapp-cloud' and name = 'Shop'",
  )
  const rig = await startRig()
  const made = await desk.owner('/api/channels', {
    body: {
      provider: 'whatsapp-cloud',
      name: 'Shop',
      phoneNumberId: PHONE,
      wabaId: WABA,
      accessToken: TOKEN,
      appSecret: 'secret',
      verifyToken: 'verify-me',
      graphUrl: `${rig.url}/graph`,
    },
  })
  return { rig, channel: made.json.id, anna: await signedIn(await desk.addUser('author')) }
}

/** Somebody who writes templates, with files of theirs. */
async function signedIn(id: UserId): Promise<Worker> {
  const token = await inTransaction(desk.database.db, (tx) => startSession(tx, id, null))
  const cookie = `parley=${token}`
  return {
    id,
    cookie,
    ask: (path, asking) => desk.ask(path, { cookie, ...asking }),
  }
}
const PDF = Buffer.from('%PDF-1.7\n')
const template = (channel: string, format: string, handle: string) => ({
  channelId: channel,
  name: `with_${format.toLowerCase()}`,
  language: 'en_US',
  category: 'utility',
  components: [
    { type: 'HEADER', format, example: { header_handle: [handle] } },
    { type: 'BODY', text: 'Your order is on its way.' },
  ],
})

it('makes a template with a picture above its text, by a sample that Meta gave a handle for', async () => {
  const { channel, anna } = await connect()
  const file = await desk.upload(anna, PNG, 'über "coat".png')
  const sample = await anna.ask('/api/templates/samples', { body: { channelId: channel, attachmentId: file.json.id } })
  expect([sample.status, sample.json]).toEqual([201, { handle: expect.stringMatching(/^4:IMAGE:/), format: 'IMAGE' }])
  const made = await anna.ask('/api/templates', { body: template(channel, 'IMAGE', sample.json.handle) })
  expect([made.status, made.json.parameters.header]).toEqual([201, expect.objectContaining({ kind: 'image' })])

  const document = await desk.upload(anna, PDF, 'price list.pdf')
  const second = await anna.ask('/api/templates/samples', {
    body: { channelId: channel, attachmentId: document.json.id },
  })
  expect(second.json.format).toBe('DOCUMENT')
  // A handle of another kind, and one that nobody gave, are Meta's to refuse.
  for (const handle of [second.json.handle, '4:VIDEO:made:up']) {
    const refused = await anna.ask('/api/templates', { body: template(channel, 'VIDEO', handle) })
    expect([refused.status, refused.json.error.code]).toEqual([422, 'template_refused'])
  }
  expect(desk.logged.join('\n')).not.toMatch(/coat|price list/)
})

it('takes what Meta reviews, of one’s own, for channels of one’s own', async () => {
  const { channel, anna } = await connect()
  const give = (attachmentId: string, to = channel, who = anna) =>
    who.ask('/api/templates/samples', { body: { channelId: to, attachmentId } })
  const code = async (asked: ReturnType<typeof give>) => {
    const { status, json } = await asked
    return [status, json.error?.code ?? null]
  }
  const text = await desk.upload(anna, Buffer.from('hello'), 'a.txt')
  expect(await code(give(text.json.id))).toEqual([422, 'sample_not_accepted'])
  const picture = await desk.upload(anna, PNG, 'a.png')
  expect(await code(give(picture.json.id, newId()))).toEqual([404, 'not_found'])
  expect(await code(give(newId()))).toEqual([404, 'not_found'])
  const other = await signedIn(await desk.addUser('author', { channelIds: [desk.channel] }))
  expect(await code(give(picture.json.id, channel, other))).toEqual([404, 'not_found'])
  expect(await code(give(picture.json.id, desk.channel, other))).toEqual([404, 'not_found'])
  const operator = await desk.addWorker()
  expect((await operator.ask('/api/templates/samples', { body: {} })).status).toBe(403)
  await desk.database.pool.query('update attachments set size = 6000000 where id = $1', [picture.json.id])
  expect(await code(give(picture.json.id))).toEqual([422, 'sample_not_accepted'])
})

it('says what Meta says where it takes none', async () => {
  const { rig, channel, anna } = await connect()
  const picture = await desk.upload(anna, PNG, 'a.png')
  const give = () => anna.ask('/api/templates/samples', { body: { channelId: channel, attachmentId: picture.json.id } })
  await rig.call('POST', '/faults', { kind: 'error', code: 190, on: 'upload', times: 1 })
  expect((await give()).json.error).toMatchObject({ code: 'template_refused', details: { providerCode: '190' } })
  await rig.call('POST', '/faults', { kind: 'http', on: 'upload', times: 1 })
  expect((await give()).json.error.code).toBe('provider_unavailable')
  expect((await give()).status).toBe(201)
})
