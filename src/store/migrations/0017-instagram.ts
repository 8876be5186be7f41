import { type Kysely, sql } from 'kysely'

/** What messengers beside WhatsApp need: which one a channel is of, what they show for a client, how far one has read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table channels add column messenger text not null default 'whatsapp'`, // what conditions see as channel.kind
  `alter table identities add column label text, -- what the messenger shows for it: @username
    add column looked_up_at timestamptz`, // the provider was asked who it is
  // Read up to this message, it and everything before it: some providers report nothing else.
  `alter table status_reports add column up_to boolean not null default false`,
  // What is under way to clients who have not read it; a report that they read up to a message is about all of these.
  `create index deliveries_unread on deliveries (conversation_id, accepted_at)
    where state in ('accepted', 'sent') and provider_message_id is not null`,
  // Comments under posts, and the one private answer that each may get.
  `create index comments_public on comments (conversation_id, provider_at) where data ? 'publicComment'`,
  `create index deliveries_private on deliveries (conversation_id) where body ? 'privateReply'`,
]
