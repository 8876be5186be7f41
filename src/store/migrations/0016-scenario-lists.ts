import { type Kysely, sql } from 'kysely'

/** Scenarios as their authors look at them: who changed a draft, what a version looked like as a text, how runs fare. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table scenarios add column updated_by uuid references users (id) on delete set null`,
  `update scenarios set updated_by = created_by`,
  `alter table scenario_versions add column text text`, // as its author wrote it; null: older than this column
  // Open and failed runs are few beside those that are over: counted and listed without looking at the others.
  `create index runs_scenario_state on runs (scenario_id, state, id desc) include (version)
    where state in ('running', 'waiting', 'blocked', 'failed')`,
  `create index runs_state on runs (state, id desc) where state in ('running', 'waiting', 'blocked', 'failed')`,
]
