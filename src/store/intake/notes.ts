import type { DeadLetterReason } from '../../channels/port.ts'
import type { ChannelId, DeadLetterId } from '../../domain/ids.ts'
import type { AuditEntry } from '../audit.ts'
import { type LiveEvent, letterNews } from '../live-events.ts'
import { newId } from '../new-id.ts'
import type { Run, Statement } from './run.ts'

/** What could not be understood, and where it stands in its raw body. */
export interface NewDeadLetter {
  channelId: ChannelId | null
  rawBodyId: number
  path: string
  reason: DeadLetterReason
  detail: string
}

const DEAD_LETTERS: Statement = {
  name: 'intake-dead-letters',
  text: `
    insert into dead_letters (id, channel_id, raw_body_id, path, reason, detail)
    select * from jsonb_to_recordset($1::jsonb) as d (id uuid, channel uuid, raw bigint, path text, reason text, detail text)`,
}

/** Stores them and tells the screens. */
export async function storeDeadLetters(run: Run, letters: readonly NewDeadLetter[]): Promise<void> {
  if (letters.length === 0) return
  const rows = letters.map(({ channelId, rawBodyId, path, reason, detail }) => ({
    id: newId<DeadLetterId>(),
    channel: channelId,
    raw: rawBodyId,
    path,
    reason,
    detail,
  }))
  await Promise.all([
    run(DEAD_LETTERS, [JSON.stringify(rows)]),
    storeLive(
      run,
      rows.map(({ id, channel }) => letterNews(id, channel, 'open')),
    ),
  ])
}

const LIVE: Statement = {
  name: 'intake-live-events',
  text: `insert into live_events (event, data)
    select l.event, l.data from jsonb_to_recordset($1::jsonb) as l (event text, data jsonb)`,
}

/** Live updates on the intake's own connection; recordLive does the same over Kysely. */
export async function storeLive(run: Run, events: readonly LiveEvent[]): Promise<void> {
  if (events.length > 0) await run(LIVE, [JSON.stringify(events)])
}

const AUDIT: Statement = {
  name: 'intake-audit',
  text: `insert into audit_log (actor_kind, actor_id, action, subject_kind, subject_id, detail)
    select a.actor, a."actorId", a.action, a.kind, a.id, a.detail
    from jsonb_to_recordset($1::jsonb) as a (actor text, "actorId" uuid, action text, kind text, id text, detail jsonb)`,
}

/** Audit on the intake's own connection. */
export async function storeAudit(run: Run, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map(({ actor, action, subject, detail }) => ({
    actor: actor.kind,
    actorId: actor.id,
    action,
    kind: subject.kind,
    id: subject.id,
    detail: detail ?? {},
  }))
  await run(AUDIT, [JSON.stringify(rows)])
}

/** A channel that somebody updates just now is left alone: the moment is for people to see, not to wait for. */
const SEEN: Statement = {
  name: 'intake-channels-seen',
  text: `
    update channels set last_inbound_at = now()
    where id in (select id from channels where id = any($1::uuid[]) order by id for no key update skip locked)`,
}

/** Notes that channels heard from their provider. */
export async function noteInbound(run: Run, channels: readonly ChannelId[]): Promise<void> {
  if (channels.length > 0) await run(SEEN, [channels])
}
