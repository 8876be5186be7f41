import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sweepRetention } from '../../src/store/retention/sweep-retention.ts'
import { type Bucket, openBucket } from '../kit/bucket.ts'
import { eventually } from '../kit/eventually.ts'
import { API_TOKEN, openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { findS3Server } from '../kit/s3-server.ts'
import { refusal } from '../kit/unruly-gate.ts'

const program = await findS3Server()
const picture = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(700_000)])

interface Comment {
  text: string | null
  attachments: { id: string; state: string; url: string }[]
  delivery: { id: string; state: string } | null
}

describe.skipIf(program === null)('a house whose files lie in a bucket', () => {
  let bucket: Bucket
  let house: RunningHouse
  beforeAll(async () => {
    bucket = await openBucket(program ?? '')
    house = await openRunningHouse({ files: bucket.files })
  })
  afterEach(() => bucket.gate.always(null))
  afterAll(async () => {
    await house.close()
    await bucket.close()
  })

  const taskOf = (phone: string) =>
    eventually(async () => {
      const { body } = await house.api<{ items: { id: string }[] }>('GET', `/api/tasks?status=all&q=${phone}`)
      if (!body.items[0]) throw new Error('no task yet')
      return body.items[0].id
    })
  const feed = async (task: string) =>
    (await house.api<{ items: Comment[] }>('GET', `/api/tasks/${task}/comments?limit=200`)).body.items
  const stored = (task: string) =>
    eventually(async () => {
      const file = (await feed(task)).flatMap(({ attachments }) => attachments)[0]
      if (file?.state !== 'stored') throw new Error(`the file is ${file?.state}`)
      return file
    }, 40_000)
  const upload = async (bytes: Buffer) => {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), 'list.pdf')
    const headers = { authorization: `Bearer ${API_TOKEN}` }
    const response = await fetch(`${house.url}/api/attachments`, { method: 'POST', headers, body: form })
    return { status: response.status, body: (await response.json()) as { id: string } }
  }
  const media = { dataBase64: picture.toString('base64'), mime: 'application/pdf', name: 'x.pdf' }

  it('the storage is away: messages come in, a client’s file waits and is fetched afterwards', async () => {
    bucket.gate.always(refusal(503, 'SlowDown'))
    const from = '16507779001'
    await house.phone({ from, name: 'P', media })
    await house.phone({ from, name: 'P', text: 'did you get it?' })
    const task = await taskOf(from)
    await eventually(async () => {
      const texts = (await feed(task)).map(({ text }) => text)
      if (!texts.includes('did you get it?')) throw new Error('the text is not here yet')
    })
    // It was tried, more than once, and did not become a failure.
    await eventually(async () => {
      const puts = bucket.gate.heard.filter((one) => one.startsWith('PUT')).length
      const looks = bucket.gate.heard.filter((one) => one.includes('list-type=2')).length
      if (puts === 0 || looks === 0) throw new Error('not tried twice yet')
    })
    expect((await feed(task)).flatMap(({ attachments }) => attachments).map(({ state }) => state)).toEqual(['pending'])
    expect((await upload(picture)).status).toBe(503)
    bucket.gate.always(null)
    const file = await stored(task)
    const response = await fetch(`${house.url}${file.url}`, { headers: { authorization: `Bearer ${API_TOKEN}` } })
    expect(Buffer.from(await response.arrayBuffer()).equals(picture)).toBe(true)
  }, 90_000)

  it('the storage goes away before a file is sent: the message waits, and leaves once', async () => {
    const from = '16507779002'
    await house.phone({ from, name: 'Q', text: 'the list, please' })
    const task = await taskOf(from)
    const { body } = await upload(picture)
    bucket.gate.always(refusal(503, 'SlowDown'))
    const before = bucket.gate.heard.length
    const sent = await house.api('POST', `/api/tasks/${task}/comments`, {
      text: 'our list',
      attachmentIds: [body.id],
      notify: { contact: true },
    })
    expect(sent.status).toBe(201)
    await eventually(async () => {
      if (bucket.gate.heard.length - before < 4) throw new Error('not tried twice yet')
    })
    const received = async () => (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client')
    expect(await received()).toEqual([])
    bucket.gate.always(null)
    await eventually(async () => {
      if ((await received()).length === 0) throw new Error('not there yet')
    }, 60_000)
    expect(await received()).toMatchObject([{ text: 'our list', media: { size: picture.length } }])
    const { rows } = await house.database.pool.query("select state, error_code from deliveries where state = 'failed'")
    expect(rows).toEqual([])
  }, 120_000)

  it('an unused upload goes with its row; while the storage is away both stay', async () => {
    const { body } = await upload(picture)
    const { db, pool } = house.database
    await pool.query("update attachments set created_at = now() - interval '40 days' where id = $1", [body.id])
    const sweep = () => sweepRetention({ db, files: bucket.files }, onlyUploads, 1_000)
    const rows = async () => (await pool.query('select from attachments where id = $1', [body.id])).rowCount
    bucket.gate.always(refusal(503, 'SlowDown'))
    await expect(sweep()).rejects.toThrow('SlowDown')
    bucket.gate.always(null)
    expect([await rows(), (await bucket.files.head(body.id, 4))?.length]).toEqual([1, 4])
    expect((await sweep()).unused_uploads).toBe(1)
    expect([await rows(), await bucket.files.head(body.id, 4)]).toEqual([0, null])
  })
})

const onlyUploads = {
  raw_bodies: null,
  conversation_events: null,
  channel_events: null,
  audit_log: null,
  idempotency_keys: null,
  unused_uploads: 30,
}
