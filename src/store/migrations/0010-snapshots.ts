import { type Kysely, sql } from 'kysely'

/** What scenarios saw of each event, for dry runs over the record; and drafts that are watched beside what is live. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table event_snapshots (
    conversation_id uuid not null references conversations (id),
    seq bigint not null,                      -- of the event in conversation_events
    at timestamptz not null default now(),
    happened jsonb,                           -- [src/domain/scenario/engine/happening.ts]; null: nothing for scenarios
    frames jsonb,                             -- [src/domain/scenario/dry-run/tape.ts, Frame]
    primary key (conversation_id, seq)
  )`,
  // They are looked for by time only, to be deleted.
  `create index event_snapshots_at on event_snapshots using brin (at)`,
  `alter table run_entries add column seq bigint`, // the event of the conversation that was worked off; null: older
  `create table scenario_shadows (
    scenario_id uuid primary key references scenarios (id) on delete cascade,
    document jsonb not null,                  -- never changed: the draft as it was then
    sha256 text not null,
    since timestamptz not null default now(),
    created_by uuid references users (id) on delete set null
  )`,
]
