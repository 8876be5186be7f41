import { type Selectable, sql } from 'kysely'
import type { ChannelId, TaskTemplateId, UserId } from '../../domain/ids.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { tellChannelStates } from '../house/account-happenings.ts'
import { runIn } from '../intake/run.ts'
import { recordLive } from '../live-events.ts'
import { newId } from '../new-id.ts'
import type { AccountFacts, BulkOptions, ChannelState, ChannelsTable } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'
import { defaultTaskTemplate } from '../settings/task-templates.ts'
import {
  type AccountKeys,
  type ChannelRow,
  type ChannelSecrets,
  FIRST_KEYS,
  signingKeyHash,
  storedConfig,
  withoutSecrets,
} from './load-channel.ts'

/** What a person may set on a channel of any provider. */
export interface ChannelOptions {
  name: string
  taskTemplateId: TaskTemplateId
  newTaskIfNoActive: boolean
  reopenLastTask: boolean
  bulk: BulkOptions
  coexistence: boolean
  /** null: as many as the provider allows */
  messagesPerSecond: number | null
}

export interface NewChannel extends Omit<ChannelOptions, 'taskTemplateId'> {
  provider: string
  /** what clients write with; absent: WhatsApp */
  messenger?: string
  accountId: string
  businessId: string | null
  displayPhone: string | null
  /** absent: those of the Cloud API */
  keys?: AccountKeys
  /** the provider's keys that are no secret, such as `graphUrl` */
  settings: Record<string, unknown>
  checked: boolean
  secrets: ChannelSecrets
  /** null: the installation's default */
  taskTemplateId: TaskTemplateId | null
  createdBy: UserId | null
  /** what the provider said of it */
  account?: AccountFacts
}

/** The oldest first. Deleted ones are not listed. @returns up to `limit` + 1 rows */
export async function listChannels(
  db: Db,
  page: { after: ChannelId | null; limit: number; only: readonly ChannelId[] | null },
): Promise<ChannelRow[]> {
  let query = db
    .selectFrom('channels')
    .selectAll()
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  if (page.only) query = query.where(sql<boolean>`id = any(${[...page.only]})`)
  return (await query.execute()).map(withoutSecrets)
}

export async function findChannel(db: Db | Tx, id: ChannelId): Promise<ChannelRow | null> {
  const row = await db
    .selectFrom('channels')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ? withoutSecrets(row) : null
}

/** Does a channel stand for this account already? */
export async function accountIsTaken(db: Db, provider: string, accountId: string): Promise<boolean> {
  const row = await db
    .selectFrom('channels')
    .select('id')
    .where('provider', '=', provider)
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Does a channel of another app (another signing key) use this business account? Its events would go both ways. */
export async function businessBelongsElsewhere(
  db: Db,
  provider: string,
  businessId: string,
  signingKey: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('channels')
    .select('id')
    .where('provider', '=', provider)
    .where('business_id', '=', businessId)
    .where('app_secret_hash', '<>', signingKeyHash(signingKey))
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** @returns `exists` where another channel stands for the account already, `unknown_template` where there is no such template */
export async function createChannel(
  tx: Tx,
  box: SecretBox,
  channel: NewChannel,
  actor: AuditEntry['actor'],
): Promise<ChannelRow | 'exists' | 'unknown_template'> {
  const taskTemplateId = await heldTemplate(tx, channel.taskTemplateId ?? (await defaultTaskTemplate(tx)))
  if (!taskTemplateId) return 'unknown_template'
  const { keys = FIRST_KEYS } = channel
  const row = await tx
    .insertInto('channels')
    .values({
      id: newId<ChannelId>(),
      provider: channel.provider,
      messenger: channel.messenger ?? 'whatsapp',
      name: channel.name,
      account_id: channel.accountId,
      business_id: channel.businessId,
      display_phone: channel.displayPhone,
      config: storedConfig({
        settings: channel.settings,
        keys,
        checked: channel.checked,
        previousAppSecretHash: hashHex(channel.secrets),
      }),
      secrets: box.seal(channel.secrets),
      app_secret_hash: signingKeyHash(channel.secrets[keys.signedWith] ?? ''),
      task_template_id: taskTemplateId,
      new_task_if_no_active: channel.newTaskIfNoActive,
      reopen_last_task: channel.reopenLastTask,
      bulk: JSON.stringify(channel.bulk),
      coexistence: channel.coexistence,
      messages_per_second: channel.messagesPerSecond,
      created_by: channel.createdBy,
      account: JSON.stringify(channel.account ?? {}),
    })
    .onConflict((conflict) => conflict.columns(['provider', 'account_id']).where('deleted_at', 'is', null).doNothing())
    .returningAll()
    .executeTakeFirst()
  if (!row) return 'exists'
  await tellChannelStates(runIn(tx), [{ channel: row.id, from: null, to: row.state, reason: null }])
  return recordChange(tx, row, 'channel.created', actor, { provider: row.provider })
}

export interface ChannelChanges extends Partial<ChannelOptions> {
  /** laid over what is there; undefined takes one away */
  settings?: Record<string, unknown>
  secrets?: Record<string, string>
  /** null ends the change of the signing key: the earlier one is no longer accepted. */
  previousAppSecret?: string | null
  /** with another signing key: the one until now goes on being accepted */
  keepOldAppSecret?: boolean
  checked?: boolean
  displayPhone?: string | null
  account?: AccountFacts
}

/** @returns null where there is no such channel */
export async function changeChannel(
  tx: Tx,
  box: SecretBox,
  id: ChannelId,
  changes: ChannelChanges,
  actor: AuditEntry['actor'],
): Promise<ChannelRow | 'unknown_template' | null> {
  const before = await tx
    .selectFrom('channels')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!before) return null
  if (changes.taskTemplateId && !(await heldTemplate(tx, changes.taskTemplateId))) return 'unknown_template'

  const { config } = withoutSecrets(before)
  const { signedWith } = config.keys
  const sealed = box.open(before.secrets) as ChannelSecrets
  const secrets: ChannelSecrets = {
    ...sealed,
    ...changes.secrets,
    previousAppSecret: previousKey(sealed, changes, signedWith),
  }
  const row = await tx
    .updateTable('channels')
    .set({
      config: storedConfig({
        ...config,
        settings: { ...config.settings, ...changes.settings },
        previousAppSecretHash: hashHex(secrets),
        checked: changes.checked ?? config.checked,
      }),
      secrets: box.seal(secrets),
      app_secret_hash: signingKeyHash(secrets[signedWith] ?? ''),
      ...(changes.name !== undefined && { name: changes.name }),
      ...(changes.taskTemplateId !== undefined && { task_template_id: changes.taskTemplateId }),
      ...(changes.newTaskIfNoActive !== undefined && { new_task_if_no_active: changes.newTaskIfNoActive }),
      ...(changes.reopenLastTask !== undefined && { reopen_last_task: changes.reopenLastTask }),
      ...(changes.bulk !== undefined && { bulk: JSON.stringify(changes.bulk) }),
      ...(changes.coexistence !== undefined && { coexistence: changes.coexistence }),
      ...(changes.messagesPerSecond !== undefined && { messages_per_second: changes.messagesPerSecond }),
      ...(changes.displayPhone !== undefined && { display_phone: changes.displayPhone }),
      ...(changes.account && { account: JSON.stringify({ ...before.account, ...changes.account }) }),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return recordChange(tx, row, 'channel.changed', actor, { fields: Object.keys(changes) })
}

/** @param reason for people; null: nothing is wrong. @returns null where there is no such channel */
export async function setChannelState(
  tx: Tx,
  id: ChannelId,
  state: ChannelState,
  reason: string | null,
  actor: AuditEntry['actor'],
): Promise<ChannelRow | null> {
  const from = await heldState(tx, id)
  if (!from) return null
  const row = await tx
    .updateTable('channels')
    .set({ state, state_reason: reason, restrictions: '[]' })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tellChannelStates(runIn(tx), [{ channel: id, from, to: state, reason }])
  return recordChange(tx, row, `channel.${state}`, actor, {})
}

/** Held until the transaction ends, so that what it becomes is told as it was. null: there is no such channel */
async function heldState(tx: Tx, id: ChannelId): Promise<ChannelState | null> {
  const row = await tx
    .selectFrom('channels')
    .select('state')
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.state ?? null
}

/** Says, or takes back, what a person has to know of a channel that works all the same. */
export async function noteChannelTrouble(tx: Tx, id: ChannelId, trouble: string | null): Promise<void> {
  const row = await tx
    .updateTable('channels')
    .set({ state_reason: trouble })
    .where('id', '=', id)
    .where('state', '=', 'connected')
    .where('deleted_at', 'is', null)
    .where('state_reason', 'is distinct from', trouble)
    .returning('state')
    .executeTakeFirst()
  if (row) await recordLive(tx, [{ event: 'channel', data: { channelId: id, state: row.state } }])
}

/** Its conversations and tasks stay readable; its secrets are gone for good. @returns whether there was such a channel */
export async function deleteChannel(tx: Tx, id: ChannelId, actor: AuditEntry['actor']): Promise<boolean> {
  const from = await heldState(tx, id)
  if (!from) return false
  const reason = 'The channel was deleted'
  const row = await tx
    .updateTable('channels')
    .set({
      deleted_at: sql<Date>`now()`,
      state: 'disconnected',
      state_reason: reason,
      secrets: Buffer.alloc(0),
      app_secret_hash: Buffer.alloc(0),
      config: sql<string>`config || '{"previousAppSecretHash": null}'::jsonb`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tellChannelStates(runIn(tx), [{ channel: id, from, to: 'disconnected', reason }])
  await recordChange(tx, row, 'channel.deleted', actor, {})
  return true
}

async function recordChange(
  tx: Tx,
  row: Selectable<ChannelsTable>,
  action: string,
  actor: AuditEntry['actor'],
  detail: Record<string, unknown>,
): Promise<ChannelRow> {
  await audit(tx, { actor, action, subject: { kind: 'channel', id: row.id }, detail })
  await recordLive(tx, [{ event: 'channel', data: { channelId: row.id, state: row.state } }])
  return withoutSecrets(row)
}

/** The template, kept from being deleted until the transaction ends. */
async function heldTemplate(tx: Tx, id: TaskTemplateId): Promise<TaskTemplateId | null> {
  const row = await tx.selectFrom('task_templates').select('id').where('id', '=', id).forKeyShare().executeTakeFirst()
  return row?.id ?? null
}

function previousKey(sealed: ChannelSecrets, changes: ChannelChanges, signedWith: string): string | null {
  if (changes.previousAppSecret !== undefined) return changes.previousAppSecret
  const next = changes.secrets?.[signedWith]
  const current = sealed[signedWith] ?? null
  return changes.keepOldAppSecret === true && next !== undefined && next !== current
    ? current
    : sealed.previousAppSecret
}

const hashHex = ({ previousAppSecret }: ChannelSecrets): string | null =>
  previousAppSecret === null ? null : signingKeyHash(previousAppSecret).toString('hex')
