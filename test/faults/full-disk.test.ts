import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { type Desk, openDesk, type Worker } from '../http/work/desk.ts'
import {
  addChannel,
  bodyOf,
  count,
  startWebhookServer,
  textFrom,
  type WebhookServer,
} from '../intake/webhook-server.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'
import { withClient } from '../services/template.ts'

const run = promisify(execFile)
/** Only root may mount. */
const mayMount = process.platform === 'linux' && process.getuid?.() === 0
const MB = 1024 * 1024

describe.skipIf(!mayMount)('the disk for files is full (F16)', () => {
  let disk: string
  let desk: Desk
  let anna: Worker
  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'parley-disk-'))
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
    const files = join(disk, 'files')
    await mkdir(files)
    desk = await openDesk({ files })
    anna = await desk.addWorker()
  })
  afterAll(async () => {
    await desk.close()
    await run('umount', [disk])
    await rm(disk, { recursive: true })
  })

  const stored = async () =>
    (await readdir(join(disk, 'files'), { recursive: true, withFileTypes: true })).filter((one) => one.isFile())

  it('says so, leaves no half a file behind, and takes files again once there is room', async () => {
    const small = Buffer.alloc(MB / 4, 'a')
    expect((await desk.upload(anna, small, 'small.txt')).status).toBe(201)
    const filler = join(disk, 'filler')
    await writeFile(filler, Buffer.alloc(MB / 2))

    const refused = await desk.upload(anna, Buffer.alloc(MB / 2, 'b'), 'large.txt')
    expect(refused).toMatchObject({ status: 503, json: { error: { code: 'storage_full' } } })
    expect(await stored()).toHaveLength(1)
    expect((await desk.upload(anna, Buffer.from('still fits'), 'tiny.txt')).status).toBe(201)

    await rm(filler)
    expect((await desk.upload(anna, Buffer.alloc(MB / 2, 'b'), 'large.txt')).status).toBe(201)
    expect(await stored()).toHaveLength(3)
  })
})

describe.skipIf(!mayMount)('the database’s disk is full (F16)', () => {
  const tablespace = `parley_small_${randomBytes(4).toString('hex')}`
  let disk: string
  let fresh: FreshDatabase
  let server: WebhookServer
  let channel: ChannelId
  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'parley-tablespace-'))
    await run('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk])
    fresh = await freshDatabase()
    server = await startWebhookServer(fresh.url)
    const { rows } = await server.database.pool.query<{ data_directory: string }>('show data_directory')
    const { uid, gid } = await stat(rows[0]?.data_directory ?? '')
    await chown(disk, uid, gid)
    await chmod(disk, 0o700)
    // Webhooks as they came fill it; the log of the database lies elsewhere, as on an installation it should.
    await server.database.pool.query(`create tablespace ${tablespace} location '${disk}'`)
    await server.database.pool.query(`alter table raw_bodies set tablespace ${tablespace}`)
    channel = await addChannel(server.database)
  }, 60_000)
  afterAll(async () => {
    await server.close()
    await fresh.drop()
    await withClient(fresh.url.replace(/[^/]+$/, 'postgres'), (client) => client.query(`drop tablespace ${tablespace}`))
    await run('umount', [disk])
    await rm(disk, { recursive: true })
  })

  it('webhooks are told to come again, never acknowledged and lost, and are stored once there is room (P1)', async () => {
    const body = (n: number) =>
      bodyOf({
        messages: [textFrom('16505550001', { id: `wamid.F16-${n}`, text: randomBytes(60_000).toString('hex') })],
      })
    let acknowledged = 0
    let refused = ''
    for (let n = 0; refused === '' && n < 200; n++) {
      const { status } = await server.post(channel, body(n))
      expect([200, 503]).toContain(status)
      if (status === 200) acknowledged += 1
      else refused = body(n)
    }
    expect(refused).not.toBe('')
    expect(await count(server.database, 'conversation_events')).toBe(acknowledged)
    await run('mount', ['-o', 'remount,size=64m', disk])
    expect((await server.post(channel, refused)).status).toBe(200)
    expect(await count(server.database, 'conversation_events')).toBe(acknowledged + 1)
    expect(await count(server.database, 'dead_letters')).toBe(0)
  }, 60_000)
})
