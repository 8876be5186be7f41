import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskFiles } from '../../../src/store/disk-files.ts'
import { type FileStore, FilesUnavailable } from '../../../src/store/file-store.ts'
import { all, freshKey, keepsFiles, streamOf } from './conformance.ts'

let directory: string
let files: FileStore
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-files-'))
  files = diskFiles(directory)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const waiting = (at = directory) => readdir(join(at, 'incoming'))

describe('files on the disk', () => {
  keepsFiles(
    () => files,
    () => waiting(),
  )

  it('are listed without what is no file of ours', async () => {
    const other = await mkdtemp(join(tmpdir(), 'parley-files-'))
    const key = freshKey()
    await diskFiles(other).put(key, streamOf('x'), 10)
    const folder = join(other, key.slice(-2), key.slice(-4, -2))
    await Promise.all([
      writeFile(join(folder, '.doctor-probe'), 'x'),
      writeFile(join(folder, freshKey().replace(/....$/, 'zzzz')), 'of another folder'),
      writeFile(join(other, 'note'), 'x'),
      mkdir(join(other, 'incoming'), { recursive: true }).then(() => writeFile(join(other, 'incoming', key), 'half')),
    ])
    expect(await all(diskFiles(other))).toEqual([{ key, size: 1 }])
    await rm(other, { recursive: true })
    expect(await all(diskFiles(other))).toEqual([])
  })

  it('what a process that ended left waiting is taken away after a day, and nothing younger', async () => {
    const other = await mkdtemp(join(tmpdir(), 'parley-files-'))
    const incoming = join(other, 'incoming')
    await mkdir(incoming)
    await Promise.all(['old', 'young'].map((name) => writeFile(join(incoming, name), 'half')))
    const before = new Date(Date.now() - 25 * 3600_000)
    await utimes(join(incoming, 'old'), before, before)
    await diskFiles(other).put(freshKey(), streamOf('x'), 10)
    expect(await waiting(other)).toEqual(['young'])
    await rm(other, { recursive: true })
  })

  it('a place that is no directory is told of', async () => {
    await writeFile(join(directory, 'taken'), '')
    await expect(diskFiles(join(directory, 'taken')).reach()).rejects.toThrow(FilesUnavailable)
  })
})
