import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BackupProblem } from '../../src/operations/backup/manifest.ts'
import { restoreBackup } from '../../src/operations/backup/restore-backup.ts'
import { filesBelow } from '../../src/operations/backup/tar.ts'
import { verifyBackup, withBackup } from '../../src/operations/backup/verify-backup.ts'
import { writeBackup } from '../../src/operations/backup/write-backup.ts'
import { type House, openHouse, SECRET_KEY } from '../kit/house.ts'
import { urlOfDatabase } from './parley.ts'

/** Every part of a backup, damaged in every way that a disk or a person has: each is seen, and nothing is changed. */
const BLOCK = 512
/** Nobody answers there: who gets so far has not looked at the backup first. */
const NOWHERE = 'postgres://nobody@127.0.0.1:1/none'

let directory: string
let whole: string
let parts: string[]
let house: House
beforeAll(async () => {
  ;[directory, house] = await Promise.all([mkdtemp(join(tmpdir(), 'parley-damage-')), openHouse()])
  const dataDir = join(directory, 'data')
  for (const name of ['ab', 'cd']) {
    await mkdir(join(dataDir, 'files', name), { recursive: true })
    await writeFile(join(dataDir, 'files', name, `file-${name}`), `of a client, ${name}`)
  }
  await mkdir(join(dataDir, 'temporal'))
  await writeFile(join(dataDir, 'temporal', 'temporal.db'), 'workflows')
  const source = {
    databaseUrl: urlOfDatabase(house.database),
    dataDir,
    secretKeys: [SECRET_KEY],
    version: '0',
    temporalInUse: null,
  }
  whole = join(directory, 'whole')
  await writeBackup(source, whole)
  await writeBackup(source, `${whole}.tar`)
  parts = await filesBelow(whole)
})
afterAll(async () => {
  await house.close()
  await rm(directory, { recursive: true })
})

const problem = (error: unknown): string => {
  if (error instanceof BackupProblem) return error.message
  throw error
}
/** @returns what is said of a backup by whoever looks at it; null: nothing */
const verified = (path: string): Promise<string | null> =>
  withBackup(path, verifyBackup).then(({ wrong }) => wrong.join('\n') || null, problem)
/** @returns why a backup is not restored; before the database is asked for anything */
const restored = (path: string): Promise<string | null> => {
  const target = { databaseUrl: NOWHERE, dataDir: join(directory, 'never'), keyFromEnvironment: false, force: true }
  return withBackup(path, (at) => restoreBackup(at, target)).then(() => null, problem)
}
/** One table in so many; of everything else every part. */
const SAMPLE = 6
const sampled = (part: string, at: number) => !part.startsWith('database/') || at % SAMPLE === 0

const flip = async (file: string, at: number) => {
  const bytes = await readFile(file)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at)
  await writeFile(file, bytes)
}

/** Of a packed table the sum at its end; of everything else a byte in the middle. */
const somewhereIn = async (file: string): Promise<number> => {
  const { length } = await readFile(file)
  return file.endsWith('.gz') ? length - 7 : Math.floor(length / 3)
}

const DAMAGES: [string, (file: string) => Promise<void>][] = [
  ['is missing', (file) => rm(file)],
  ['is empty', (file) => truncate(file, 0)],
  ['was cut off', async (file) => truncate(file, Math.floor((await readFile(file)).length / 2))],
  ['has another byte', async (file) => flip(file, await somewhereIn(file))],
  [
    'says something else, and is well-formed',
    async (file) => {
      const bytes = await readFile(file)
      if (file.endsWith('.gz')) return writeFile(file, gzipSync(Buffer.concat([gunzipSync(bytes), Buffer.from('x\n')])))
      if (file.endsWith('secret-key')) return writeFile(file, `${'b'.repeat(64)}\n`)
      if (file.endsWith('.sha256')) return writeFile(file, `${'0'.repeat(64)}  manifest.json\n`)
      if (file.endsWith('.json'))
        return writeFile(file, JSON.stringify({ ...JSON.parse(bytes.toString('utf8')), keys: null }))
      return writeFile(file, 'something else')
    },
  ],
]

it('a backup that nobody touched is whole, as a directory and as one file', async () => {
  expect(parts.length).toBeGreaterThan(40)
  expect(parts).toEqual(
    expect.arrayContaining([
      'manifest.json',
      'manifest.sha256',
      'secret-key',
      'files/ab/file-ab',
      'temporal/temporal.db',
    ]),
  )
  for (const path of [whole, `${whole}.tar`]) expect((await withBackup(path, verifyBackup)).wrong).toEqual([])
})

describe('a directory of which one part', () => {
  it.each(DAMAGES)(
    '%s: it is named, whichever it is',
    async (_, damage) => {
      const at = join(directory, 'damaged')
      await cp(whole, at, { recursive: true })
      for (const [n, part] of parts.entries()) {
        await damage(join(at, part))
        const named = part.startsWith('manifest.') ? /manifest/ : part
        expect([part, await verified(at)]).toEqual([part, expect.stringMatching(named)])
        if (sampled(part, n)) expect([part, await restored(at)]).toEqual([part, expect.stringMatching(named)])
        await cp(join(whole, part), join(at, part))
      }
      expect(await verified(at)).toBeNull()
      await rm(at, { recursive: true })
    },
    120_000,
  )
})

describe('an archive', () => {
  const damaged = () => join(directory, 'damaged.tar')
  /** Where each part's header stands, and where its bytes end. */
  async function places(): Promise<{ part: string; header: number; start: number; end: number }[]> {
    const bytes = await readFile(`${whole}.tar`)
    const found: { part: string; header: number; start: number; end: number }[] = []
    for (let at = 0; bytes[at] !== 0; ) {
      const part = bytes.toString('utf8', at, at + 100).replace(/\0.*$/s, '')
      const size = Number.parseInt(bytes.toString('ascii', at + 124, at + 135), 8)
      found.push({ part, header: at, start: at + BLOCK, end: at + BLOCK + size })
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    }
    return found
  }

  it('in which a byte of a part’s header or content is another is refused', async () => {
    const all = await places()
    expect(all.map(({ part }) => part)).toEqual(parts)
    for (const [n, { part, header, start, end }] of all.entries()) {
      if (!sampled(part, n)) continue
      const inside = part.endsWith('.gz') ? end - 7 : start + Math.floor((end - start) / 3)
      for (const at of [header, header + 130, header + 150, inside]) {
        await cp(`${whole}.tar`, damaged())
        await flip(damaged(), at)
        expect([part, at - header, await restored(damaged())]).toEqual([part, at - header, expect.any(String)])
        await rm(damaged())
      }
    }
  }, 120_000)

  it('that was cut off anywhere is refused', async () => {
    for (const [n, { part, header, start, end }] of (await places()).entries()) {
      if (!sampled(part, n)) continue
      for (const at of [header, header + 100, start, end - 1]) {
        await cp(`${whole}.tar`, damaged())
        await truncate(damaged(), at)
        expect([part, at, await restored(damaged())]).toEqual([part, at, expect.any(String)])
        await rm(damaged())
      }
    }
  }, 120_000)

  it('that leads out of its directory is refused', async () => {
    const bytes = await readFile(`${whole}.tar`)
    bytes.fill(0, 0, 100)
    bytes.write('../outside', 0)
    let sum = 0
    bytes.fill(' ', 148, 156)
    for (const byte of bytes.subarray(0, BLOCK)) sum += byte
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii')
    await writeFile(damaged(), bytes)
    expect(await restored(damaged())).toMatch(/not made by Parley/)
  })
})
