import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { keysIn, secretBox } from '../../store/secret-box.ts'
import { BackupProblem, type Manifest, readManifest, tableFile } from './manifest.ts'
import { stored, sum } from './streams.ts'
import { unpack } from './tar.ts'

/**
 * Opens a backup, a directory or an archive, for one piece of work. An archive is unpacked beside itself, else where
 * the system keeps temporary files, and removed again.
 * @throws BackupProblem where there is none
 */
export async function withBackup<T>(path: string, work: (directory: string) => Promise<T>): Promise<T> {
  const found = await stat(path).catch(() => null)
  if (!found) throw new BackupProblem(`There is no backup ${path}`)
  if (found.isDirectory()) return work(resolve(path))
  const unpacked = await mkdtemp(join(dirname(resolve(path)), '.parley-backup-')).catch(() =>
    mkdtemp(join(tmpdir(), 'parley-backup-')),
  )
  try {
    await unpack(path, unpacked)
    return await work(unpacked)
  } finally {
    await rm(unpacked, { recursive: true, force: true })
  }
}

/**
 * Reads every part of a backup and compares it with its checksum.
 * @returns what is wrong, by part; empty: nothing
 */
export async function verifyBackup(directory: string): Promise<{ manifest: Manifest; wrong: string[] }> {
  const manifest = await readManifest(directory)
  const parts = [
    ...manifest.database.tables.map(({ table, sha256 }) => ({ path: tableFile(table), sha256, compressed: true })),
    ...manifest.files.map(({ path, sha256 }) => ({ path, sha256, compressed: false })),
  ]
  const wrong: string[] = []
  for (const { path, sha256, compressed } of parts) {
    const whole = join(directory, path)
    if (!existsSync(whole)) wrong.push(`${path}: missing`)
    else {
      const found = await sum(stored(whole, { compressed })).catch(() => null)
      if (found?.sha256 !== sha256) wrong.push(`${path}: changed`)
    }
  }
  if (manifest.keys && !(await keysAre(join(directory, 'secret-key'), manifest.keys))) wrong.push('secret-key: changed')
  return { manifest, wrong }
}

/** Names follow from the keys, so they are the checksum, too. */
async function keysAre(file: string, names: readonly string[]): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '')
  try {
    return secretBox(keysIn(text)).keys.join() === names.join()
  } catch {
    return false
  }
}
