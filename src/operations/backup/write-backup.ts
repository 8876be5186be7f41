import { createReadStream, existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { dumpDatabase } from '../../store/backup/dump.ts'
import { FILES_FOLDER, INCOMING_FOLDER, placeOf } from '../../store/disk-files.ts'
import type { FileStore } from '../../store/file-store.ts'
import { secretBox } from '../../store/secret-box.ts'
import { sideBySide } from '../../store/side-by-side.ts'
import { type BackedUpFile, BackupProblem, type Manifest, tableFile, writeManifest } from './manifest.ts'
import { store } from './streams.ts'
import { filesBelow, pack } from './tar.ts'

export interface BackupSource {
  databaseUrl: string
  dataDir: string
  /** where clients' and employees' files lie; absent: in the data directory; null: they are left out */
  files?: FileStore | null
  /** the newest first; null: they are left out */
  secretKeys: readonly string[] | null
  version: string
  /** Why the embedded Temporal's database cannot be copied now; null: it can, for no server writes to it. */
  temporalInUse: string | null
}

/** Is a backup to be one file? */
export const isArchive = (target: string): boolean => target.endsWith('.tar')

/**
 * Writes everything that an installation is made of into a new directory, or into one file where the name ends with
 * `.tar`. The database comes first: a file is there before the row that names it. What is half written has another name.
 * @throws BackupProblem where the target exists, or there is no database of Parley
 */
export async function writeBackup(source: BackupSource, target: string): Promise<Manifest> {
  const end = resolve(target)
  if (existsSync(end)) throw new BackupProblem(`${target} exists already`)
  const draft = `${end}.${process.pid}.part`
  await mkdir(draft, { recursive: true, mode: 0o700 })
  try {
    const manifest = await fill(source, draft)
    if (isArchive(end)) {
      await pack(draft, `${draft}.tar`)
      await rename(`${draft}.tar`, end)
    } else await rename(draft, end)
    return manifest
  } finally {
    await rm(draft, { recursive: true, force: true })
    await rm(`${draft}.tar`, { force: true })
  }
}

async function fill(source: BackupSource, draft: string): Promise<Manifest> {
  const { databaseUrl, secretKeys } = source
  const madeAt = new Date().toISOString()
  const database = await dumpDatabase(databaseUrl, (table, rows) =>
    store(rows, join(draft, tableFile(table.table)), { compress: true }),
  )
  if (database.migrations.length === 0) throw new BackupProblem('There is no database of Parley: nothing to back up')
  const files = await takeFiles(source, draft)
  const temporal = await takeTemporal(source, draft)
  if (secretKeys) await writeFile(join(draft, 'secret-key'), `${secretKeys.join('\n')}\n`, { mode: 0o600 })
  const manifest: Manifest = {
    format: 1,
    version: source.version,
    madeAt,
    database,
    files: [...files, ...temporal.files],
    ...(source.files === null && { withoutFiles: true as const }),
    keys: secretKeys && [...secretBox(secretKeys).keys],
    temporal: temporal.state,
  }
  await writeManifest(draft, manifest)
  return manifest
}

/**
 * SQLite's file and its log belong together and change under a running server, and Node 20 cannot ask SQLite for a
 * consistent copy: it is taken only while nobody writes. Without it every workflow starts anew from the database.
 */
async function takeTemporal(
  { dataDir, temporalInUse }: BackupSource,
  draft: string,
): Promise<{ files: BackedUpFile[]; state: Manifest['temporal'] }> {
  if (temporalInUse !== null) return { files: [], state: { taken: false, why: temporalInUse } }
  const files = await copyBelow(dataDir, 'temporal', draft, (path) => /^temporal\.db(-wal)?$/.test(path))
  if (files.length === 0) return { files, state: { taken: false, why: 'there is no embedded Temporal here' } }
  return { files, state: { taken: true } }
}

async function takeFiles({ files, dataDir }: BackupSource, draft: string): Promise<BackedUpFile[]> {
  if (files === null) return []
  if (files) return copyFiles(files, draft)
  return copyBelow(dataDir, FILES_FOLDER, draft, (path) => !path.startsWith(`${INCOMING_FOLDER}/`))
}

/** So many at once: of an object storage each one waits for an answer. */
const AT_ONCE = 8

/** In the places that they would have below a data directory: a backup does not tell where it was taken from. */
async function copyFiles(files: FileStore, draft: string): Promise<BackedUpFile[]> {
  const copied: BackedUpFile[] = []
  await sideBySide(files.list(), AT_ONCE, async ({ key }) => {
    const opened = await files.open(key)
    // One that was deleted since is missed by nobody: its row goes first.
    if (!opened) return
    const path = `${FILES_FOLDER}/${placeOf(key)}`
    const body = Readable.fromWeb(opened.body as NodeReadableStream<Uint8Array>)
    const sum = await store(body, join(draft, path), { compress: false })
    if (sum.bytes !== opened.size) throw new BackupProblem(`A file broke off while it was read: ${key}`)
    copied.push({ path, ...sum })
  })
  return copied.sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function copyBelow(
  from: string,
  folder: string,
  draft: string,
  wanted: (path: string) => boolean,
): Promise<BackedUpFile[]> {
  if (!existsSync(join(from, folder))) return []
  const copied: BackedUpFile[] = []
  for (const name of (await filesBelow(join(from, folder))).filter(wanted)) {
    const path = `${folder}/${name}`
    // One that was deleted since is missed by nobody: its row goes first.
    if (!existsSync(join(from, path))) continue
    copied.push({ path, ...(await store(createReadStream(join(from, path)), join(draft, path), { compress: false })) })
  }
  return copied
}
