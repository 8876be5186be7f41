import { type Kysely, sql } from 'kysely'

/** Messages that can be taken back for a while, that may be sent twice, and files that are sent again and again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // An employee can take the message back until then; taken away when it is let go. Null: not held.
  `alter table deliveries add column hold_until timestamptz`,
  `create index deliveries_held on deliveries (conversation_id, hold_until)
    where state = 'queued' and hold_until is not null`,
  // Its author would rather have it arrive twice than not at all.
  `alter table deliveries add column at_least_once boolean not null default false`,
  // A call whose outcome nobody knows was made again: the client may have got it twice.
  `alter table deliveries add column maybe_twice boolean not null default false`,
  // The attachment whose bytes are sent; null: its own. No reference: that one's row may go, its bytes then stay.
  `alter table attachments add column content_id uuid`,
  `create index attachments_content on attachments (content_id) where content_id is not null`,
]
