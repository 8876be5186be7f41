import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workRoutes } from '../../src/http/work/index.ts'
import { withBackup } from '../../src/operations/backup/verify-backup.ts'
import { diskFiles } from '../../src/store/disk-files.ts'
import { openDatabase } from '../../src/store/index.ts'
import { openApi } from '../http/api.ts'
import { eventually } from '../kit/eventually.ts'
import { SECRET_KEY, secrets } from '../kit/house.ts'
import { API_TOKEN, openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { freshDatabase } from '../services/database.ts'
import { parley, urlOfDatabase } from './parley.ts'

const CLIENT = '16505557001'
const SCENARIO = `
id: greets
name: Greets
trigger: { event: message.received }
steps: [ { id: answer, sendText: { text: 'It costs nothing' } } ]`

let house: RunningHouse
let directory: string
beforeAll(async () => {
  ;[house, directory] = await Promise.all([openRunningHouse(), mkdtemp(join(tmpdir(), 'parley-backup-test-'))])
})
afterAll(async () => {
  await house.close()
  await rm(directory, { recursive: true })
})

const sourceEnv = () => ({
  DATABASE_URL: urlOfDatabase(house.database),
  PARLEY_DATA_DIR: house.dataDir,
  PARLEY_SECRET_KEY: SECRET_KEY,
  TEMPORAL_ADDRESS: 'the.one.of.the.suite',
})

/** A place to restore to: a database without anything, and an empty directory. */
async function elsewhere(name: string) {
  const fresh = await freshDatabase()
  const client = new pg.Client({ connectionString: fresh.url })
  await client.connect()
  await client.query('drop schema public cascade')
  await client.query('create schema public')
  await client.end()
  const dataDir = join(directory, name)
  await mkdir(dataDir)
  return { fresh, dataDir, env: { DATABASE_URL: fresh.url, PARLEY_DATA_DIR: dataDir } }
}

/** What the API says of everything that people look at. */
async function shown(ask: (path: string) => Promise<unknown>): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {}
  const paths = ['/api/channels', '/api/tasks?status=all', '/api/contacts', '/api/scenarios', '/api/runs', '/api/users']
  for (const path of paths) seen[path] = await ask(path)
  for (const { id } of (seen['/api/tasks?status=all'] as { items: { id: string }[] }).items) {
    seen[`comments of ${id}`] = await ask(`/api/tasks/${id}/comments`)
  }
  return seen
}

it('a house in use is backed up, restored elsewhere, and shows the same', async () => {
  await publishDocument(house, SCENARIO)
  const picture = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(300_000)])
  const form = new FormData()
  form.append('file', new Blob([picture], { type: 'application/pdf' }), 'price list.pdf')
  await house.phone({ from: CLIENT, name: 'Ann', text: 'The price, please?\n\ttab \\ and \\. “quotes” 🙂' })
  const task = await eventually(async () => {
    const { body } = await house.api<{ items: { id: string }[] }>('GET', '/api/tasks?limit=1')
    if (!body.items[0]) throw new Error('no task yet')
    return body.items[0].id
  })
  const upload = await fetch(`${house.url}/api/attachments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_TOKEN}` },
    body: form,
  })
  const attachment = ((await upload.json()) as { id: string }).id
  const comment = { text: 'The list', attachmentIds: [attachment], notify: { contact: true } }
  expect((await house.api('POST', `/api/tasks/${task}/comments`, comment)).status).toBe(201)
  await eventually(async () => {
    const received = (await house.phoneMessages(CLIENT)).filter(({ direction }) => direction === 'to_client')
    expect(received).toHaveLength(2)
  })
  await eventually(async () => {
    const open = await house.database.pool.query("select from deliveries where state not in ('delivered', 'read')")
    expect(open.rowCount).toBe(0)
  })
  const ask = async (path: string) => (await house.api('GET', path)).body
  const before = await shown(ask)

  const target = join(directory, 'backup')
  const made = await parley(['backup', target, '--json'], sourceEnv())
  expect([made.code, made.err]).toEqual([0, ''])
  expect(made.json).toMatchObject({
    files: expect.any(Number),
    keys: secrets.keys,
    temporal: expect.stringMatching(/^not taken/),
  })
  expect(made.json.files).toBeGreaterThan(0)
  expect((await stat(target)).mode & 0o777).toBe(0o700)
  expect((await parley(['backup', 'verify', target], {})).code).toBe(0)
  expect((await parley(['backup', target], sourceEnv())).err).toContain('exists already')

  const { fresh, dataDir, env } = await elsewhere('restored')
  try {
    const restored = await parley(['restore', target, '--json'], env)
    expect([restored.code, restored.err]).toEqual([0, ''])
    expect(restored.json).toMatchObject({ key: 'written', doubted: { deliveries: 0, campaigns: 0 } })
    expect((await readFile(join(dataDir, 'secret-key'), 'utf8')).trim()).toBe(SECRET_KEY)

    // Everything once more, from the restored installation: equal bytes, table by table.
    const again = join(directory, 'backup of the restored')
    expect((await parley(['backup', again], { ...env, TEMPORAL_ADDRESS: 'x' })).code).toBe(0)
    const sums = async (from: string) => {
      const { database, files } = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8'))
      const tables = database.tables.map((one: { table: string; rows: number; sha256: string }) =>
        // The restore itself is in the audit.
        one.table === 'audit_log' ? [one.table] : [one.table, one.rows, one.sha256],
      )
      return {
        tables,
        files,
        sequences: database.sequences.filter((one: { sequence: string }) => !/audit/.test(one.sequence)),
      }
    }
    expect(await sums(again)).toEqual(await sums(target))

    const api = await openApi({
      databaseUrl: fresh.url,
      publicUrl: house.url,
      environment: { PARLEY_SECRET_KEY: '', PARLEY_DATA_DIR: dataDir, PARLEY_API_TOKEN: API_TOKEN },
      parts: (deps) => {
        const work = workRoutes({ ...deps, files: diskFiles(join(dataDir, 'files')) })
        return [{ mount: (app) => app.route('/api', work.routes) }]
      },
    })
    const asked = (path: string) => api.ask(path, { token: API_TOKEN })
    expect(await shown(async (path) => (await asked(path)).json)).toEqual(before)
    const file = await api.app.request(`/api/attachments/${attachment}/content`, {
      headers: { authorization: `Bearer ${API_TOKEN}` },
    })
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(digest(new Uint8Array(await file.arrayBuffer()))).toBe(digest(picture))
    await api.close()

    const twice = await parley(['restore', target], env)
    expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('--force')])
    const forced = await parley(['restore', target, '--force', '--json'], env)
    expect([forced.code, forced.json.key]).toEqual([0, 'kept'])
    await parley(['backup', join(directory, 'third')], { ...env, TEMPORAL_ADDRESS: 'x' })
    expect(await sums(join(directory, 'third'))).toEqual(await sums(target))
  } finally {
    await fresh.drop()
  }
}, 180_000)

describe('a backup that is not whole', () => {
  let target: string
  let there: Awaited<ReturnType<typeof elsewhere>>
  beforeAll(async () => {
    target = join(directory, 'whole.tar')
    expect((await parley(['backup', target], sourceEnv())).code).toBe(0)
    there = await elsewhere('refused')
  })
  afterAll(() => there.fresh.drop())

  const unpacked = async (name: string) => {
    await withBackup(target, (from) => cp(from, join(directory, name), { recursive: true }))
    return join(directory, name)
  }

  it('is one file that any tar opens, and is found whole', async () => {
    expect((await parley(['backup', 'verify', target], {})).out).toMatch(/^whole/)
    expect((await stat(target)).mode & 0o777).toBe(0o600)
    const listed = execFileSync('tar', ['-tf', target], { encoding: 'utf8' }).split('\n')
    expect(listed).toEqual(expect.arrayContaining(['manifest.json', 'manifest.sha256', 'database/tasks.copy.gz']))
    const left = (await readdir(directory)).filter((name) => /part|parley-backup-/.test(name))
    expect(left).toEqual([])
  })

  it.each([
    [
      'a table was changed',
      async (at: string) => writeFile(join(at, 'database/tasks.copy.gz'), 'x'),
      /tasks\.copy\.gz: changed/,
    ],
    ['a table is missing', async (at: string) => rm(join(at, 'database/users.copy.gz')), /users\.copy\.gz: missing/],
    [
      'the manifest was changed',
      async (at: string) => writeFile(join(at, 'manifest.json'), '{}'),
      /manifest was changed/,
    ],
    ['it was broken off', async (at: string) => rm(join(at, 'manifest.sha256')), /broken off/],
    ['another key', async (at: string) => writeFile(join(at, 'secret-key'), 'b'.repeat(64)), /secret-key: changed/],
  ])('%s: verify says so, and restore changes nothing', async (name, damage, words) => {
    const at = await unpacked(name)
    await damage(at)
    const verified = await parley(['backup', 'verify', at], {})
    expect([verified.code, verified.out + verified.err]).toEqual([1, expect.stringMatching(words)])
    const restored = await parley(['restore', at], there.env)
    expect([restored.code, restored.err]).toEqual([1, expect.stringMatching(words)])
    const database = openDatabase(there.fresh.url)
    const { rows } = await database.pool.query(
      "select count(*)::int as n from pg_class where relnamespace = 'public'::regnamespace",
    )
    await database.close()
    expect([rows[0].n, await readdir(there.dataDir)]).toEqual([0, []])
  })

  it('the database is in use: refused', async () => {
    const client = new pg.Client({ connectionString: there.fresh.url })
    await client.connect()
    const restored = await parley(['restore', target, '--force'], there.env)
    await client.end()
    expect([restored.code, restored.err]).toEqual([1, expect.stringContaining('stop every server and worker')])
  })

  it('what is queued in it is unknown after a restore, and stays queued after a move', async () => {
    const { rows } = await house.database.pool.query("update deliveries set state = 'queued', rank = 0 returning id")
    await house.database.pool.query("update deliveries set hold_until = now() + interval '1 hour'")
    const queued = join(directory, 'queued.tar')
    expect((await parley(['backup', queued], sourceEnv())).code).toBe(0)
    const states = async () => {
      const client = new pg.Client({ connectionString: there.fresh.url })
      await client.connect()
      const found = await client.query('select state, count(*)::int as n from deliveries group by 1')
      await client.end()
      return found.rows
    }
    const moved = await parley(['restore', queued, '--moved', '--json'], there.env)
    expect([moved.code, moved.err, moved.json?.doubted]).toEqual([0, '', null])
    expect(await states()).toEqual([{ state: 'queued', n: rows.length }])
    const restored = await parley(['restore', queued, '--force', '--json'], there.env)
    expect(restored.json.doubted).toEqual({ deliveries: rows.length, campaigns: 0 })
    expect(await states()).toEqual([{ state: 'unknown', n: rows.length }])
  })
})
