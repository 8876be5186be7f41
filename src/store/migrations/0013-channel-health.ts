import { type Kysely, sql } from 'kysely'

/** What is known of a channel's address and account beside its state. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table channels add column webhook_verified_at timestamptz, -- the provider checked the address, with the right word
    add column webhook_signed_at timestamptz,   -- the last event whose signature was right, to a minute
    add column webhook_refused_at timestamptz,  -- the last call that was turned away, to a minute
    add column webhook_refusal text,            -- why: verify_token, signature
    add column account jsonb not null default '{}' -- what the provider said of the account when it was last asked`,
  `create index channel_events_newest on channel_events (channel_id, id desc)`,
]
