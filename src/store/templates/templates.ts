import { sql } from 'kysely'
import type { ChannelId, TemplateId } from '../../domain/ids.ts'
import type { TemplateDefinition } from '../../domain/template/definition.ts'
import type { TemplateComponent } from '../../domain/template/template.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { tellTemplateStatuses } from '../house/account-happenings.ts'
import { runIn } from '../intake/run.ts'
import { containing } from '../like-pattern.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import { demandSync } from './sync-templates.ts'
import type { TemplateRow } from './template-row.ts'

export interface TemplateFilter {
  channel: ChannelId | null
  status: string | null
  /** in the name and the texts */
  text: string | null
  /** channels that may be seen; null: every one */
  only: readonly ChannelId[] | null
}

/** The last row of the page before. */
export interface TemplatePlace {
  name: string
  language: string
  id: TemplateId
}

/** By name, then language. @returns up to `limit` + 1 rows */
export async function listTemplates(
  db: Db,
  filter: TemplateFilter,
  page: { after: TemplatePlace | null; limit: number },
): Promise<TemplateRow[]> {
  let query = db
    .selectFrom('templates')
    .selectAll('templates')
    .innerJoin('channels', 'channels.id', 'templates.channel_id')
    .where('channels.deleted_at', 'is', null)
    .where('templates.deleted_at', 'is', null)
    .orderBy('templates.name')
    .orderBy('templates.language')
    .orderBy('templates.id')
    .limit(page.limit + 1)
  if (filter.channel) query = query.where('channel_id', '=', filter.channel)
  if (filter.only) query = query.where(sql<boolean>`channel_id = any(${[...filter.only]})`)
  if (filter.status) query = query.where('status', '=', filter.status)
  if (filter.text) {
    const pattern = containing(filter.text)
    query = query.where(
      sql<boolean>`(templates.name ilike ${pattern}
        or exists (select from jsonb_array_elements(components) c where c ->> 'text' ilike ${pattern}))`,
    )
  }
  if (page.after) {
    const { name, language, id } = page.after
    query = query.where(sql<boolean>`(templates.name, language, templates.id) > (${name}, ${language}, ${id}::uuid)`)
  }
  return query.execute()
}

export async function findTemplateRow(db: Db | Tx, id: TemplateId): Promise<TemplateRow | null> {
  const row = await db
    .selectFrom('templates')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** Stores what the provider has just taken on. */
export async function addTemplate(
  tx: Tx,
  channel: ChannelId,
  definition: TemplateDefinition,
  made: { providerId: string; status: string; category: string },
  actor: AuditEntry['actor'],
): Promise<TemplateRow> {
  const values = {
    provider_id: made.providerId,
    category: made.category,
    status: made.status,
    quality: null,
    parameter_format: definition.parameterFormat,
    components: JSON.stringify(definition.components),
    reason: null,
    heard: '{}',
    // A list that was asked for before the provider took it on must not remove it.
    heard_at: sql<Date>`clock_timestamp()`,
    deleted_at: null,
  }
  const row = await tx
    .insertInto('templates')
    .values({
      id: newId<TemplateId>(),
      channel_id: channel,
      name: definition.name,
      language: definition.language,
      ...values,
    })
    // A webhook's list may have been faster; or it is the successor of a deleted one.
    .onConflict((conflict) =>
      conflict.columns(['channel_id', 'name', 'language']).doUpdateSet((update) => ({
        ...values,
        status: update
          .case()
          .when('templates.provider_id', '=', made.providerId)
          .then(update.ref('templates.status'))
          .else(made.status)
          .end(),
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
  await recordChange(tx, row, 'template.created', actor)
  return row
}

/** The provider reviews an edited template again. @returns null where there is no such template */
export async function changeTemplateRow(
  tx: Tx,
  id: TemplateId,
  changes: { components?: TemplateComponent[]; category?: string },
  actor: AuditEntry['actor'],
): Promise<TemplateRow | null> {
  const from = await heldStatus(tx, id)
  if (from === null) return null
  const row = await tx
    .updateTable('templates')
    .set({
      ...(changes.components && { components: JSON.stringify(changes.components) }),
      ...(changes.category && { category: changes.category }),
      status: 'pending',
      reason: null,
      heard_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tellStatus(tx, row, from, 'pending')
  await recordChange(tx, row, 'template.edited', actor)
  return row
}

export async function removeTemplate(tx: Tx, id: TemplateId, actor: AuditEntry['actor']): Promise<void> {
  const from = await heldStatus(tx, id)
  if (from === null) return
  const row = await tx
    .updateTable('templates')
    .set({ deleted_at: sql<Date>`now()`, heard_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tellStatus(tx, row, from, 'deleted')
  await recordChange(tx, row, 'template.deleted', actor)
}

/** Held until the transaction ends. null: there is no such template */
async function heldStatus(tx: Tx, id: TemplateId): Promise<string | null> {
  const row = await tx
    .selectFrom('templates')
    .select('status')
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.status ?? null
}

const tellStatus = (tx: Tx, { channel_id: channel, name, language }: TemplateRow, from: string, to: string) =>
  tellTemplateStatuses(runIn(tx), [{ channel, name, language, from, to, reason: null }])

async function recordChange(tx: Tx, row: TemplateRow, action: string, actor: AuditEntry['actor']): Promise<void> {
  const { name, language } = row
  await audit(tx, { actor, action, subject: { kind: 'template', id: row.id }, detail: { name, language } })
  // Other numbers of the account have the same templates; the list tells them.
  await demandSync(tx, row.channel_id)
  await recordLive(tx, [{ event: 'channel', data: { channelId: row.channel_id, what: 'templates' } }])
}
