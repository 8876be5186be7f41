import { type Kysely, sql } from 'kysely'

/** Webhooks: what scenarios tell other systems, and what other systems tell scenarios. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // ── out: subscriptions and their outbox ───────────────────────────────────────────────────────
  `create table webhooks (
    id uuid primary key,
    name text not null,
    url text not null,
    events text[] not null,                   -- names of events; '*': every one
    state text not null default 'active' check (state in ('active', 'disabled')),
    allow_private_address boolean not null default false,
    secret bytea not null,                    -- sealed: whsec_…
    previous_secret bytea,                    -- sealed; signs too until …
    previous_until timestamptz,
    last_error text,                          -- of the newest failed attempt; null: the newest one succeeded
    last_error_at timestamptz,
    failing_since timestamptz,                -- nothing but failures since then
    busy_until timestamptz,                   -- somebody works at its outbox
    nudged_at timestamptz,
    nudges integer not null default 0,
    created_by uuid references users (id) on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create table webhook_deliveries (
    id uuid primary key,
    webhook_id uuid not null references webhooks (id) on delete cascade,
    event text not null,
    body text not null,                       -- the bytes that are signed, at every attempt the same
    state text not null default 'queued' check (state in ('queued', 'delivered', 'failed')),
    attempts integer not null default 0,      -- since it was queued
    next_at timestamptz not null default now(),
    last_status integer,
    last_error text,
    log jsonb not null default '[]',          -- [{ at, status, error, milliseconds }], the newest last
    conversation_id uuid references conversations (id),
    run_id uuid references runs (id),
    run_effect integer,
    created_at timestamptz not null default now(),
    ended_at timestamptz
  )`,
  `create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_at, id) where state = 'queued'`,
  `create index webhook_deliveries_listed on webhook_deliveries (webhook_id, id desc)`,
  `create index webhook_deliveries_old on webhook_deliveries (ended_at) where state <> 'queued'`,
  // An effect is done once.
  `create unique index webhook_deliveries_effect on webhook_deliveries (run_id, run_effect, webhook_id)
    where run_id is not null`,

  // ── in: addresses that other systems call ─────────────────────────────────────────────────────
  `create table incoming_webhooks (
    id uuid primary key,
    name text not null unique,                -- the last part of its address
    verify text not null check (verify in ('standard', 'token', 'hmac-sha256')),
    header text check ((header is null) = (verify <> 'hmac-sha256')), -- which one holds the signature
    secret bytea not null,                    -- sealed
    previous_secret bytea,                    -- sealed; accepted too until …
    previous_until timestamptz,
    created_by uuid references users (id) on delete set null,
    created_at timestamptz not null default now(),
    last_received_at timestamptz
  )`,
  // What came is not taken a second time.
  `create table incoming_webhook_keys (
    webhook_id uuid not null references incoming_webhooks (id) on delete cascade,
    key text not null,                        -- the sender's id, or a digest of the body
    until timestamptz not null,
    primary key (webhook_id, key)
  )`,
  `create index incoming_webhook_keys_old on incoming_webhook_keys (until)`,
  `create table incoming_webhook_events (
    id uuid primary key,
    webhook_id uuid not null references incoming_webhooks (id) on delete cascade,
    webhook_name text not null,
    body jsonb not null,
    raw bytea not null,                       -- as it came
    content_type text,
    state text not null check (state in ('done', 'ignored', 'undeliverable')),
    outcomes jsonb not null default '[]',     -- src/domain/webhooks/outcome.ts
    house text check (house in ('waiting', 'done')), -- for scenarios without a client; null: none listened
    received_at timestamptz not null default now()
  )`,
  `create index incoming_webhook_events_listed on incoming_webhook_events (webhook_id, id desc)`,
  `create index incoming_webhook_events_old on incoming_webhook_events (received_at)`,
  `create index incoming_webhook_events_house on incoming_webhook_events (id) where house = 'waiting'`,
  // Which versions have open runs, for the webhooks that they wait for.
  `create index runs_of_version on runs (scenario_id, version) where state in ('running', 'waiting', 'blocked')`,
]
