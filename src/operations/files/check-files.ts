import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { FileStore } from '../../store/file-store.ts'
import type { Db } from '../../store/index.ts'
import { sideBySide } from '../../store/side-by-side.ts'

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

const PAGE = 1_000

/** Bytes that several attachments share come once. */
async function* storedFiles(db: Db): AsyncGenerator<{ key: string; size: number; sha256: string | null }> {
  for (let after: string | null = null; ; ) {
    const { rows }: { rows: { key: string; size: number; sha256: string | null }[] } = await sql<{
      key: string
      size: number
      sha256: string | null
    }>`
      select distinct on (key) key::text as key, size, sha256
      from (select coalesce(content_id, id) as key, coalesce(size, 0) as size, sha256 from attachments
        where state = 'stored') stored
      where ${after === null ? sql`true` : sql`key > ${after}::uuid`}
      order by key limit ${PAGE}`.execute(db)
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.key
  }
}
