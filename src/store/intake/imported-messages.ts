import { cleanName } from '../../domain/client-name.ts'
import type { AttachmentId, ChannelId } from '../../domain/ids.ts'
import type { HistoryProgress, ImportedMessage, PhoneBookEntry } from '../../domain/imported-message.ts'
import { newId } from '../new-id.ts'
import type { AppSync } from '../schema.ts'
import type { Run, Statement } from './run.ts'

/** A single webhook may bring thousands: so many travel in one statement. */
const BATCH = 1_000

const columns = `
  insert into imported_messages
    (channel_id, provider_message_id, client, direction, content, text, media, status, at, raw_body_id)
  select channel, id, client, direction, content, text, media, status, at, raw
  from jsonb_to_recordset($1::jsonb) as m (channel uuid, id text, client text, direction text, content jsonb, text text,
    media jsonb, status text, at timestamptz, raw bigint)
  order by channel, id
  on conflict (channel_id, provider_message_id) do update set`

/** Its thread knows whose message it is; a file that came before stays. */
const THREADS: Statement = {
  name: 'intake-imported-threads',
  text: `${columns} client = excluded.client, direction = excluded.direction, at = excluded.at,
      status = coalesce(excluded.status, imported_messages.status)
    where (imported_messages.client, imported_messages.direction, imported_messages.at)
        is distinct from (excluded.client, excluded.direction, excluded.at)
      or excluded.status is distinct from imported_messages.status`,
}

/** It takes the place of its placeholder. */
const FILES: Statement = {
  name: 'intake-imported-files',
  text: `${columns} content = excluded.content, text = excluded.text, media = excluded.media
    where imported_messages.media is null`,
}

/** Once for each message, and only of the media that it kept: what comes again is another name for the same file. */
const ENROL: Statement = {
  name: 'intake-imported-media',
  text: `
    with given as materialized (
      select g.* from jsonb_to_recordset($1::jsonb) as g (file uuid, channel uuid, id text, name text, mime text,
        "mediaId" text, sha256 text)
      join imported_messages m on m.channel_id = g.channel and m.provider_message_id = g.id
        and m.media ->> 'mediaId' = g."mediaId"
    ), enrolled as (
      insert into imported_files (attachment_id, channel_id, provider_message_id)
      select file, channel, id from given order by channel, id
      on conflict (channel_id, provider_message_id) do nothing returning attachment_id
    )
    insert into attachments (id, channel_id, name, mime, state, provider_media_id, declared_sha256)
    select g.file, g.channel, g.name, g.mime, 'pending', g."mediaId", g.sha256
    from enrolled e join given g on g.file = e.attachment_id`,
}

/**
 * May be repeated, in any order: every message is there once, with its file where that came. Files are fetched in their
 * turn (src/store/channels/imported-files.ts).
 */
export async function storeImported(
  run: Run,
  imports: readonly { channelId: ChannelId; rawBodyId: number; messages: readonly ImportedMessage[] }[],
): Promise<void> {
  const all = imports.flatMap(({ channelId, rawBodyId, messages }) =>
    messages.map((message) => ({ from: message.from, row: rowOf(channelId, rawBodyId, message) })),
  )
  for (const [statement, from] of [
    [THREADS, 'thread'],
    [FILES, 'file'],
  ] as const) {
    const rows = new Map(all.filter((one) => one.from === from).map(({ row }) => [`${row.channel} ${row.id}`, row]))
    const list = [...rows.values()]
    await inBatches(run, statement, list)
  }
  await inBatches(
    run,
    ENROL,
    all.flatMap(({ row }) => fileOf(row)),
  )
}

async function inBatches(run: Run, statement: Statement, rows: readonly object[]): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) {
    await run(statement, [JSON.stringify(rows.slice(start, start + BATCH))])
  }
}

const fileOf = ({ channel, id, content, media }: ReturnType<typeof rowOf>) =>
  media === null
    ? []
    : [{ ...media, file: newId<AttachmentId>(), channel, id, name: (media.fileName ?? content.kind).slice(0, 255) }]

const rowOf = (channel: ChannelId, raw: number, { id, client, direction, content, status, at }: ImportedMessage) => ({
  channel,
  id,
  client,
  direction,
  content,
  text: content.text,
  media: content.media,
  status,
  at,
  raw,
})

const READ: Statement = {
  name: 'intake-app-sync',
  text: `select c.app_sync as sync, (select count(*)::int from imported_messages m where m.channel_id = c.id) as messages
    from channels c where c.id = $1`,
}
const WRITE: Statement = {
  name: 'intake-app-sync-set',
  text: 'update channels set app_sync = $2::jsonb where id = $1',
}

/** How far the history of a channel has come; the caller holds the channel. */
export async function noteHistory(
  run: Run,
  channel: ChannelId,
  chunks: readonly { declined: boolean; progress: readonly HistoryProgress[] }[],
): Promise<void> {
  const [row] = await run<{ sync: AppSync; messages: number }>(READ, [channel])
  if (!row) return
  const after = chunks.reduce((sync, chunk) => afterChunk(sync, chunk, new Date()), row.sync)
  await run(WRITE, [channel, JSON.stringify({ ...after, messages: row.messages })])
}

/** Chunks come in any order: the furthest stands. */
export function afterChunk(
  sync: AppSync,
  { declined, progress }: { declined: boolean; progress: readonly HistoryProgress[] },
  now: Date,
): AppSync {
  const at = now.toISOString()
  if (declined) return { ...sync, declinedAt: sync.declinedAt ?? at }
  const phases = { ...sync.progress }
  for (const { phase, progress: percent } of progress) phases[phase] = Math.max(phases[phase] ?? 0, percent)
  const phase = Math.max(sync.phase ?? 0, ...progress.map((one) => one.phase))
  return { ...sync, phase, progress: phases, chunks: (sync.chunks ?? 0) + progress.length, lastAt: at }
}

const NAME: Statement = {
  name: 'intake-phone-book',
  text: `
    with book as materialized (
      select channel, phone, name from jsonb_to_recordset($1::jsonb) as b (channel uuid, phone text, name text)
    ), known as materialized (
      select c.id, b.name, b.channel from book b
      join identities i on i.channel_id = b.channel and i.kind = 'wa_id' and i.value = b.phone and i.retired_at is null
      join conversations v on v.id = i.conversation_id
      join contacts c on c.id = v.contact_id
      where c.name_by = 'provider' and c.name <> b.name order by c.id for no key update of c
    )
    update contacts c set name = known.name, updated_at = now() from known where c.id = known.id
    returning c.id as "contactId", known.channel as "channelId"`,
}

/** Kept for whoever is yet to write, or to be written to. */
const KEEP: Statement = {
  name: 'intake-phone-book-keep',
  text: `
    insert into phone_book (channel_id, phone, name)
    select channel, phone, name from jsonb_to_recordset($1::jsonb) as b (channel uuid, phone text, name text)
    order by channel, phone
    on conflict (channel_id, phone) do update set name = excluded.name where phone_book.name <> excluded.name`,
}
const FORGET: Statement = {
  name: 'intake-phone-book-forget',
  text: `
    delete from phone_book p using jsonb_to_recordset($1::jsonb) as b (channel uuid, phone text)
    where p.channel_id = b.channel and p.phone = b.phone`,
}

/**
 * The owner's phone book names clients whom nobody here has named; a name that an employee gave stays, and so does the
 * client who is removed there. Names of people who have not written are kept until they do.
 * @returns the contacts that have another name now
 */
export async function applyPhoneBook(
  run: Run,
  entries: readonly { channelId: ChannelId; entry: PhoneBookEntry }[],
): Promise<{ contactId: string; channelId: ChannelId }[]> {
  const last = new Map(
    entries.map(({ channelId, entry: { phone, name } }) => {
      const row = { channel: channelId, phone, name: name === null ? '' : cleanName(name) }
      return [`${channelId} ${phone}`, row] as const
    }),
  )
  const rows = [...last.values()]
  const named = rows.filter(({ name }) => name !== '')
  await inBatches(
    run,
    FORGET,
    rows.filter(({ name }) => name === ''),
  )
  await inBatches(run, KEEP, named)
  return named.length === 0 ? [] : run(NAME, [JSON.stringify(named)])
}

const SEEN: Statement = {
  name: 'intake-phone-app-seen',
  text: `update channels set app_seen_at = now()
    where id = any($1::uuid[]) and coalesce(app_seen_at < now() - interval '1 hour', true)`,
}

/** The phone app gave a sign of life; written at most once an hour. */
export async function notePhoneApp(run: Run, channels: readonly ChannelId[]): Promise<void> {
  if (channels.length > 0) await run(SEEN, [channels])
}
