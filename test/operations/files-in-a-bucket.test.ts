import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { checkFiles } from '../../src/cli/doctor/check-files.ts'
import type { AttachmentId } from '../../src/domain/ids.ts'
import { checkStoredFiles } from '../../src/operations/files/check-files.ts'
import { addUploadedFile } from '../../src/store/comments/attachments.ts'
import type { FileStore } from '../../src/store/file-store.ts'
import { inTransaction } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { filesOnDisk, openFiles } from '../../src/store/open-files.ts'
import type { S3Settings } from '../../src/store/s3-client.ts'
import { watchFiles } from '../../src/store/watch-files.ts'
import { type Bucket, openBucket } from '../kit/bucket.ts'
import { eventually } from '../kit/eventually.ts'
import { type House, openHouse, SECRET_KEY } from '../kit/house.ts'
import { environmentOf, findS3Server } from '../kit/s3-server.ts'
import { refusal } from '../kit/unruly-gate.ts'
import { freshDatabase } from '../services/database.ts'
import { parley, urlOfDatabase } from './parley.ts'

const program = await findS3Server()
const OWNER = { userId: null, channelIds: null, key: 'environment', role: 'owner', name: 'owner' } as const

describe.skipIf(program === null)('an installation whose files lie in a bucket', () => {
  let bucket: Bucket
  let house: House
  let directory: string
  beforeAll(async () => {
    ;[bucket, house, directory] = await Promise.all([
      openBucket(program ?? ''),
      openHouse(),
      mkdtemp(join(tmpdir(), 'parley-bucket-')),
    ])
  })
  afterEach(() => bucket.gate.always(null))
  afterAll(async () => {
    await house.close()
    await bucket.close()
    await rm(directory, { recursive: true })
  })

  const newDirectory = async () => {
    const path = join(directory, newId())
    await mkdir(path)
    return path
  }
  /** Another part of the bucket. */
  const elsewhere = (prefix: string): S3Settings => ({ ...bucket.settings, prefix: `${prefix}/` })
  const envOf = (dataDir: string, settings: S3Settings | null, databaseUrl = urlOfDatabase(house.database)) => ({
    DATABASE_URL: databaseUrl,
    PARLEY_DATA_DIR: dataDir,
    PARLEY_SECRET_KEY: SECRET_KEY,
    TEMPORAL_ADDRESS: 'not.asked',
    ...(settings && environmentOf(settings)),
  })
  const store = async (files: FileStore, bytes: Buffer): Promise<AttachmentId> => {
    const id = newId<AttachmentId>()
    const stored = await files.put(id, new Blob([new Uint8Array(bytes)]).stream(), bytes.length)
    await inTransaction(house.database.db, (tx) =>
      addUploadedFile(tx, OWNER, { id, name: 'a', mime: 'text/plain', ...stored }),
    )
    return id
  }
  const contents = async (files: FileStore) => {
    const found: Record<string, string> = {}
    for await (const { key } of files.list()) {
      const opened = await files.open(key)
      const bytes = new Uint8Array(await new Response(opened?.body).arrayBuffer())
      found[key] = createHash('sha256').update(bytes).digest('hex')
    }
    return found
  }

  it('files move from the data directory to the bucket and back, and are checked byte by byte', async () => {
    await house.database.pool.query('delete from attachments')
    const dataDir = await newDirectory()
    const disk = filesOnDisk(dataDir)
    const there = elsewhere('moved')
    const inBucket = openFiles({ dataDir, objectStorage: there })
    const ids = await Promise.all(
      [0, 1, 70_000, 6_000_000, ...Array.from({ length: 30 }, () => 500)].map((size) => store(disk, randomBytes(size))),
    )
    const onDisk = await contents(disk)
    const env = envOf(dataDir, there)

    const before = await parley(['files', 'check', '--json'], env)
    expect([before.code, before.json.missing.length]).toEqual([1, ids.length])
    // Broken off by a bad moment of the storage: nothing is lost, and the next call goes on.
    bucket.gate.always(refusal(403, 'AccessDenied'))
    const away = await parley(['files', 'copy', '--to', 'bucket'], env)
    expect([away.code, away.err]).toEqual([1, expect.stringContaining('AccessDenied')])
    bucket.gate.always(null)
    const first = await parley(['files', 'copy', '--to', 'bucket', '--json'], env)
    expect([first.err, first.json]).toEqual(['', { copied: ids.length, bytes: 6_085_001, there: 0 }])
    const late = await store(disk, Buffer.from('came in meanwhile'))
    const second = await parley(['files', 'copy', '--to', 'bucket', '--json'], env)
    expect(second.json).toEqual({ copied: 1, bytes: 17, there: ids.length })
    expect(await contents(inBucket)).toEqual({ ...onDisk, [late]: expect.any(String) })
    const whole = await parley(['files', 'check', '--read', '--json'], env)
    expect([whole.code, whole.json]).toEqual([
      0,
      { files: ids.length + 1, bytes: 6_085_018, missing: [], differing: [], unneeded: 0 },
    ])

    const [, damaged = '', lost = ''] = ids
    await inBucket.put(damaged, new Blob(['?']).stream(), 1)
    await inBucket.remove(lost)
    await inBucket.put(newId(), new Blob(['nobody’s']).stream(), 100)
    const sizes = await parley(['files', 'check', '--json'], env)
    expect(sizes.json).toMatchObject({ missing: [lost], differing: [], unneeded: 1 })
    const read = await parley(['files', 'check', '--read'], env)
    expect([read.code, read.err]).toEqual([1, expect.stringContaining(`2 of ${ids.length + 1} files`)])
    expect(read.out).toContain(damaged)

    const empty = await newDirectory()
    await inBucket.put(damaged, (await disk.open(damaged))?.body as ReadableStream<Uint8Array>, 1)
    await inBucket.put(lost, (await disk.open(lost))?.body as ReadableStream<Uint8Array>, 70_000)
    expect((await parley(['files', 'copy', '--to', 'disk'], envOf(empty, there))).err).toBe('')
    expect((await parley(['files', 'check', '--read'], envOf(empty, null))).code).toBe(0)
    expect((await parley(['files', 'copy', '--to', 'bucket'], envOf(dataDir, null))).err).toContain(
      'There is no bucket',
    )
  }, 60_000)

  it('every file is asked for, however many there are; shared bytes once', async () => {
    await house.database.pool.query('delete from attachments')
    const files = openFiles({ dataDir: directory, objectStorage: elsewhere('many') })
    const shared = await store(files, Buffer.from('shared'))
    await house.database.pool.query(
      `insert into attachments (id, name, mime, size, sha256, state, content_id)
       select gen_random_uuid(), 'a', 'text/plain', 6, 'x', 'stored', case when n > 2100 then $1::uuid end
       from generate_series(1, 2110) n`,
      [shared],
    )
    const check = await checkStoredFiles(house.database.db, files, false)
    expect([check.files, check.missing.length, new Set(check.missing).size]).toEqual([2_101, 2_100, 2_100])
    await house.database.pool.query('delete from attachments')
  })

  it('a backup takes what is in the bucket, and is restored to a bucket or to a disk', async () => {
    await house.database.pool.query('delete from attachments')
    const dataDir = await newDirectory()
    const from = elsewhere('to-back-up')
    const files = openFiles({ dataDir, objectStorage: from })
    const ids: string[] = []
    for (const size of [0, 3, 400_000]) ids.push(await store(files, randomBytes(size)))
    const target = join(directory, 'backup.tar')
    const made = await parley(['backup', target, '--json'], envOf(dataDir, from))
    expect([made.err, made.json.files]).toEqual(['', ids.length])
    expect((await parley(['backup', 'verify', target], {})).code).toBe(0)

    for (const settings of [elsewhere('restored'), null]) {
      const fresh = await freshDatabase()
      try {
        await emptied(fresh.url)
        const at = await newDirectory()
        const env = envOf(at, settings, fresh.url)
        const restored = await parley(['restore', target, '--json'], env)
        expect([restored.err, restored.json.files]).toEqual(['', ids.length])
        expect(await contents(openFiles({ dataDir: at, objectStorage: settings }))).toEqual(await contents(files))
        const check = await parley(['files', 'check', '--read', '--json'], env)
        expect([check.code, check.json.files]).toEqual([0, ids.length])
        await emptied(fresh.url)
        expect((await parley(['restore', target], env)).err).toContain('--force')
      } finally {
        await fresh.drop()
      }
    }
  }, 90_000)

  it('a backup without files says so, and leaves those that are there alone', async () => {
    await house.database.pool.query('delete from attachments')
    const dataDir = await newDirectory()
    const from = elsewhere('kept-apart')
    const files = openFiles({ dataDir, objectStorage: from })
    await store(files, Buffer.from('kept by the storage'))
    const target = join(directory, 'without')
    const made = await parley(['backup', target, '--without-files', '--json'], envOf(dataDir, from))
    expect([made.err, made.json.files]).toEqual(['', 'left out'])
    expect(JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8')).files).toEqual([])
    const fresh = await freshDatabase()
    try {
      await emptied(fresh.url)
      const env = envOf(await newDirectory(), from, fresh.url)
      const restored = await parley(['restore', target, '--json'], env)
      expect([restored.err, restored.json.files]).toEqual(['', 'left out'])
      expect((await parley(['files', 'check', '--read'], env)).code).toBe(0)
    } finally {
      await fresh.drop()
    }
  })

  it('a backup whose bucket goes away is no backup', async () => {
    await house.database.pool.query('delete from attachments')
    const dataDir = await newDirectory()
    const from = elsewhere('goes-away')
    await store(openFiles({ dataDir, objectStorage: from }), randomBytes(2_000_000))
    const target = join(directory, 'broken off')
    bucket.gate.next({ fault: 'answer', status: 200, body: LISTING })
    bucket.gate.always(refusal(403, 'AccessDenied'))
    const made = await parley(['backup', target], envOf(dataDir, from))
    expect([made.code, made.err]).toEqual([1, expect.stringContaining('AccessDenied')])
    expect((await readdir(directory)).filter((name) => /broken off|\.part/.test(name))).toEqual([])
  })

  describe('the doctor', () => {
    const look = async (changes: Partial<S3Settings> = {}) =>
      checkFiles({ dataDir: await newDirectory(), objectStorage: { ...elsewhere('looked-at'), ...changes } })

    it('writes, reads, lists and deletes, and leaves nothing', async () => {
      const findings = await look()
      expect(findings.map(({ check, state }) => `${check} ${state}`).slice(0, 2)).toEqual(['bucket ok', 'writable ok'])
      expect(await contents(openFiles({ dataDir: directory, objectStorage: elsewhere('looked-at') }))).toEqual({})
    })

    it.each([
      ['a wrong secret', { secretAccessKey: 'another' }, 'SignatureDoesNotMatch', 'S3_SECRET_ACCESS_KEY'],
      ['an unknown key', { accessKeyId: 'stranger' }, 'XAdminUserNotFound', 'keys'],
      ['no such bucket', { bucket: 'nobodys-bucket' }, 'NoSuchBucket', 'S3_BUCKET'],
      ['nobody at the address', { endpoint: 'http://127.0.0.1:9' }, 'ECONNREFUSED', 'S3_ENDPOINT'],
    ])(
      '%s',
      async (_name, changes, code, advice) => {
        const [finding] = await look(changes)
        expect(finding).toMatchObject({ check: 'bucket', state: 'bad', todo: expect.stringContaining(advice) })
        expect(finding?.found).toContain(code)
        expect(JSON.stringify(finding)).not.toMatch(/another|secret-of/)
      },
      60_000,
    )

    it.each([
      ['InvalidAccessKeyId', 'S3_ACCESS_KEY_ID'],
      ['AuthorizationHeaderMalformed', 'S3_REGION'],
      ['RequestTimeTooSkewed', 'clock'],
    ])('%s, as other storages say it', async (code, advice) => {
      bucket.gate.always(refusal(403, code))
      const [finding] = await look()
      expect(finding).toMatchObject({ state: 'bad', found: expect.stringContaining(code) })
      expect(finding?.todo).toContain(advice)
    })

    it.each([
      ['PUT', 'written to'],
      ['DELETE', 'deleted from'],
    ])('a key that may not %s', async (method, words) => {
      for (let times = 0; times < 3; times++) bucket.gate.next({ ...refusal(403, 'AccessDenied'), method })
      const [finding] = await look()
      expect(finding).toMatchObject({ state: 'bad', found: expect.stringContaining(`be ${words}`) })
      expect(finding?.todo).toContain('s3:PutObject')
      bucket.gate.clear()
    })
  })

  it('whoever watches the server is told that the storage is away, and that it is back', async () => {
    const lines: string[] = []
    const log = {
      warn: (_: object, line: string) => lines.push(line),
      info: (_: object, line: string) => lines.push(line),
    }
    bucket.gate.always(refusal(503, 'SlowDown'))
    const watch = watchFiles({ files: bucket.files, log: log as never, everyMs: 20 })
    try {
      await eventually(async () => expect(watch.notice()).toContain('uploads are refused'))
      bucket.gate.always(null)
      await eventually(async () => expect(watch.notice()).toBeNull())
      expect(lines).toEqual(['the place for files does not answer', 'the place for files answers again'])
    } finally {
      await watch.stop()
    }
  })
})

/** The bucket says that there is a file, and is away when it is asked for. */
const LISTING = `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>
<Contents><Key>goes-away/01900000-0000-7000-8000-000000000001</Key><Size>5</Size></Contents></ListBucketResult>`

async function emptied(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('drop schema public cascade')
  await client.query('create schema public')
  await client.end()
}
