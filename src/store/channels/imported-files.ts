import { sql } from 'kysely'
import type { AttachmentId } from '../../domain/ids.ts'
import type { Db, Tx } from '../database.ts'

/** A fetch that began so long ago has failed at least once, and waits. It takes nobody's place any more. */
const AT_WORK = sql`now() - interval '30 seconds'`

/**
 * Claims files of imported messages that nobody fetches, for their workflows to be started; a history may bring
 * thousands, and clients who write meanwhile go before them. Mostly a claimed file is there a moment later. Where its
 * workflow is gone it is told again: at most every minute, 2, 4, … 60 minutes.
 * @param atOnce so many are under way, whoever claimed them
 */
export async function claimImportedFiles(db: Db, atOnce: number): Promise<AttachmentId[]> {
  const { rows } = await sql<{ id: AttachmentId }>`
    with room as materialized (
      select greatest(0, ${atOnce} - count(*)) as places from imported_files where open and nudged_at > ${AT_WORK}
    ), due as (
      select f.attachment_id as id from imported_files f
      where f.open
        and (f.nudges = 0 or f.nudged_at < now() - least(3600, 60 * power(2, least(f.nudges - 1, 10))) * interval '1 second')
      order by f.nudges, f.attachment_id
      limit (select places from room) for update skip locked
    )
    update imported_files f set nudged_at = now(), nudges = f.nudges + 1 from due where f.attachment_id = due.id
    returning f.attachment_id as id`.execute(db)
  return rows.map(({ id }) => id)
}

/** It is stored or given up: nobody asks for it again. */
export async function endFetch(tx: Tx, id: AttachmentId): Promise<void> {
  await tx.updateTable('imported_files').set({ open: false }).where('attachment_id', '=', id).execute()
}

/** A person wants it to be tried again, however often that was in vain. */
export async function beginFetch(tx: Tx, id: AttachmentId): Promise<void> {
  await tx
    .updateTable('imported_files')
    .set({ open: true, nudges: 0, nudged_at: null })
    .where('attachment_id', '=', id)
    .execute()
}
