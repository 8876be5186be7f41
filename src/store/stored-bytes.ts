import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Bytes of all files in the file store, in both directions; bytes that several attachments share count once. */
export async function storedBytes(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(size), 0)::bigint as bytes from attachments where state = 'stored' and content_id is null`.execute(
    db,
  )
  return rows[0]?.bytes ?? 0
}
