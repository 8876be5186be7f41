import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sign } from '../intake/webhook-server.ts'
import { eventually } from '../kit/eventually.ts'
import { API_TOKEN, openRunningHouse, type RunningHouse } from '../kit/running-house.ts'

/** The files of a phone app's history come into our own store (M4, M12): the worker fetches them from the simulator. */

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
}, 60_000)
afterAll(() => house.close())
beforeEach(() => house.clearFaults())

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
const CLIENT = '16505551234'
const NUMBER = '106540352242922'

/** @returns what Meta calls a file that it keeps */
async function keptByMeta(): Promise<string> {
  const form = new FormData()
  form.append('messaging_product', 'whatsapp')
  form.append('file', new Blob([PNG], { type: 'image/png' }), 'photo.png')
  const answer = await fetch(`${house.url}/simulator/graph/v23.0/${NUMBER}/media`, {
    method: 'POST',
    headers: { authorization: 'Bearer token-of-the-test' },
    body: form,
  })
  const { id } = (await answer.json()) as { id: string }
  return id
}

let images = 0
/** The history brings a picture. @returns its message's id */
async function imported(mediaId: string, sha256 = createHash('sha256').update(PNG).digest('hex')): Promise<string> {
  const id = `wamid.history.${++images}`
  const metadata = { phone_number_id: NUMBER, display_phone_number: '15550783881' }
  const image = { mime_type: 'image/png', sha256, id: mediaId, caption: 'Look' }
  const messages = [{ from: CLIENT, id, timestamp: '1759990000', type: 'image', image }]
  const changes = [{ field: 'history', value: { messaging_product: 'whatsapp', metadata, messages } }]
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', time: 1760000000, changes }] })
  const answer = await fetch(`${house.url}/webhooks/${house.channel}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(body) },
    body,
  })
  expect(answer.status).toBe(200)
  return id
}
interface Shown {
  id: string
  state: string
  error: { code: string; message: string } | null
}
async function fileOf(message: string): Promise<Shown> {
  const { body } = await house.api<{ items: { id: string; file: Shown }[] }>(
    'GET',
    `/api/channels/${house.channel}/history?client=%2B${CLIENT}`,
  )
  const found = body.items.find(({ id }) => id === message)
  if (!found) throw new Error('the message was not imported')
  return found.file
}
const becomes = (message: string, state: string) =>
  eventually(async () => {
    const file = await fileOf(message)
    if (file.state !== state) throw new Error(`it is ${file.state}`)
    return file
  })
const workflowOf = (file: Shown) => house.temporal.workflow.getHandle(`imported-file-${file.id}`)

describe('a file of the history', () => {
  it('comes into our store, and its workflow ends', async () => {
    const message = await imported(await keptByMeta())
    const file = await becomes(message, 'stored')
    const given = await fetch(`${house.url}/api/attachments/${file.id}/content`, {
      headers: { authorization: `Bearer ${API_TOKEN}` },
    })
    expect(Buffer.from(await given.arrayBuffer()).equals(PNG)).toBe(true)
    await workflowOf(file).result()
    const { rows } = await house.database.pool.query(
      'select a.sha256, a.name, f.open from attachments a join imported_files f on f.attachment_id = a.id where a.id = $1',
      [file.id],
    )
    expect(rows).toEqual([{ sha256: createHash('sha256').update(PNG).digest('hex'), name: 'image.png', open: false }])
  })

  it('that Meta does not have is not available, with the reason, and is asked for no more', async () => {
    const message = await imported('999999999')
    const file = await becomes(message, 'failed')
    expect(file.error).toMatchObject({ code: 'file_gone', message: 'The provider does not keep the file any more.' })
    await workflowOf(file).result()
  })

  it('is tried again when somebody asks for it', async () => {
    const message = await imported('888888888')
    const { id } = await becomes(message, 'failed')
    await house.database.pool.query('update attachments set provider_media_id = $2 where id = $1', [
      id,
      await keptByMeta(),
    ])
    expect((await house.api('POST', `/api/attachments/${id}/retry`)).status).toBe(202)
    await becomes(message, 'stored')
    expect((await house.api('POST', `/api/attachments/${id}/retry`)).status).toBe(409)
  })

  it('is tried again after a passing failure', async () => {
    await house.fault({ kind: 'expired_media', times: 2 })
    const file = await becomes(await imported(await keptByMeta()), 'stored')
    expect(file.error).toBeNull()
  })

  it('is given up once it is older than Meta keeps files', async () => {
    const message = await imported(await keptByMeta(), 'f'.repeat(64))
    const { id } = await fileOf(message)
    await house.database.pool.query(`update attachments set created_at = now() - interval '8 days' where id = $1`, [id])
    const file = await becomes(message, 'failed')
    expect(file.error?.code).toBe('expired')
    await workflowOf(file).result()
  })

  it('whose workflow is lost is fetched by another one', async () => {
    await house.fault({ on: 'download', kind: 'http', status: 503 })
    const message = await imported(await keptByMeta())
    const file = await fileOf(message)
    await eventually(() => workflowOf(file).describe())
    await workflowOf(file).terminate('the test loses it')
    await house.clearFaults()
    await house.database.pool.query(
      `update imported_files set nudged_at = now() - interval '2 hours' where attachment_id = $1`,
      [file.id],
    )
    await becomes(message, 'stored')
  })
})
