import { sql } from 'kysely'
import type { Db } from './database.ts'

const PAGE = 1_000

/** What should lie in the file store under a key. */
export interface StoredFile {
  key: string
  size: number
  sha256: string | null
}

/** Every file whose bytes are stored, page by page; bytes that several attachments share come once. */
export async function* storedFiles(db: Db): AsyncGenerator<StoredFile> {
  for (let after: string | null = null; ; ) {
    const { rows }: { rows: StoredFile[] } = await sql<StoredFile>`
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
