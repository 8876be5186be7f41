import { type Kysely, sql } from 'kysely'

/**
 * Templates, quick replies, the bulk rule with its holds, campaigns.
 *
 * An outgoing message that nobody typed into a task is a comment without a task until the bulk rule has decided:
 * then it stands in a task, or it is held until the client replies (M17–M19).
 *
 * Locks are taken in the order of 0001; rows of `outgoing_messages` come after deliveries, by id.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // By when the workflow should have heard of the newest event: a mailing's may take their time.
  `alter table conversations rename column last_event_at to due_at`,
  // Nothing but a mailing's events wait: they are taken up at an even pace, however many are due.
  `alter table conversations add column quiet boolean not null default false`,
  `create index conversations_behind_quiet on conversations (due_at) where worked_seq < last_seq and quiet`,

  `alter table contacts add column consent_at timestamptz`, // when they agreed to marketing; null: not known
  // When somebody last decided about either: what a merge did to them is taken back only where nobody did since.
  `alter table contacts add column marketing_changed_at timestamptz`,
  `alter table contact_merges add column choice_before jsonb`, // what the receiving contact wanted before the merge

  // ── templates ─────────────────────────────────────────────────────────────────────────────────
  `create table templates (
    id uuid primary key,
    channel_id uuid not null references channels (id),
    provider_id text,                         -- the provider's id, always as text
    name text not null,
    language text not null,                   -- as the provider writes it: en_US
    category text not null,                   -- lower case: marketing, utility, authentication
    status text not null,                     -- lower case: approved, pending, rejected, paused, disabled, …
    quality text,                             -- lower case: green, yellow, red, unknown
    parameter_format text not null default 'positional' check (parameter_format in ('positional', 'named')),
    components jsonb not null,                -- as the provider words them
    reason text,                              -- why it was rejected, paused or disabled
    heard jsonb not null default '{}',        -- the provider's time of the newest event, by what it changed
    heard_at timestamptz,                     -- when we last applied one, or changed it ourselves
    synced_at timestamptz not null default now(),
    deleted_at timestamptz,                   -- the provider does not know it any more
    created_at timestamptz not null default now(),
    unique (channel_id, name, language)
  )`,
  `create index templates_provider on templates (channel_id, provider_id)`,
  `alter table channels add column templates_synced_at timestamptz`,
  `alter table channels add column templates_problem text`, // why the last synchronisation failed
  `alter table channels add column templates_due_at timestamptz not null default now()`, // when to synchronise next

  // ── quick replies ─────────────────────────────────────────────────────────────────────────────
  `create table quick_replies (
    id uuid primary key,
    title text not null,
    shortcut text,
    folder text,
    text text not null default '',
    attachment_ids uuid[] not null default '{}',
    owner_id uuid references users (id) on delete cascade, -- null: shared with everybody
    created_by uuid references users (id) on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create unique index quick_replies_shortcut
    on quick_replies (lower(shortcut), coalesce(owner_id, '00000000-0000-0000-0000-000000000000'))
    where shortcut is not null`,
  // A quick reply's file is kept with it; a comment takes a copy.
  `alter table attachments add column quick_reply_id uuid references quick_replies (id) on delete cascade`,
  `create index attachments_quick_reply on attachments (quick_reply_id) where quick_reply_id is not null`,

  // ── campaigns ─────────────────────────────────────────────────────────────────────────────────
  `create table campaigns (
    id uuid primary key,
    channel_id uuid not null references channels (id),
    name text not null,
    state text not null
      check (state in ('draft', 'scheduled', 'running', 'paused', 'stopped', 'finished')),
    state_reason text,                        -- why it was paused by itself: a code
    template jsonb not null,                  -- { name, language, parameters }
    require_consent boolean not null default false,
    schedule_at timestamptz,
    time_zone text,                           -- the zone in which people planned it
    cluster_id uuid,                          -- its messages are one cluster from the first on
    created_by uuid references users (id),
    created_by_name text not null,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    changed_at timestamptz not null default now(), -- the last change that its workflow has to hear of
    heard_at timestamptz,                     -- when the workflow last read it
    nudged_at timestamptz,                    -- when the sweeper last signalled it
    nudges integer not null default 0
  )`,
  `create index campaigns_channel on campaigns (channel_id, id)`,
  `create index campaigns_open on campaigns (changed_at) where state in ('scheduled', 'running', 'paused', 'stopped')`,
  `create table campaign_recipients (
    campaign_id uuid not null references campaigns (id),
    ordinal integer not null,                 -- the place in the list, from 1
    phone text not null,                      -- digits with country code; as given where it is no number
    name text,
    parameters jsonb,                         -- over the campaign's
    state text not null check (state in ('queued', 'taken', 'excluded', 'cancelled')),
    exclusion text,                           -- opted_out, bad_number, no_consent, duplicate, bad_parameters
    detail text,                              -- what is wrong, for a person
    contact_id uuid references contacts (id), -- known when the list was made
    comment_id uuid references comments (id),
    delivery_id uuid references deliveries (id),
    taken_at timestamptz,
    primary key (campaign_id, ordinal)
  )`,
  `create unique index campaign_recipients_once on campaign_recipients (campaign_id, phone) where state <> 'excluded'`,
  `create index campaign_recipients_queued on campaign_recipients (campaign_id, ordinal) where state = 'queued'`,
  `create index campaign_recipients_delivery on campaign_recipients (delivery_id) where delivery_id is not null`,

  // ── the bulk rule ─────────────────────────────────────────────────────────────────────────────
  `create table bulk_clusters (
    id uuid primary key,
    channel_id uuid not null references channels (id),
    fingerprint text not null,
    campaign_id uuid references campaigns (id), -- null: found by the rule
    created_at timestamptz not null default now()
  )`,
  `create index bulk_clusters_channel on bulk_clusters (channel_id, id)`,
  `create index bulk_clusters_newest on bulk_clusters (created_at desc, id desc)`,
  `create table outgoing_messages (           -- what the bulk rule counts
    id uuid primary key,
    channel_id uuid not null references channels (id),
    conversation_id uuid not null references conversations (id),
    fingerprint text not null,
    at timestamptz not null,                  -- the provider's time of an echo; when it was ordered otherwise
    comment_id uuid references comments (id), -- null until an echo was worked off
    provider_message_id text,                 -- of an echo
    cluster_id uuid references bulk_clusters (id),
    state text not null default 'counted'
      check (state in ('counted', 'shown', 'folding', 'held', 'replied', 'expired', 'void')),
    hold_until timestamptz,
    settled_at timestamptz                    -- when the reply came or the hold expired
  )`,
  `create unique index outgoing_messages_comment on outgoing_messages (comment_id) where comment_id is not null`,
  `create unique index outgoing_messages_echo on outgoing_messages (channel_id, provider_message_id)
    where provider_message_id is not null`,
  `create index outgoing_messages_type on outgoing_messages (channel_id, fingerprint, at) where state <> 'void'`,
  `create index outgoing_messages_held on outgoing_messages (conversation_id, hold_until)
    where state in ('held', 'folding')`,
  `create index outgoing_messages_hold_ends on outgoing_messages (hold_until) where state = 'held'`,
  `create index outgoing_messages_folding on outgoing_messages (id) where state = 'folding'`,
  `create index outgoing_messages_cluster on outgoing_messages (cluster_id, at, id) where cluster_id is not null`,

  `alter table comments alter column task_id drop not null`, // null: held, or not placed yet
  `alter table tasks add column opened_by text not null default 'contact'
    check (opened_by in ('contact', 'message', 'employee'))`,

  // ── sends ─────────────────────────────────────────────────────────────────────────────────────
  `alter table deliveries add column campaign_id uuid references campaigns (id)`,
  // Who sends it: its conversation's workflow, in order with the others, or its campaign's.
  `alter table deliveries add column lane text not null default 'conversation'
    check (lane in ('conversation', 'campaign'))`,
  `create index deliveries_campaign on deliveries (campaign_id, queued_at) where campaign_id is not null`,
  // No client gets a campaign twice, under whatever numbers the list has them.
  `create unique index deliveries_campaign_once on deliveries (campaign_id, conversation_id)
    where campaign_id is not null`,
  `create index deliveries_campaign_open on deliveries (campaign_id) where lane = 'campaign'
    and state in ('queued', 'sending')`,
]
