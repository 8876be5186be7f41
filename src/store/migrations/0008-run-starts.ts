import { type Kysely, sql } from 'kysely'

/** A run keeps what set it going: to begin anew with it, and to be found again in a dry run. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // src/domain/scenario/interpreter/stimulus.ts, `start`; null: it began before this was kept
  `alter table runs add column start jsonb`,
  `alter table runs add column is_queued boolean not null default false`, // it has not begun: another one comes first
  `update runs set start = queued, is_queued = true where queued is not null`,
  `alter table runs drop column queued`,
  `create index runs_parent on runs (parent_id) where parent_id is not null`,
]
