import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseDump } from '../../store/backup/dump.ts'

/** What a backup holds, with a checksum for each part; `manifest.json` in its directory. */
export interface Manifest {
  format: 1
  /** of Parley */
  version: string
  /** when its snapshot of the database was taken, ISO 8601 */
  madeAt: string
  database: DatabaseDump
  /** clients' and employees' files, and the embedded Temporal's database; paths within the backup */
  files: BackedUpFile[]
  /** clients' and employees' files were left out on purpose */
  withoutFiles?: true
  /** names of the secret keys that stand in `secret-key`; null: they were left out */
  keys: string[] | null
  temporal: { taken: true } | { taken: false; why: string }
}

export interface BackedUpFile {
  path: string
  bytes: number
  sha256: string
}

/** A backup cannot be used, or does not hold what it should; in words for a person. */
export class BackupProblem extends Error {
  override readonly name = 'BackupProblem'
}

const MANIFEST = 'manifest.json'
/** The manifest's own checksum. It is written last: a backup without it was broken off. */
const SEAL = 'manifest.sha256'

export const tableFile = (table: string): string => `database/${table}.copy.gz`

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  await writeFile(join(directory, MANIFEST), text, { mode: 0o600 })
  await writeFile(join(directory, SEAL), `${digest(text)}  ${MANIFEST}\n`, { mode: 0o600 })
}

/** @throws BackupProblem where there is none, or it was changed */
export async function readManifest(directory: string): Promise<Manifest> {
  const [text, seal] = await Promise.all(
    [MANIFEST, SEAL].map((name) => readFile(join(directory, name), 'utf8').catch(() => null)),
  )
  if (!text || !seal) throw new BackupProblem('This is no backup, or it was broken off: its manifest is missing')
  if (digest(text) !== seal.split(/\s/)[0]) throw new BackupProblem('The backup’s manifest was changed')
  const manifest = JSON.parse(text) as Manifest
  if (manifest.format !== 1) throw new BackupProblem('The backup was made by a newer version of Parley')
  return manifest
}
