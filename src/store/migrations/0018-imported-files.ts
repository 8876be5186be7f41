import { type Kysely, sql } from 'kysely'

/** The files of what a phone app handed over, and the names in its phone book. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // The file itself is an attachment without a comment; this says whose it is, and whether it is still to be fetched.
  `create table imported_files (
    attachment_id uuid primary key references attachments on delete cascade,
    channel_id uuid not null references channels on delete cascade,
    provider_message_id text not null,
    open boolean not null default true,      -- still to be fetched (src/store/channels/imported-files.ts)
    nudges smallint not null default 0,      -- how often its workflow was started
    nudged_at timestamptz,
    unique (channel_id, provider_message_id)
  )`,
  `create index imported_files_open on imported_files (nudges, attachment_id) where open`,
  `create index imported_files_nudged on imported_files (nudged_at) where open`,
  `create table phone_book (
    channel_id uuid not null references channels on delete cascade,
    phone text not null,                     -- digits alone
    name text not null,
    primary key (channel_id, phone)
  )`,
  // Of an installation that imported something before; where the table is yet to be made, there is nothing.
  `do $$ begin
    if to_regclass('imported_messages') is null then return; end if;
    create temporary table files_of_before on commit drop as
      select gen_random_uuid() as id, m.channel_id, m.provider_message_id, m.media, m.imported_at,
        m.content ->> 'kind' as kind
      from imported_messages m where m.media ? 'mediaId';
    insert into attachments (id, channel_id, name, mime, state, provider_media_id, declared_sha256, created_at)
      select id, channel_id, coalesce(media ->> 'fileName', kind), media ->> 'mime', 'pending', media ->> 'mediaId',
        media ->> 'sha256', imported_at from files_of_before;
    insert into imported_files (attachment_id, channel_id, provider_message_id)
      select id, channel_id, provider_message_id from files_of_before;
  end $$`,
]
