import { type Kysely, sql } from 'kysely'

/** Scenarios and buttons with their versions and runs, and what they need: calendars. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // ── calendars ─────────────────────────────────────────────────────────────────────────────────
  `create table calendars (
    id uuid primary key,
    name text not null,                       -- how scenarios name it
    time_zone text not null,                  -- IANA
    week jsonb not null,                      -- [[{ from, to }]]: seven days, Monday first
    holidays jsonb not null default '[]',     -- [{ date, name, hours }]
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create unique index calendars_name on calendars (lower(name))`,

  // ── scenarios ─────────────────────────────────────────────────────────────────────────────────
  `create table scenarios (
    id uuid primary key,
    key text not null unique,                 -- the document's id
    kind text not null check (kind in ('scenario', 'button')),
    name text not null,
    draft text not null,                      -- as its author wrote it
    draft_format text not null check (draft_format in ('yaml', 'json')),
    draft_document jsonb,                     -- null where the draft cannot be read yet
    enabled boolean not null default true,
    published_version integer,                -- null: never published
    created_by uuid references users (id) on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create table scenario_versions (
    scenario_id uuid not null references scenarios (id),
    version integer not null,
    document jsonb not null,                  -- never changed
    sha256 text not null,                     -- of the canonical document
    in_flight text not null check (in_flight in ('pin', 'drain', 'restart', 'migrate')),
    published_by uuid references users (id) on delete set null,
    published_at timestamptz not null default now(),
    primary key (scenario_id, version)
  )`,
  // What events start, by kind: the published version of each enabled scenario, nothing else.
  `create table scenario_triggers (
    scenario_id uuid primary key references scenarios (id) on delete cascade,
    version integer not null,
    event text not null,                      -- 'button' for buttons
    priority integer not null
  )`,
  `create index scenario_triggers_event on scenario_triggers (event, priority desc, scenario_id)`,
  // Counts changes of what is published, so that a process knows when what it remembers is old.
  `create table scenario_catalogue (
    one boolean primary key default true check (one),
    version bigint not null default 0
  )`,
  `insert into scenario_catalogue default values`,

  // ── runs ──────────────────────────────────────────────────────────────────────────────────────
  `create table runs (
    id uuid primary key,
    scenario_id uuid not null references scenarios (id),
    version integer not null,
    conversation_id uuid references conversations (id), -- null: it has no client
    task_id uuid,
    state text not null check (state in ('running', 'waiting', 'finished', 'failed', 'stopped', 'blocked')),
    reason_code text,
    run jsonb not null,                       -- src/domain/scenario/interpreter/run.ts
    awaits text[] not null default '{}',      -- names of the events that may wake it
    deadline timestamptz,                     -- when it has to be given the time
    priority integer not null default 0,
    parent_id uuid references runs (id),      -- the run that called it
    pressed_by uuid references users (id) on delete set null,
    queued jsonb,                             -- what starts it once the run before it has ended; null: it has begun
    started_at timestamptz not null default now(),
    ended_at timestamptz
  )`,
  `create index runs_open on runs (conversation_id) where state in ('running', 'waiting', 'blocked')`,
  `create index runs_deadline on runs (deadline) where state in ('running', 'waiting', 'blocked')`,
  `create index runs_scenario on runs (scenario_id, id desc)`,
  `create index runs_task on runs (task_id, id desc) where task_id is not null`,
  `create table run_entries (
    run_id uuid not null references runs (id),
    n integer not null,
    at timestamptz not null,
    entry jsonb not null,                     -- src/domain/scenario/interpreter/log-entry.ts
    primary key (run_id, n)
  )`,
  `alter table groups add column turn bigint not null default 0`, // whose turn it is to be assigned
  // The effect of a run that waits to hear how the message fared.
  `alter table deliveries add column run_id uuid references runs (id)`,
  `alter table deliveries add column run_step text`,
  `alter table deliveries add column run_effect integer`,
  // What an event started, and what it did not start and why: written when it happened.
  `create table scenario_decisions (
    conversation_id uuid not null references conversations (id),
    seq bigint not null,
    n integer not null,                       -- one event of the record may be several to scenarios
    event text not null,
    comment_id uuid,
    started jsonb not null default '[]',      -- [{ scenarioId, version, runId }]
    not_started jsonb not null default '[]',  -- [{ scenarioId, version, reason, condition, values }]
    at timestamptz not null,
    primary key (conversation_id, seq, n)
  )`,
  `create index scenario_decisions_comment on scenario_decisions (comment_id) where comment_id is not null`,
]
