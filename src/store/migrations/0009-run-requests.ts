import { type Kysely, sql } from 'kysely'

/** Scenarios that start others in many conversations, and what the account itself is called and writes dates by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Runs that a step asked for in other conversations, until each is entered in its conversation's record.
  // No reference to conversations: it would take their rows' locks, which a step may take in ascending order only.
  `create table run_requests (
    id bigint generated always as identity primary key,
    conversation_id uuid not null,
    run_id uuid not null references runs (id), -- the run that asked
    effect integer not null,
    place integer not null,                   -- in the list that it was given
    payload jsonb not null,                   -- src/domain/conversation-event.ts, run.requested
    created_at timestamptz not null default now(),
    unique (run_id, effect, place)
  )`,
  `create index run_requests_conversation on run_requests (conversation_id, id)`,
  `create table account (
    one boolean primary key default true check (one),
    name text not null default '',
    time_zone text not null default 'UTC',    -- IANA
    locale text not null default 'en',        -- BCP 47
    updated_at timestamptz not null default now()
  )`,
  `insert into account default values`,
]
