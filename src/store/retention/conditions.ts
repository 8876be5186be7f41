import { type RawBuilder, sql } from 'kysely'
import type { Retained } from '../../domain/retention.ts'

/** Rows that may go: those of the alias `r`, in the order of `key`. */
export interface Going {
  table: string
  /** its primary key */
  key: readonly string[]
  /** bytes that a row takes */
  bytes: RawBuilder<number>
  since: string
  /** Its key is a counter, so that everything old stands before the first young row, and no index on the time is needed. */
  counted?: true
  /** which of the old ones may go */
  mayGo: RawBuilder<boolean>
}

const ofRow = sql<number>`pg_column_size(r.*)`
const always = sql<boolean>`true`

/**
 * A body stays while an open dead letter is about it, or about an event that came with it (a replay reads it), and while
 * an event of it is not worked off.
 */
const bodyIsDone = sql<boolean>`
  not exists (select from dead_letters d where d.raw_body_id = r.id and d.resolved_at is null)
  and r.id not in (
    select e.raw_body_id from dead_letters d
    join conversation_events e on e.conversation_id = d.conversation_id and e.seq = d.seq
    where d.resolved_at is null and e.raw_body_id is not null)
  and r.id not in (
    select e.raw_body_id from conversations c
    join conversation_events e on e.conversation_id = c.id and e.seq > c.worked_seq
    where c.worked_seq < c.last_seq and e.raw_body_id is not null)`

/** An event stays while it is not worked off, while a dead letter or a run needs it, and as the last of its conversation. */
const eventIsDone = sql<boolean>`
  r.worked_at is not null
  and r.seq < (select c.worked_seq from conversations c where c.id = r.conversation_id)
  and not exists (select from dead_letters d
    where d.conversation_id = r.conversation_id and d.seq = r.seq and d.resolved_at is null)
  and not exists (select from runs where runs.conversation_id = r.conversation_id
    and runs.state in ('running', 'waiting', 'blocked'))
  and not exists (select from deliveries d where d.conversation_id = r.conversation_id
    and d.state in ('queued', 'sending', 'unknown'))`

/** State and display go by the newest of a kind. */
const isNotNewest = sql<boolean>`exists (
  select from channel_events n where n.channel_id = r.channel_id and n.kind = r.kind
    and (coalesce(n.provider_at, n.received_at), n.id) > (coalesce(r.provider_at, r.received_at), r.id))`

/**
 * No comment, no quick reply, no imported message, and no copy that lives on its bytes; nor does a scenario, a run or a mailing name it: they
 * name files by id, somewhere in a document.
 */
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const uploadIsUnused = sql<boolean>`
  r.comment_id is null and r.quick_reply_id is null and r.state <> 'pending'
  and not exists (select from attachments copy where copy.content_id = r.id)
  and not exists (select from imported_files f where f.attachment_id = r.id)
  and not exists (select from quick_replies q where r.id = any(q.attachment_ids))
  and r.id::text not in (
    select named[1] from (
      select draft as text from scenarios
      union all select document::text from scenario_versions
      union all select run::text from runs where state in ('running', 'waiting', 'blocked')
      union all select start::text from runs where state in ('running', 'waiting', 'blocked') and start is not null
      union all select template::text from campaigns
      union all select given::text from campaign_drafts
      union all select parameters::text from campaign_recipients where parameters::text like '%attachmentId%'
      union all select body::text from deliveries where state in ('queued', 'sending', 'unknown')
    ) documents, regexp_matches(lower(documents.text), ${UUID}, 'g') as named)`

export const GOING: Record<Retained, Going> = {
  raw_bodies: {
    table: 'raw_bodies',
    counted: true,
    key: ['id'],
    bytes: sql<number>`octet_length(r.body)`,
    since: 'received_at',
    mayGo: bodyIsDone,
  },
  conversation_events: {
    table: 'conversation_events',
    key: ['conversation_id', 'seq'],
    bytes: ofRow,
    since: 'received_at',
    mayGo: eventIsDone,
  },
  channel_events: {
    table: 'channel_events',
    counted: true,
    key: ['id'],
    bytes: ofRow,
    since: 'received_at',
    mayGo: isNotNewest,
  },
  audit_log: { table: 'audit_log', counted: true, key: ['id'], bytes: ofRow, since: 'at', mayGo: always },
  idempotency_keys: {
    table: 'idempotency_keys',
    key: ['principal', 'key'],
    bytes: ofRow,
    since: 'created_at',
    mayGo: always,
  },
  unused_uploads: {
    table: 'attachments',
    key: ['id'],
    bytes: sql<number>`coalesce(r.size, 0)`,
    since: 'created_at',
    mayGo: uploadIsUnused,
  },
}
