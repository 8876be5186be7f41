import { type Kysely, sql } from 'kysely'

/** What needs a person until one has looked, sessions that can be ended one by one, tokens that end by themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // A person has looked at this failure, and wants to do nothing more about it.
  `alter table deliveries add column attended_at timestamptz`,
  `create index deliveries_attention on deliveries (queued_at desc, id desc)
    where state in ('failed', 'unknown') and attended_at is null`,
  `alter table sessions add column id uuid not null default gen_random_uuid()`,
  `create unique index sessions_id on sessions (id)`,
  `alter table api_tokens add column expires_at timestamptz`,
]
