import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Bucket, openBucket } from '../../kit/bucket.ts'
import { findS3Server } from '../../kit/s3-server.ts'
import { refusal } from '../../kit/unruly-gate.ts'
import { type Desk, openDesk, type Worker } from './desk.ts'

const program = await findS3Server()
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.skipIf(program === null)('files of employees, in a bucket', () => {
  let bucket: Bucket
  let desk: Desk
  let anna: Worker
  beforeAll(async () => {
    bucket = await openBucket(program ?? '')
    desk = await openDesk({ store: bucket.files, environment: { PARLEY_FILES_LIMIT_GB: '0.02' } })
    anna = await desk.addWorker()
  })
  afterEach(() => bucket.gate.always(null))
  afterAll(async () => {
    await desk.close()
    await bucket.close()
  })

  const content = async (id: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await desk.app.request(`/api/attachments/${id}/content`, {
      method,
      headers: { cookie: anna.cookie, ...headers },
    })
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
  }
  const objects = async () => {
    const keys: string[] = []
    for await (const { key } of bucket.files.list()) keys.push(key)
    return keys
  }
  const codeOf = ({ status, json }: { status: number; json: { error?: { code: string } } }) => [
    status,
    json.error?.code,
  ]

  it('come up and go down, whole and in parts', async () => {
    const bytes = randomBytes(3_000_000)
    const { status, json } = await desk.upload(anna, bytes, 'voice.bin')
    expect([status, json.size]).toEqual([201, bytes.length])
    const whole = await content(json.id)
    expect([whole.status, whole.headers.get('content-length'), digest(whole.bytes)]).toEqual([
      200,
      '3000000',
      digest(bytes),
    ])
    expect(whole.headers.get('etag')).toBe(`"${digest(bytes)}"`)
    const before = bucket.gate.heard.length
    const part = await content(json.id, { range: 'bytes=1000000-1000009' })
    expect([
      part.status,
      part.headers.get('content-range'),
      part.bytes.equals(bytes.subarray(1_000_000, 1_000_010)),
    ]).toEqual([206, 'bytes 1000000-1000009/3000000', true])
    const tail = await content(json.id, { range: 'bytes=-5' })
    expect([tail.status, tail.bytes.equals(bytes.subarray(-5))]).toEqual([206, true])
    const impossible = await content(json.id, { range: 'bytes=3000000-' })
    expect([impossible.status, impossible.headers.get('content-range')]).toEqual([416, 'bytes */3000000'])
    const head = await content(json.id, {}, 'HEAD')
    expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([200, '3000000', 0])
    // A seek is one request for one part: the rest of the file stays where it is.
    expect(bucket.gate.heard.slice(before)).toHaveLength(3)
    expect(await readdir(bucket.directory)).toEqual([])
  })

  it('that are refused leave nothing: too large, cut off, empty', async () => {
    const before = await objects()
    expect(codeOf(await desk.upload(anna, randomBytes(25_000_000), 'large.bin'))).toEqual([503, 'storage_full'])
    expect(codeOf(await desk.upload(anna, Buffer.alloc(0), 'empty.bin'))).toEqual([422, 'file_empty'])
    expect([await objects(), await readdir(bucket.directory)]).toEqual([before, []])
  })

  it.each([
    ['refuses', refusal(403, 'AccessDenied')],
    ['is crowded', refusal(503, 'SlowDown')],
    ['is silent', { fault: 'hang' } as const],
  ])('while the storage %s: an upload is refused with a code, and taken afterwards', async (_name, fault) => {
    const rows = async () => (await desk.database.pool.query('select from attachments')).rowCount
    const before = await rows()
    bucket.gate.always(fault)
    const refused = await desk.upload(anna, randomBytes(1_000), 'offer.bin', { 'idempotency-key': `away ${_name}` })
    expect(codeOf(refused)).toEqual([503, 'storage_unavailable'])
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await rows()).toBe(before)
    bucket.gate.always(null)
    expect((await desk.upload(anna, randomBytes(1_000), 'offer.bin')).status).toBe(201)
  })

  it('while the storage is away a download is refused with a code, and is there afterwards', async () => {
    const { json } = await desk.upload(anna, Buffer.from('hello'), 'a.txt')
    bucket.gate.always(refusal(503, 'SlowDown'))
    const refused = await content(json.id)
    expect([refused.status, JSON.parse(refused.bytes.toString()).error.code]).toEqual([503, 'storage_unavailable'])
    bucket.gate.always(null)
    expect((await content(json.id)).bytes.toString()).toBe('hello')
  })

  it('a refusal of ours keeps its own code where the storage goes away before the bytes are removed', async () => {
    bucket.gate.next({ ...refusal(403, 'AccessDenied'), method: 'DELETE' })
    expect(codeOf(await desk.upload(anna, Buffer.alloc(0), 'empty.bin'))).toEqual([422, 'file_empty'])
    expect(desk.logged.join('')).toContain('could not be removed')
  })

  it('whose bytes are not the stored ones are not shown', async () => {
    const { json } = await desk.upload(anna, Buffer.from('hello'), 'a.txt')
    await bucket.files.put(json.id, new Blob(['other bytes']).stream(), 100)
    expect((await content(json.id)).status).toBe(404)
    expect((await content(json.id, { range: 'bytes=1-2' })).status).toBe(404)
    await bucket.files.remove(json.id)
    expect((await content(json.id)).status).toBe(404)
  })

  it('no key of the storage is in any line of the log', () => {
    expect(desk.logged.length).toBeGreaterThan(0)
    expect(desk.logged.join('')).not.toMatch(/secret-of-the-object-storage|parleytests|AWS4-HMAC|Signature=/)
  })
})
