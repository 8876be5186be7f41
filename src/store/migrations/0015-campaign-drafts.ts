import { type Kysely, sql } from 'kysely'

/** Drafts of campaigns can be opened again and changed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Apart from the campaigns: an order with its list may have 20 MB, and whoever lists campaigns wants none of it.
  await sql
    .raw(`create table campaign_drafts (
      campaign_id uuid primary key references campaigns (id) on delete cascade,
      given jsonb not null                    -- the order as its author gave it; only while it is a draft
    )`)
    .execute(db)
}
