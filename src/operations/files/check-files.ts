import { createHash } from 'node:crypto'
import type { FileStore } from '../../store/file-store.ts'
import type { Db } from '../../store/index.ts'
import { sideBySide } from '../../store/side-by-side.ts'
import { storedFiles } from '../../store/stored-files.ts'

export interface FilesCheck {
  /** files that the database knows of */
  files: number
  bytes: number
  /** ids whose bytes are not there */
  missing: string[]
  /** ids whose bytes have another size, or another checksum where they were read */
  differing: string[]
  /** Files that no row names: of an upload that is just coming in, or left behind by a process that ended. */
  unneeded: number
}

const AT_ONCE = 8

/**
 * Compares what the database says of stored files with what is there. Changes nothing.
 * @param read every byte is read and compared with its checksum; otherwise sizes only
 */
export async function checkStoredFiles(db: Db, files: FileStore, read: boolean): Promise<FilesCheck> {
  const there = new Map<string, number>()
  for await (const { key, size } of files.list()) there.set(key, size)
  const check: FilesCheck = { files: 0, bytes: 0, missing: [], differing: [], unneeded: 0 }
  await sideBySide(storedFiles(db), AT_ONCE, async ({ key, size, sha256 }) => {
    const found = there.get(key)
    there.delete(key)
    check.files += 1
    check.bytes += size
    if (found === undefined && !(await isThere(files, key))) check.missing.push(key)
    else if (found !== undefined && found !== size) check.differing.push(key)
    else if (read && (await digest(files, key)) !== sha256) check.differing.push(key)
  })
  check.unneeded = there.size
  check.missing.sort()
  check.differing.sort()
  return check
}

/** It may have come after the listing. */
async function isThere(files: FileStore, key: string): Promise<boolean> {
  const opened = await files.open(key)
  await opened?.body.cancel()
  return opened !== null
}

async function digest(files: FileStore, key: string): Promise<string | null> {
  const opened = await files.open(key)
  if (!opened) return null
  const hash = createHash('sha256')
  for await (const piece of opened.body) hash.update(piece)
  return hash.digest('hex')
}
