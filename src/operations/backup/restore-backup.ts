import { createReadStream, existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { loadDatabase, refuseLoad } from '../../store/backup/load.ts'
import { FILES_FOLDER } from '../../store/disk-files.ts'
import { FILE_KEY, type FileStore } from '../../store/file-store.ts'
import { migrationNames } from '../../store/migrate.ts'
import { keysIn } from '../../store/secret-box.ts'
import { sideBySide } from '../../store/side-by-side.ts'
import { type BackedUpFile, BackupProblem, type Manifest, tableFile } from './manifest.ts'
import { stored, sum } from './streams.ts'
import { verifyBackup } from './verify-backup.ts'

export interface RestoreTarget {
  databaseUrl: string
  dataDir: string
  /** Where clients' and employees' files are to lie; absent: in the data directory. */
  files?: FileStore
  /** PARLEY_SECRET_KEY stands in the environment: the file would be ignored. */
  keyFromEnvironment: boolean
  /** Puts the backup in place of what is there. */
  force: boolean
}

export interface Restored {
  manifest: Manifest
  /** files written; those that were there already with the same name are replaced */
  files: number
  key: 'written' | 'kept' | 'from the environment' | 'not in the backup'
}

/**
 * Puts a backup into an installation that is not running. Every part is read and compared before anything is changed,
 * and the database is read back and compared before it is committed.
 * @throws BackupProblem where the backup is damaged or newer, or something is there and `force` was not given
 */
export async function restoreBackup(directory: string, target: RestoreTarget): Promise<Restored> {
  const { manifest, wrong } = await verifyBackup(directory)
  if (wrong.length > 0) throw new BackupProblem(`The backup is damaged:\n  ${wrong.join('\n  ')}`)
  const known = migrationNames()
  if (manifest.database.migrations.some((name) => !known.includes(name))) {
    throw new BackupProblem(`The backup was made by a newer version of Parley (${manifest.version})`)
  }
  const refused = await refuseLoad(target.databaseUrl)
  if (refused === 'in_use') throw new BackupProblem('The database is in use: stop every server and worker first')
  if (refused === 'not_owner') {
    throw new BackupProblem('The role of DATABASE_URL may not replace the schema public: it has to own the database')
  }
  if (!target.force && (refused === 'not_empty' || (!manifest.withoutFiles && (await holdsFiles(target))))) {
    throw new BackupProblem('There is something already: --force puts the backup in its place')
  }
  const backedUpKeys = manifest.keys && keysIn(await readFile(join(directory, 'secret-key'), 'utf8'))
  await mkdir(target.dataDir, { recursive: true })
  // Files first, as always: no row names a file that is not there.
  await putFiles(directory, manifest.files, target)
  await loadDatabase(
    target.databaseUrl,
    manifest.database,
    ({ table }) => stored(join(directory, tableFile(table)), { compressed: true }),
    sum,
  )
  return { manifest, files: manifest.files.length, key: await putKeys(target, backedUpKeys) }
}

async function holdsFiles({ files, dataDir }: RestoreTarget): Promise<boolean> {
  for await (const _ of files?.list() ?? []) return true
  if (files) return false
  const entries = await readdir(join(dataDir, FILES_FOLDER), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.some((entry) => entry.isFile())
}

/** So many at once: an object storage is waited for. */
const AT_ONCE = 8

async function putFiles(directory: string, files: readonly BackedUpFile[], target: RestoreTarget): Promise<void> {
  await sideBySide(files, AT_ONCE, async ({ path, bytes, sha256 }) => {
    const from = join(directory, path)
    if (!target.files || !path.startsWith(`${FILES_FOLDER}/`)) return put(from, join(target.dataDir, path))
    const key = basename(path)
    // Somebody laid something else beside the files: nothing asks for it.
    if (!FILE_KEY.test(key)) return
    const body = Readable.toWeb(createReadStream(from)) as ReadableStream<Uint8Array>
    const stored = await target.files.put(key, body, bytes)
    if (stored.sha256 !== sha256) throw new BackupProblem(`The backup changed while it was read: ${path}`)
  })
}

/** Whole or not at all; a file that the target has keeps its place until then. */
async function put(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  const draft = `${to}.${process.pid}.part`
  await copyFile(from, draft)
  await chmod(draft, 0o600)
  await rename(draft, to)
}

/** The target's own keys stay behind the backup's: whatever was sealed with them can still be opened. */
async function putKeys(target: RestoreTarget, keys: readonly string[] | null): Promise<Restored['key']> {
  if (keys === null) return 'not in the backup'
  if (target.keyFromEnvironment) return 'from the environment'
  const file = join(target.dataDir, 'secret-key')
  const there = existsSync(file) ? keysIn(await readFile(file, 'utf8')) : []
  if (keys.every((key) => there.includes(key))) return 'kept'
  const all = [...new Set([...keys, ...there])]
  const draft = `${file}.${process.pid}.part`
  await writeFile(draft, `${all.join('\n')}\n`, { mode: 0o600 })
  await rename(draft, file)
  return 'written'
}
