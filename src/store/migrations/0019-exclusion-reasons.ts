import { type Kysely, sql } from 'kysely'

/** Why somebody on a list gets nothing is kept by codes, and worded for who reads it. What was worded before stays. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table campaign_recipients add column reasons jsonb').execute(db)
}
