import { type Kysely, sql } from 'kysely'

/** Endpoints that scenarios call, and the calls. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table endpoints (
    id uuid primary key,
    name text not null,                       -- how scenarios name it
    url text not null,                        -- without query and fragment
    auth text not null check (auth in ('none', 'bearer', 'basic', 'header')),
    auth_name text,                           -- header: its name; basic: the user's name
    header_names text[] not null default '{}',
    secrets bytea not null,                   -- sealed: the secret and the headers' values
    allow_private_address boolean not null default false,
    enabled boolean not null default true,
    max_concurrent integer not null check (max_concurrent > 0),
    calls_per_second double precision not null check (calls_per_second > 0),
    timeout_ms integer not null check (timeout_ms > 0),
    circuit jsonb not null,                   -- src/domain/circuit.ts
    next_place_at timestamptz,                -- the pace: src/domain/pacing.ts
    last_call_at timestamptz,
    last_error text,                          -- a code
    last_error_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create unique index endpoints_name on endpoints (lower(name))`,
  `create table outside_calls (
    id uuid primary key,
    conversation_id uuid not null references conversations (id),
    run_id uuid not null references runs (id),
    run_step text not null,
    run_effect integer not null,
    endpoint_name text not null,
    endpoint_id uuid references endpoints (id) on delete set null,
    request jsonb not null,                   -- src/domain/outside/call-request.ts
    state text not null default 'waiting' check (state in ('waiting', 'calling', 'ended', 'dropped')),
    attempts integer not null default 0,      -- counted before the call
    next_at timestamptz not null default now(),
    has_place boolean not null default false, -- next_at is a place in the endpoint's pace
    deadline timestamptz not null,
    worker text,
    claimed_at timestamptz,
    lease_until timestamptz,                  -- then its worker is gone
    is_trial boolean not null default false,
    last_code text,                           -- of the newest attempt
    seq bigint,                               -- the event with the answer
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    unique (run_id, run_effect)
  )`,
  `create index outside_calls_open on outside_calls (conversation_id) where state in ('waiting', 'calling')`,
  `create index outside_calls_calling on outside_calls (endpoint_id, lease_until) where state = 'calling'`,
  `create index outside_calls_ended on outside_calls (ended_at) where ended_at is not null`,
  `create index outside_calls_pace on outside_calls (endpoint_id, claimed_at)`,
]
