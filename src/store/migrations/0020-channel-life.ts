import { type Kysely, sql } from 'kysely'

/** How a connection ends, what it may not send for a while, and what was imported from the phone app. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // closed: who ended the connection here, and what is left to do at the provider (src/store/channels/close-channel.ts)
  // restrictions: of a restricted channel; empty: it can send nothing (src/domain/send-restriction.ts)
  // app_sync: what was asked of the phone app, and how far its history has come (src/store/channels/app-sync.ts)
  `alter table channels add column closed jsonb,
    add column restrictions jsonb not null default '[]',
    add column app_sync jsonb not null default '{}',
    add column app_seen_at timestamptz,      -- the last sign of life of the phone app
    add column app_warned_at timestamptz     -- when it was said that the phone app is silent`,
  // What clients and the owner wrote before the number was connected: of no task, no window, no scenario.
  `create table imported_messages (
    channel_id uuid not null references channels on delete cascade,
    provider_message_id text not null,
    client text not null,                    -- the client's number, as the thread names it
    direction text not null check (direction in ('in', 'out')),
    content jsonb not null,                  -- as of a message that arrives (src/domain/message.ts)
    text text,
    media jsonb,                             -- of a file that came after its placeholder, or with it
    status text,                             -- the provider's word, lower case
    at timestamptz not null,
    raw_body_id bigint,
    imported_at timestamptz not null default now(),
    primary key (channel_id, provider_message_id)
  )`,
  `create index imported_messages_of_client on imported_messages (channel_id, client, at desc, provider_message_id)`,
]
