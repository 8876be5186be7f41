import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres.ts'
import { claimDataDir } from '../../src/dev/instance.ts'
import { openDatabase } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { addUser } from '../kit/house.ts'
import { parley } from './parley.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-embedded-backup-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** Looks into the embedded database of a data directory. */
async function inside<T>(dataDir: string, work: (url: string) => Promise<T>): Promise<T> {
  const postgres = await startEmbeddedPostgres({ dataDir, onProgress: () => undefined, durable: false })
  try {
    return await work(postgres.url)
  } finally {
    await postgres.stop()
  }
}

it('an installation of one machine moves to another, with one command each', async () => {
  const [here, there] = [join(directory, 'here'), join(directory, 'there')]
  await inside(here, async (url) => {
    await migrate(url)
    const database = openDatabase(url)
    await addUser(database, 'Olga Owner', 'owner')
    await database.close()
  })
  await mkdir(join(here, 'files', 'ab', 'cd'), { recursive: true })
  await writeFile(join(here, 'files', 'ab', 'cd', 'a-file-cdab'), 'of a client')
  await mkdir(join(here, 'files', 'incoming'))
  await writeFile(join(here, 'files', 'incoming', 'half'), 'not whole yet')
  await mkdir(join(here, 'temporal'))
  await writeFile(join(here, 'temporal', 'temporal.db'), 'workflows')
  await writeFile(join(here, 'secret-key'), `${'d'.repeat(64)}\n`, { mode: 0o600 })

  const archive = join(directory, 'house.tar')
  const made = await parley(['backup', archive, '--json'], { PARLEY_DATA_DIR: here })
  expect(made.code, made.err).toBe(0)
  // The file, and Temporal's, which nobody writes to.
  expect(made.json).toMatchObject({ files: 2, temporal: 'taken' })

  const release = await claimDataDir(there)
  const running = await parley(['restore', archive], { PARLEY_DATA_DIR: there })
  expect([running.code, running.err]).toEqual([1, expect.stringMatching(/^parley: Stop Parley first/)])
  await release()
  const restored = await parley(['restore', archive, '--json'], { PARLEY_DATA_DIR: there })
  expect(restored.code, restored.err).toBe(0)
  expect(restored.json).toMatchObject({ files: 2, key: 'written' })
  const text = (...path: string[]) => readFile(join(there, ...path), 'utf8')
  expect(await text('files', 'ab', 'cd', 'a-file-cdab')).toBe('of a client')
  expect(await text('temporal', 'temporal.db')).toBe('workflows')
  expect(await text('secret-key')).toBe(`${'d'.repeat(64)}\n`)
  const names = await inside(there, async (url) => {
    const database = openDatabase(url)
    const rows = await database.db.selectFrom('users').select('name').execute()
    await database.close()
    return rows
  })
  expect(names).toEqual([{ name: 'Olga Owner' }])
}, 240_000)
