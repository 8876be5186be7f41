import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type FileStore, FilesUnavailable } from '../../../src/store/file-store.ts'
import { type S3Patience, type S3Settings, s3Client } from '../../../src/store/s3-client.ts'
import { s3Files } from '../../../src/store/s3-files.ts'
import { findS3Server, type S3Server, startS3Server } from '../../kit/s3-server.ts'
import { openUnrulyGate, refusal, type UnrulyGate } from '../../kit/unruly-gate.ts'
import { all, bytesOf, digest, freshKey, keepsFiles, streamOf, textOf } from './conformance.ts'

const program = await findS3Server()

describe.skipIf(program === null)('files in a bucket', () => {
  let server: S3Server
  let gate: UnrulyGate
  let directory: string
  beforeAll(async () => {
    server = await startS3Server(program ?? '')
    gate = await openUnrulyGate(server.port)
    directory = await mkdtemp(join(tmpdir(), 'parley-spool-'))
  })
  afterEach(() => gate.always(null))
  afterAll(async () => {
    await gate.close()
    await server.stop()
    await rm(directory, { recursive: true })
  })

  const waiting = () => readdir(directory)
  /** Straight to the server. */
  const files = (settings: Partial<S3Settings> = {}): FileStore =>
    s3Files({ ...server.settings, ...settings }, directory)
  /** Through the gate, and with little patience. */
  const QUICK: S3Patience = { stallMs: 400, tries: 4, pauseMs: 5, inAllMs: 10_000 }
  const throughGate = (patience: Partial<S3Patience> = {}): FileStore =>
    s3Files({ ...server.settings, endpoint: `http://127.0.0.1:${gate.port}` }, directory, { ...QUICK, ...patience })

  keepsFiles(
    () => files(),
    () => waiting(),
  )

  it('keep to their prefix: another’s are neither seen nor touched', async () => {
    const [shop, cafe] = [files({ prefix: 'shop-list/' }), files({ prefix: 'cafe/' })]
    const key = freshKey()
    await shop.put(key, streamOf('shop'), 10)
    await cafe.put(key, streamOf('cafe!'), 10)
    expect([await all(shop), await all(cafe)]).toEqual([[{ key, size: 4 }], [{ key, size: 5 }]])
    await shop.remove(key)
    expect(await textOf(await cafe.open(key))).toBe('cafe!')
    expect(await all(shop)).toEqual([])
  })

  it('are listed page by page', async () => {
    const many = files({ prefix: 'many/' })
    const keys = Array.from({ length: 1_205 }, () => freshKey()).sort()
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => many.put(key, streamOf('x'), 1)))
    }
    expect((await all(many)).map(({ key }) => key).sort()).toEqual(keys)
  }, 60_000)

  it('what comes in changed is not kept: the storage compares it with its checksum', async () => {
    // A client that signs a checksum of other bytes stands for bytes that changed on their way.
    const client = s3Client(server.settings, QUICK)
    const key = freshKey()
    const body = { size: 5, sha256: digest('other'), open: () => Readable.from([Buffer.from('bytes')]) }
    const stored = client.call({ method: 'PUT', name: `${server.settings.prefix}${key}`, body })
    await expect(stored).rejects.toMatchObject({ name: 'FilesUnavailable', code: 'XAmzContentSHA256Mismatch' })
    expect(await files().open(key)).toBeNull()
  })

  describe('a storage that has a bad moment', () => {
    it.each([
      ['503 SlowDown', refusal(503, 'SlowDown', { 'retry-after': '0' })],
      ['500 InternalError', refusal(500, 'InternalError')],
      ['a proxy’s 502 without words', { fault: 'answer', status: 502 } as const],
      ['no answer', { fault: 'hang' } as const],
      ['a torn connection', { fault: 'cut_request', bytes: 0 } as const],
    ])('%s: it is asked again', async (_name, fault) => {
      const [store, key] = [throughGate(), freshKey()]
      gate.next({ ...fault, method: 'PUT' }, { ...fault, method: 'PUT' })
      const bytes = randomBytes(300_000)
      expect(await store.put(key, streamOf(bytes), bytes.length)).toEqual({ size: 300_000, sha256: digest(bytes) })
      if (fault.fault !== 'cut_request') gate.next({ ...fault, method: 'GET' })
      expect(digest((await bytesOf(await store.open(key))) ?? '')).toBe(digest(bytes))
      expect(await waiting()).toEqual([])
    })

    it('an upload whose connection is torn in the middle is stored whole by the next try', async () => {
      const [store, key, bytes] = [throughGate(), freshKey(), randomBytes(4_000_000)]
      gate.next({ fault: 'cut_request', bytes: 1_000_000 }, { fault: 'lose_answer' })
      expect((await store.put(key, streamOf(bytes), bytes.length)).sha256).toBe(digest(bytes))
      expect(digest((await bytesOf(await files().open(key))) ?? '')).toBe(digest(bytes))
    })

    it.each(['cut_answer', 'stall_answer'] as const)('a download with a %s goes on where it was', async (fault) => {
      const [store, key, bytes] = [throughGate(), freshKey(), randomBytes(4_000_000)]
      await files().put(key, streamOf(bytes), bytes.length)
      gate.next({ fault, bytes: 1_500_000 }, { fault, bytes: 700_000 })
      const opened = await store.open(key)
      expect([opened?.size, digest((await bytesOf(opened)) ?? '')]).toEqual([bytes.length, digest(bytes)])
      gate.next({ fault, bytes: 100_000 })
      const part = await bytesOf(await store.open(key, { start: 1_000_001, length: 999_999 }))
      expect(digest(part ?? '')).toBe(digest(bytes.subarray(1_000_001, 2_000_000)))
    })

    it('a file that is replaced while it is read is not mixed from two', async () => {
      const [store, key] = [throughGate(), freshKey()]
      await files().put(key, streamOf(randomBytes(4_000_000)), 4_000_000)
      gate.next({ fault: 'cut_answer', bytes: 1_000_000 })
      const reader = (await store.open(key))?.body.getReader()
      await reader?.read()
      await files().put(key, streamOf(randomBytes(4_000_000)), 4_000_000)
      const rest = async () => {
        while (!(await reader?.read())?.done);
      }
      await expect(rest()).rejects.toMatchObject({ name: 'FilesUnavailable', code: 'PreconditionFailed' })
    })

    it('a slow one is waited for while it moves', async () => {
      const [store, key, bytes] = [throughGate({ tries: 1 }), freshKey(), randomBytes(200_000)]
      gate.always({ fault: 'late', ms: 250 })
      await store.put(key, streamOf(bytes), bytes.length)
      expect(digest((await bytesOf(await store.open(key))) ?? '')).toBe(digest(bytes))
    })

    it('whoever reads slowly is waited for', async () => {
      const [store, key, bytes] = [throughGate({ stallMs: 100 }), freshKey(), randomBytes(3_000_000)]
      await files().put(key, streamOf(bytes), bytes.length)
      const opened = await store.open(key)
      const pieces: Uint8Array[] = []
      for await (const piece of opened?.body ?? []) {
        if (pieces.length === 2) await new Promise((resolve) => setTimeout(resolve, 500))
        pieces.push(piece)
      }
      expect(digest(Buffer.concat(pieces))).toBe(digest(bytes))
    })
  })

  describe('a storage that is away', () => {
    it.each([
      ['403 AccessDenied', refusal(403, 'AccessDenied'), 'AccessDenied', 1],
      ['403 without words', { fault: 'answer', status: 403 } as const, 'HTTP_403', 1],
      ['404 NoSuchBucket', refusal(404, 'NoSuchBucket'), 'NoSuchBucket', 1],
      [
        '301 to another region',
        refusal(301, 'PermanentRedirect', { location: 'http://127.0.0.1:9/' }),
        'PermanentRedirect',
        1,
      ],
      ['503 SlowDown for long', refusal(503, 'SlowDown'), 'SlowDown', 4],
      ['a silent one', { fault: 'hang' } as const, 'STALLED', 4],
    ])('%s: every call says so, and nothing is left behind', async (_name, fault, code, tries) => {
      const [store, key] = [throughGate({ stallMs: 150 }), freshKey()]
      await files().put(key, streamOf('kept'), 10)
      gate.always(fault)
      const before = gate.heard.length
      await expect(store.put(key, streamOf('lost'), 10)).rejects.toMatchObject({ name: 'FilesUnavailable', code })
      expect(gate.heard.length - before).toBe(tries)
      const calls = [
        () => store.open(key),
        () => store.open(key, { start: 0, length: 1 }),
        () => store.head(key, 1),
        () => store.copy(key, freshKey()),
        () => store.remove(key),
        () => store.reach(),
        () => all(store),
      ]
      for (const call of calls) await expect(call()).rejects.toMatchObject({ name: 'FilesUnavailable', code })
      expect(await waiting()).toEqual([])
      gate.always(null)
      expect(await textOf(await store.open(key))).toBe('kept')
    })

    it('a large file that is refused at once is let go of', async () => {
      const [store, key, bytes] = [throughGate(), freshKey(), randomBytes(8_000_000)]
      gate.always(refusal(403, 'AccessDenied'))
      const put = store.put(key, streamOf(bytes), bytes.length)
      // The refusal may be lost where the server closes while bytes are under way: then only that it is away is known.
      await expect(put).rejects.toThrow(FilesUnavailable)
      expect(await waiting()).toEqual([])
    })

    it('refused connections, and a wrong key: in words that name neither', async () => {
      const closed = await openUnrulyGate(server.port)
      await closed.close()
      const away = s3Files({ ...server.settings, endpoint: `http://127.0.0.1:${closed.port}` }, directory, QUICK)
      const failure = await away.open(freshKey()).catch((error: Error) => error)
      expect(failure).toMatchObject({
        code: 'ECONNREFUSED',
        message: 'the object storage does not answer: ECONNREFUSED',
      })
      const stranger = files({ secretAccessKey: 'another-secret' })
      const refused = await stranger.put(freshKey(), streamOf('x'), 1).catch((error: Error) => error)
      expect(refused).toMatchObject({ code: 'SignatureDoesNotMatch' })
      expect(JSON.stringify([failure, refused, String(failure), String(refused)])).not.toMatch(
        /secret|parleytests|127\.0/,
      )
    })

    it('it goes away while a file is read: the reader is told, and gets no half of it for the whole', async () => {
      const [store, key, bytes] = [throughGate({ stallMs: 150 }), freshKey(), randomBytes(4_000_000)]
      await files().put(key, streamOf(bytes), bytes.length)
      gate.next({ fault: 'cut_answer', bytes: 1_000_000 })
      const opened = await store.open(key)
      gate.always(refusal(503, 'ServiceUnavailable'))
      await expect(bytesOf(opened)).rejects.toThrow('ServiceUnavailable')
    })

    it('what answers and is no storage is not believed', async () => {
      const store = throughGate()
      gate.always({ fault: 'answer', status: 200, body: '<html>Welcome</html>' })
      await expect(store.reach()).rejects.toThrow(FilesUnavailable)
      await expect(all(store)).rejects.toThrow(FilesUnavailable)
      await expect(store.open(freshKey(), { start: 0, length: 3 })).rejects.toMatchObject({ code: 'NO_RANGES' })
      gate.always({ ...refusal(200, 'InternalError'), status: 200 } as never)
      await expect(store.copy(freshKey(), freshKey())).rejects.toMatchObject({ code: 'InternalError' })
    })
  })
})
