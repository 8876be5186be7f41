import { type Kysely, sql } from 'kysely'

/** Runs without a client: what starts them, and what comes for them afterwards. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Steps of the house take this row first: one after the other, as a conversation's do.
  `create table house (one boolean primary key default true check (one))`,
  `insert into house default values`,
  `create table house_events (
    id uuid primary key,
    name text not null,                       -- src/domain/scenario/document/events.ts
    data jsonb not null,                      -- event.* of its runs
    scenario_id uuid references scenarios (id), -- it starts this one alone; null: everybody who listens
    channel_id uuid references channels (id), -- the one it is about
    dedupe_key text unique,
    at timestamptz not null,                  -- when it happened
    received_at timestamptz not null default now(),
    worked_at timestamptz,
    ended_at timestamptz,                     -- no run of it is open
    attempts integer not null default 0,
    problem text,                             -- why it could not be worked off
    changed bigint not null default 1,        -- counts what its workflow has to hear of
    heard bigint not null default 0,          -- how much of it a step has seen
    due_at timestamptz,                       -- when a wait of its runs ends
    nudged_at timestamptz,
    nudges integer not null default 0
  )`,
  `create index house_events_unheard on house_events (id) where changed > heard`,
  `create index house_events_due on house_events (due_at) where due_at is not null`,
  `create index house_events_old on house_events (ended_at) where ended_at is not null`,
  // What comes for the runs of an event later: src/domain/house-news.ts
  `create table house_news (
    id bigint generated always as identity primary key,
    event_id uuid not null references house_events (id) on delete cascade,
    payload jsonb not null,
    at timestamptz not null default clock_timestamp(),
    worked_at timestamptz,
    attempts integer not null default 0,
    problem text
  )`,
  `create index house_news_event on house_news (event_id, id)`,
  `create index house_news_open on house_news (event_id, id) where worked_at is null`,
  `create table house_decisions (
    event_id uuid primary key references house_events (id) on delete cascade,
    event text not null,
    started jsonb not null,                   -- as in scenario_decisions
    not_started jsonb not null,
    at timestamptz not null
  )`,
  `alter table runs add column house_event_id uuid references house_events (id)`,
  `create index runs_house_event on runs (house_event_id) where house_event_id is not null`,
  `alter table runs add check (conversation_id is null or house_event_id is null)`,

  // What has been told of a scenario's schedule; only of those that are published and enabled.
  `create table schedules (
    scenario_id uuid primary key references scenarios (id) on delete cascade,
    cron text not null,
    time_zone text not null,
    last_at timestamptz not null,             -- every moment up to here was told, or is past telling
    next_at timestamptz                       -- null: it never comes again
  )`,
  `create index schedules_next on schedules (next_at) where next_at is not null`,

  // The number's quality as the provider last put it; null: not heard yet.
  `alter table channels add column quality text`,
  `alter table channels add column quality_at timestamptz`,

  `alter table outside_calls alter column conversation_id drop not null`,
  `alter table outside_calls add column house_event_id uuid references house_events (id)`,
  `alter table outside_calls add check ((conversation_id is null) <> (house_event_id is null))`,
  `create index outside_calls_house on outside_calls (house_event_id) where state in ('waiting', 'calling')`,
]
