import { sql } from 'kysely'
import type { ListedTemplate } from '../../channels/port.ts'
import type { ChannelId, TemplateId } from '../../domain/ids.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { tellTemplateStatuses } from '../house/account-happenings.ts'
import { runIn } from '../intake/run.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'

/** How often the provider's list is asked for, and how soon again after a failure. */
const EVERY = sql<Date>`now() + interval '6 hours'`
const AFTER_FAILURE = sql<Date>`now() + interval '15 minutes'`

export interface SyncedTemplates {
  syncedAt: Date
  /** how many there are, were new, are different now, are gone */
  count: number
  added: number
  changed: number
  gone: number
}

/** The database's clock, by which a list and the events beside it are put in order. */
export async function databaseTime(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  return rows[0]?.now as Date
}

/**
 * Makes a channel's templates equal to the provider's list. What an event changed after the list was asked for stays,
 * and so does a list that was asked for later.
 * @param askedAt by the database's clock, before the provider was asked
 * @returns null where there is no such channel
 */
export async function syncTemplates(
  tx: Tx,
  channel: ChannelId,
  listed: readonly ListedTemplate[],
  askedAt: Date,
  actor: AuditEntry['actor'],
): Promise<SyncedTemplates | null> {
  // The channel first, as in the intake: events and lists of one channel wait for one another.
  const row = await tx
    .selectFrom('channels')
    .select(['state', 'templates_synced_at as before', 'templates_problem as problem'])
    .where('id', '=', channel)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row) return null
  const isOld = row.before !== null && row.before > askedAt
  const counts = isOld ? { added: 0, changed: 0, gone: 0 } : await replace(tx, channel, listed, askedAt)
  const syncedAt = isOld && row.before ? row.before : askedAt
  await tx
    .updateTable('channels')
    .set({ templates_synced_at: syncedAt, templates_problem: null, templates_due_at: EVERY })
    .where('id', '=', channel)
    .execute()
  // Those that nobody asked for, and that changed nothing, would bury the rest.
  const isNews = actor.kind !== 'system' || counts.added + counts.changed + counts.gone > 0
  if (isNews) {
    await audit(tx, { actor, action: 'templates.synced', subject: { kind: 'channel', id: channel }, detail: counts })
  }
  if (isNews || row.problem !== null) {
    await recordLive(tx, [{ event: 'channel', data: { channelId: channel, state: row.state, what: 'templates' } }])
  }
  return { syncedAt, count: listed.length, ...counts }
}

async function replace(tx: Tx, channel: ChannelId, listed: readonly ListedTemplate[], askedAt: Date) {
  const rows = listed.map((template) => ({ ...template, id: newId<TemplateId>() }))
  const { rows: stored } = await sql<{
    isNew: boolean
    isChanged: boolean
    name: string
    language: string
    from: string
    to: string
    reason: string | null
  }>`
    with listed as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l (id uuid, "providerId" text, name text,
        language text, category text, status text, quality text, "parameterFormat" text, components jsonb, reason text)
    ), before as materialized (
      select * from templates where channel_id = ${channel}
    ), stored as (
      insert into templates as t (id, channel_id, provider_id, name, language, category, status, quality,
        parameter_format, components, reason, synced_at)
      select id, ${channel}::uuid, "providerId", name, language, category, status, quality, "parameterFormat", components,
        reason, ${askedAt}::timestamptz from listed order by name, language
      on conflict (channel_id, name, language) do update set provider_id = excluded.provider_id,
        category = excluded.category, status = excluded.status, quality = excluded.quality,
        parameter_format = excluded.parameter_format, components = excluded.components,
        -- An event tells more of the reason than the list does.
        reason = case when t.status = excluded.status then coalesce(t.reason, excluded.reason) else excluded.reason end,
        synced_at = excluded.synced_at, deleted_at = null
      where t.heard_at is null or t.heard_at < ${askedAt}
      returning id, name, language, provider_id, category, status, quality, parameter_format, components, reason
    )
    select b.id is null or b.deleted_at is not null as "isNew",
      b.id is not null and b.deleted_at is null and (b.provider_id, b.category, b.status, b.quality, b.parameter_format,
        b.components) is distinct from (s.provider_id, s.category, s.status, s.quality, s.parameter_format, s.components)
        as "isChanged",
      s.name, s.language, b.status as "from", s.status as "to", s.reason
    from stored s left join before b on b.id = s.id`.execute(tx)
  const keys = listed.map(({ name, language }) => ({ name, language }))
  const gone = await tx
    .updateTable('templates')
    .set({ deleted_at: sql<Date>`now()` })
    .where('channel_id', '=', channel)
    .where('deleted_at', 'is', null)
    .where('created_at', '<', askedAt)
    .where((where) => where.or([where('heard_at', 'is', null), where('heard_at', '<', askedAt)]))
    .where(
      sql<boolean>`(name, language) not in (
        select name, language from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as l (name text, language text))`,
    )
    .returning(['name', 'language', 'status as from'])
    .execute()
  await tellTemplateStatuses(runIn(tx), [
    ...stored
      .filter(({ isChanged }) => isChanged)
      .map(({ name, language, from, to, reason }) => ({ channel, name, language, from, to, reason })),
    ...gone.map((one) => ({ ...one, channel, to: 'deleted', reason: null })),
  ])
  return {
    added: stored.filter(({ isNew }) => isNew).length,
    changed: stored.filter(({ isChanged }) => isChanged).length,
    gone: gone.length,
  }
}

/** Says why the list could not be had; what is known stays usable, and it is tried again. */
export async function noteSyncProblem(tx: Tx, channel: ChannelId, problem: string): Promise<void> {
  const row = await tx
    .updateTable('channels')
    .set({ templates_problem: problem, templates_due_at: AFTER_FAILURE })
    .where('id', '=', channel)
    .where('deleted_at', 'is', null)
    .returning('state')
    .executeTakeFirst()
  if (row) {
    await recordLive(tx, [{ event: 'channel', data: { channelId: channel, state: row.state, what: 'templates' } }])
  }
}

/**
 * Channels whose list is due, taken for this process: another one leaves them alone for a quarter of an hour, and takes
 * them up then if this one has not come to an end.
 */
export async function claimDueSyncs(db: Db): Promise<ChannelId[]> {
  const rows = await db
    .updateTable('channels')
    .set({ templates_due_at: AFTER_FAILURE })
    .where('id', 'in', (due) =>
      due
        .selectFrom('channels')
        .select('id')
        .where('deleted_at', 'is', null)
        .where('state', '<>', 'disconnected')
        .where('templates_due_at', '<=', sql<Date>`now()`)
        .orderBy('id')
        .limit(20)
        .forNoKeyUpdate()
        .skipLocked(),
    )
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The list of every channel of the same account is asked for soon: they share their templates. */
export async function demandSync(tx: Db | Tx, channel: ChannelId): Promise<void> {
  await tx
    .updateTable('channels')
    .set({ templates_due_at: sql<Date>`least(templates_due_at, now())` })
    .where('deleted_at', 'is', null)
    .where(
      sql<boolean>`(id = ${channel}
        or (provider, business_id) = (select provider, business_id from channels where id = ${channel}))`,
    )
    .execute()
}
