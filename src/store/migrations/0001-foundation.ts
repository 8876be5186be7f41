import { type Kysely, sql } from 'kysely'

/**
 * The foundation: people, channels, contacts, conversations with their ordered events, tasks, comments,
 * deliveries with the send ledger, live updates and audit.
 *
 * Row locks are taken in this order everywhere, so that steps, webhooks and people cannot deadlock:
 * conversations (by id) → contacts → tasks → comments → deliveries (by id) → the rest.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // ── people ────────────────────────────────────────────────────────────────────────────────────
  `create table users (
    id uuid primary key,
    name text not null,
    email text not null,
    role text not null check (role in ('owner', 'admin', 'author', 'operator')),
    password_hash text,
    channel_ids uuid[],                       -- null: every channel
    active boolean not null default true,
    created_at timestamptz not null default now()
  )`,
  `create unique index users_email on users (lower(email))`,
  `create table groups (
    id uuid primary key,
    name text not null,
    member_ids uuid[] not null default '{}',
    created_at timestamptz not null default now()
  )`,
  `create table sessions (
    token_hash bytea primary key,
    user_id uuid not null references users (id) on delete cascade,
    user_agent text,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null
  )`,
  `create index sessions_user on sessions (user_id)`,
  `create table sign_in_links (
    token_hash bytea primary key,
    user_id uuid not null references users (id) on delete cascade,
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  `create table sign_in_attempts (
    id bigint generated always as identity primary key,
    subject text not null,                    -- 'account:<hash>' or 'address:<ip>'
    at timestamptz not null default now()
  )`,
  `create index sign_in_attempts_subject on sign_in_attempts (subject, at)`,
  `create table api_tokens (
    id uuid primary key,
    name text not null,
    prefix text not null,
    token_hash bytea not null unique,
    role text not null check (role in ('owner', 'admin', 'author', 'operator')),
    channel_ids uuid[],
    created_by uuid references users (id),
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz
  )`,
  `create table idempotency_keys (
    principal text not null,
    key text not null,
    request_hash bytea not null,
    status integer,                           -- null: the first request is still under way
    body jsonb,
    created_at timestamptz not null default now(),
    primary key (principal, key)
  )`,

  // ── channels ──────────────────────────────────────────────────────────────────────────────────
  `create table task_templates (
    id uuid primary key,
    name text not null,
    title_pattern text not null,
    assignee_ids uuid[] not null default '{}',
    extra_assignee_ids uuid[] not null default '{}',
    statuses jsonb not null,                  -- [{ key, name, active }]
    fields jsonb not null default '{}',
    created_at timestamptz not null default now()
  )`,
  `create table channels (
    id uuid primary key,
    provider text not null,
    name text not null,
    state text not null default 'connected'
      check (state in ('connected', 'paused', 'disconnected', 'restricted', 'needs_attention')),
    state_reason text,
    account_id text not null,                 -- the provider's id that events are routed by (phone_number_id)
    business_id text,                         -- the business account above it (waba id)
    display_phone text,
    config jsonb not null,                    -- what is no secret
    secrets bytea not null,                   -- encrypted JSON: access token, app secret, verify token
    app_secret_hash bytea not null,           -- channels of one app share webhooks (contract.md)
    task_template_id uuid references task_templates (id),
    new_task_if_no_active boolean not null default true,
    reopen_last_task boolean not null default true,
    bulk jsonb not null default '{}',
    coexistence boolean not null default false,
    messages_per_second integer,
    created_by uuid references users (id),
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    last_inbound_at timestamptz,
    last_outbound_at timestamptz
  )`,
  `create unique index channels_account on channels (provider, account_id) where deleted_at is null`,
  `create table channel_events (
    id bigint generated always as identity primary key,
    channel_id uuid not null references channels (id),
    dedupe_key text not null,
    kind text not null,
    payload jsonb not null,
    effect jsonb not null,
    raw_body_id bigint,
    provider_at timestamptz,
    received_at timestamptz not null default now(),
    unique (channel_id, dedupe_key)
  )`,
  `create table raw_bodies (
    id bigint generated always as identity primary key,
    channel_id uuid not null,
    received_at timestamptz not null default now(),
    content_type text,
    body bytea not null
  )`,
  `create table dead_letters (
    id uuid primary key,
    channel_id uuid,
    raw_body_id bigint,
    path text not null,                       -- JSON pointer in the raw body
    conversation_id uuid,
    seq bigint,                               -- of the event whose step failed
    reason text not null,
    detail text not null,
    created_at timestamptz not null default now(),
    resolved_at timestamptz,
    resolution text
  )`,
  `create index dead_letters_open on dead_letters (created_at) where resolved_at is null`,

  // ── clients ───────────────────────────────────────────────────────────────────────────────────
  `create table contacts (
    id uuid primary key,
    name text not null,
    name_by text not null default 'provider' check (name_by in ('provider', 'employee')),
    phone text,                               -- "+" and digits, for people; never an address to send to
    fields jsonb not null default '{}',
    tags text[] not null default '{}',
    opted_out_at timestamptz,
    merged_into uuid references contacts (id),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create index contacts_phone on contacts (phone)`,
  `create table conversations (
    id uuid primary key,
    channel_id uuid not null references channels (id),
    contact_id uuid references contacts (id), -- null until the first event is worked off
    task_id uuid,                             -- the last task
    last_seq bigint not null default 0,       -- last event stored
    worked_seq bigint not null default 0,     -- last event worked off, in order
    last_event_at timestamptz not null default now(),
    nudged_at timestamptz,                    -- when the sweep last signalled it
    nudges integer not null default 0,
    last_in_at timestamptz,                   -- provider time of the client's last message: the reply window
    last_out_at timestamptz,
    last_author text,
    created_at timestamptz not null default now()
  )`,
  `create index conversations_behind on conversations (last_event_at) where worked_seq < last_seq`,
  `create index conversations_contact on conversations (contact_id)`,
  `create table identities (
    id uuid primary key,
    channel_id uuid not null references channels (id),
    kind text not null,
    value text not null,
    conversation_id uuid not null references conversations (id),
    retired_at timestamptz,                   -- an old number: still found, no longer written to
    created_at timestamptz not null default now(),
    unique (channel_id, kind, value)
  )`,
  `create index identities_conversation on identities (conversation_id)`,
  `create index identities_value on identities (value)`, // one person on several channels
  `create table contact_merges (
    id uuid primary key,
    into_id uuid not null references contacts (id),
    from_id uuid not null references contacts (id),
    moved jsonb not null,                     -- { conversations: [...], tasks: [...], comments: [...] }
    merged_by uuid references users (id),
    merged_at timestamptz not null default now(),
    undone_at timestamptz
  )`,
  `create table conversation_events (
    conversation_id uuid not null references conversations (id),
    seq bigint not null,
    channel_id uuid not null,
    dedupe_key text,
    kind text not null,
    payload jsonb not null,
    opens_window boolean not null default false,
    raw_body_id bigint,
    raw_path text,
    provider_at timestamptz not null,
    received_at timestamptz not null default now(),
    worked_at timestamptz,
    attempts integer not null default 0,
    outcome jsonb,                            -- what the step asked the workflow to do; returned again when it is repeated
    primary key (conversation_id, seq)
  )`,
  `create unique index conversation_events_dedupe on conversation_events (channel_id, dedupe_key)
    where dedupe_key is not null`,

  // ── work ──────────────────────────────────────────────────────────────────────────────────────
  `create sequence task_numbers`,
  `create table tasks (
    id uuid primary key,
    number bigint not null unique default nextval('task_numbers'),
    title text not null,
    requester_id uuid not null references contacts (id),
    channel_id uuid not null references channels (id),
    conversation_id uuid not null references conversations (id),
    template_id uuid references task_templates (id),
    statuses jsonb not null,                  -- the template's set when the task was opened
    status text not null,
    active boolean not null,
    assignee_ids uuid[] not null default '{}',
    participant_ids uuid[] not null default '{}',
    fields jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    closed_at timestamptz
  )`,
  `create index tasks_conversation on tasks (conversation_id, number)`,
  `create index tasks_requester on tasks (requester_id)`,
  `create index tasks_updated on tasks (updated_at desc, id desc)`,
  `create index tasks_active_updated on tasks (updated_at desc, id desc) where active`,
  `create index tasks_assignees on tasks using gin (assignee_ids)`,
  `create sequence comment_positions`,
  `create table comments (
    id uuid primary key,
    task_id uuid not null references tasks (id),
    conversation_id uuid not null references conversations (id),
    channel_id uuid not null references channels (id),
    position double precision not null default nextval('comment_positions'),
    author_kind text not null check (author_kind in ('contact', 'employee', 'scenario', 'system', 'phone_app')),
    author_id uuid,
    author_name text not null,
    kind text not null,
    text text,
    data jsonb not null default '{}',
    provider_message_id text,                 -- of what arrived; what we sent has it on its deliveries
    quoted_provider_id text,
    reply_to uuid,
    notifies_contact boolean not null default false,
    notified_user_ids uuid[] not null default '{}',
    bulk boolean not null default false,
    provider_at timestamptz,
    at timestamptz not null default now(),    -- as people read it: the provider's time of what arrived
    stored_at timestamptz not null default now(),
    edited_at timestamptz,
    deleted_at timestamptz
  )`,
  `create unique index comments_provider_message on comments (channel_id, provider_message_id)
    where provider_message_id is not null`,
  `create index comments_feed on comments (task_id, position)`,
  `create table comment_revisions (
    comment_id uuid not null references comments (id),
    replaced_at timestamptz not null default now(),
    text text,
    data jsonb not null
  )`,
  `create index comment_revisions_comment on comment_revisions (comment_id)`,
  `create table reactions (
    comment_id uuid not null references comments (id),
    by text not null,                         -- 'contact' or 'phone_app'
    emoji text,                               -- null: taken back; kept so that a late older one cannot return
    at timestamptz not null,
    primary key (comment_id, by)
  )`,
  `create table attachments (
    id uuid primary key,
    comment_id uuid references comments (id), -- null until a comment takes it
    ordinal integer not null default 0,
    channel_id uuid references channels (id),
    name text not null,
    mime text not null,                       -- sniffed once stored, declared before
    size bigint,
    sha256 text,
    state text not null check (state in ('pending', 'stored', 'failed')),
    error_code text,
    provider_media_id text,                   -- where the client's file waits to be fetched
    uploaded_media_id text,                   -- what the provider calls it once we uploaded it
    uploaded_at timestamptz,
    declared_sha256 text,
    created_by uuid references users (id),
    created_at timestamptz not null default now()
  )`,
  `create index attachments_comment on attachments (comment_id, ordinal)`,
  `create index attachments_pending on attachments (created_at) where state = 'pending'`,

  // ── sends ─────────────────────────────────────────────────────────────────────────────────────
  `create table deliveries (
    id uuid primary key,
    comment_id uuid not null references comments (id),
    ordinal integer not null default 0,       -- one comment may need several messages
    conversation_id uuid not null references conversations (id),
    channel_id uuid not null references channels (id),
    state text not null default 'queued',
    rank smallint not null default 0,         -- deliveryRank(state), for the monotone update
    attempt integer not null default 0,
    body jsonb not null,
    quoted_provider_id text,
    provider_message_id text,
    parked text,                              -- why it waits though nothing is wrong with it
    slot_at timestamptz,                      -- the moment that pacing gave it
    error_code text,
    error_detail text,
    queued_at timestamptz not null default now(),
    accepted_at timestamptz,
    sent_at timestamptz,
    delivered_at timestamptz,
    read_at timestamptz,
    played_at timestamptz,
    failed_at timestamptz
  )`,
  `create index deliveries_comment on deliveries (comment_id, ordinal)`,
  `create unique index deliveries_provider_message on deliveries (channel_id, provider_message_id)
    where provider_message_id is not null`,
  `create index deliveries_open on deliveries (conversation_id)
    where state in ('queued', 'sending', 'unknown')`,
  `create index deliveries_queued on deliveries (queued_at desc, id desc)`,
  `create index deliveries_trouble on deliveries (state, queued_at) where state in ('failed', 'unknown')`,
  `create table delivery_attempts (
    delivery_id uuid not null references deliveries (id),
    attempt integer not null,
    started_at timestamptz not null default now(),
    worker text not null,
    outcome text,                             -- accepted, rejected, unknown; null while the call is under way
    code text,
    detail text,
    provider_message_id text,
    ended_at timestamptz,
    primary key (delivery_id, attempt)
  )`,
  `create table status_reports (
    id bigint generated always as identity primary key,
    channel_id uuid not null references channels (id),
    provider_message_id text not null,
    recipient text not null default '',       -- the member of a group; else empty
    state text not null,
    delivery_id uuid,                         -- ours, if the provider gave it back
    at timestamptz not null,
    errors jsonb not null default '[]',
    pricing jsonb,
    raw_body_id bigint,
    applied boolean not null default false,   -- false: parked until its delivery is known
    received_at timestamptz not null default now(),
    unique (channel_id, provider_message_id, state, recipient)
  )`,
  `create index status_reports_parked on status_reports (received_at) where not applied`,
  `create table send_pace (
    key text primary key,                     -- 'channel:<id>' or 'pair:<conversation id>'
    next_at timestamptz not null              -- the theoretical arrival time of GCRA
  )`,

  // ── running ───────────────────────────────────────────────────────────────────────────────────
  `create table live_events (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    event text not null,
    data jsonb not null,
    at timestamptz not null default now()
  )`,
  `create index live_events_order on live_events (xid, id)`, // readers follow commit order, below a safe watermark
  `create table worker_heartbeats (
    worker text primary key,
    queues text[] not null,
    seen_at timestamptz not null default now()
  )`,
  `create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor_kind text not null,
    actor_id uuid,
    action text not null,
    subject_kind text not null,
    subject_id text not null,
    detail jsonb not null default '{}'
  )`,
  `create index audit_log_subject on audit_log (subject_kind, subject_id, id)`,
]
