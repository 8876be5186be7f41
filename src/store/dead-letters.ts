import { sql } from 'kysely'
import type { ChannelId, ConversationId, DeadLetterId } from '../domain/ids.ts'
import type { AuditEntry } from './audit.ts'
import { audit } from './audit.ts'
import { lockConversation } from './conversation-events.ts'
import { type Db, inTransaction } from './database.ts'
import type { RawBody } from './intake/raw-bodies.ts'
import { letterNews, recordLive } from './live-events.ts'

/** A dead letter with what it was made from. Lists and the putting away are in settings/dead-letter-list.ts. */
export interface DeadLetterCase {
  id: DeadLetterId
  channelId: ChannelId | null
  reason: string
  detail: string
  /** JSON pointer of the item in the raw body; empty: the whole body. */
  path: string
  /** The event whose step failed; null where nothing became an event. */
  event: { conversationId: ConversationId; seq: number } | null
  raw: (RawBody & { id: number }) | null
  resolvedAt: Date | null
}

/** @returns null where there is no such dead letter */
export async function loadDeadLetter(db: Db, id: DeadLetterId): Promise<DeadLetterCase | null> {
  const row = await db
    .selectFrom('dead_letters as d')
    .leftJoin('raw_bodies as r', 'r.id', 'd.raw_body_id')
    .selectAll('d')
    .select(['r.body', 'r.content_type', 'r.channel_id as raw_channel_id'])
    .where('d.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const { raw_body_id, body, content_type, raw_channel_id, conversation_id, seq } = row
  return {
    id,
    channelId: row.channel_id,
    reason: row.reason,
    detail: row.detail,
    path: row.path,
    event: conversation_id !== null && seq !== null ? { conversationId: conversation_id, seq } : null,
    raw:
      raw_body_id !== null && body !== null && raw_channel_id !== null
        ? { id: raw_body_id, channelId: raw_channel_id, contentType: content_type, body }
        : null,
    resolvedAt: row.resolved_at,
  }
}

/**
 * The part of a raw body that a JSON pointer names (RFC 6901), for a person to look at: it holds what a client wrote.
 * @returns the text of the whole body where it is no JSON; undefined where the pointer leads nowhere
 */
export function rawPart(body: Uint8Array, path: string): unknown {
  const text = Buffer.from(body).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text
  }
  const steps = path.split('/').slice(1)
  return steps.reduce((part: unknown, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return typeof part === 'object' && part !== null && Object.hasOwn(part, key)
      ? (part as Record<string, unknown>)[key]
      : undefined
  }, value)
}

/**
 * Lets a conversation work off an event again whose step failed: its payload is appended as a new event, for the record
 * only grows. Done once, however often it is asked for.
 * @returns the event's new number; null when the dead letter was resolved already
 */
export async function replayFailedStep(
  db: Db,
  id: DeadLetterId,
  event: { conversationId: ConversationId; seq: number },
  actor: AuditEntry['actor'],
): Promise<number | null> {
  return inTransaction(db, async (tx) => {
    await lockConversation(tx, event.conversationId)
    const resolved = await tx
      .updateTable('dead_letters')
      .set({ resolved_at: new Date(), resolution: 'replayed' })
      .where('id', '=', id)
      .where('resolved_at', 'is', null)
      .returning('channel_id')
      .executeTakeFirst()
    if (!resolved) return null
    await recordLive(tx, [letterNews(id, resolved.channel_id, 'resolved')])
    const { rows } = await sql<{ seq: number }>`
      with c as (
        update conversations set last_seq = last_seq + 1, due_at = now(), quiet = false
        where id = ${event.conversationId} returning id, last_seq
      )
      insert into conversation_events (conversation_id, seq, channel_id, kind, payload, opens_window,
        raw_body_id, raw_path, provider_at)
      select c.id, c.last_seq, e.channel_id, e.kind, e.payload, e.opens_window, e.raw_body_id, e.raw_path, e.provider_at
      from c join conversation_events e on e.conversation_id = c.id and e.seq = ${event.seq}
      returning seq`.execute(tx)
    const seq = rows[0]?.seq
    if (seq === undefined) throw new Error(`event ${event.seq} of conversation ${event.conversationId} is gone`)
    await audit(tx, {
      actor,
      action: 'dead_letter.replayed',
      subject: { kind: 'dead_letter', id },
      detail: { conversationId: event.conversationId, seq },
    })
    return seq
  })
}
