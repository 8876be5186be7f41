import { type Kysely, sql } from 'kysely'

/** What triggers with a time of their own count from, and how far each of them has been looked at. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // ── facts ─────────────────────────────────────────────────────────────────────────────────────
  // When the newest message of either side was here: the client's when it was worked off, ours when the provider took
  // it. What the bulk rule holds is none. By this database's clock, so that it never appears far behind its own value.
  `alter table conversations add column last_message_at timestamptz`,
  `alter table conversations add column last_message_run uuid`, // the run that sent it; null: a person
  `update conversations set last_message_at = date_trunc('milliseconds',
    greatest(last_in_at, case when last_author is not null then last_out_at end))
    where last_in_at is not null or last_out_at is not null`,
  `create index conversations_last_message on conversations (last_message_at) where last_message_at is not null`,
  `create index conversations_last_in on conversations (last_in_at) where last_in_at is not null`,
  `alter table tasks add column due_at timestamptz`,
  `create index tasks_due on tasks (due_at) where active and due_at is not null`,

  // ── progress ──────────────────────────────────────────────────────────────────────────────────
  `create table timed_triggers (
    key text primary key,                     -- src/domain/scenario/timed/timed-trigger.ts
    event text not null,
    keys jsonb not null,                      -- the trigger's own: { for, calendar, before, after }
    watermark timestamptz not null,           -- facts up to here have been told, or were behind when it began
    looked_at timestamptz not null            -- when facts that changed late were last looked for
  )`,
  // Runs that wait for one of these events, by version: which keys they wait with is in the documents.
  `create index runs_await_time on runs (scenario_id, version)
    where state = 'waiting' and awaits && array['window.closed', 'task.due', 'task.overdue']`,
]
