import { type Selectable, sql } from 'kysely'
import { CLOSED } from '../../domain/circuit.ts'
import type { EndpointId } from '../../domain/ids.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { EndpointAuth, EndpointsTable } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'
import { type EndpointSecrets, openSecrets } from './endpoint-secrets.ts'

/** An endpoint as it may be shown. */
export type EndpointRow = Omit<Selectable<EndpointsTable>, 'secrets' | 'next_place_at'>

export interface EndpointValues {
  name: string
  url: string
  /** Values are write-only: they may be secrets, too. */
  headers: Record<string, string>
  secret: { kind: EndpointAuth; name: string | null; value: string | null }
  allowPrivateAddress: boolean
  enabled: boolean
  maxConcurrent: number
  perSecond: number
  timeoutMs: number
}

/** @returns up to `limit` + 1 rows */
export async function listEndpoints(db: Db, page: { after: EndpointId | null; limit: number }): Promise<EndpointRow[]> {
  const rows = await db
    .selectFrom('endpoints')
    .selectAll()
    .$if(page.after !== null, (query) => query.where('id', '>', page.after as EndpointId))
    .orderBy('id')
    .limit(page.limit + 1)
    .execute()
  return rows.map(withoutSecrets)
}

export async function findEndpoint(db: Db | Tx, id: EndpointId): Promise<EndpointRow | null> {
  const row = await db.selectFrom('endpoints').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? withoutSecrets(row) : null
}

/** As a step names it, in any case; null: there is none. */
export async function findEndpointByName(tx: Tx, name: string): Promise<EndpointId | null> {
  const row = await tx
    .selectFrom('endpoints')
    .select('id')
    .where(sql<string>`lower(name)`, '=', name.toLowerCase())
    .executeTakeFirst()
  return row?.id ?? null
}

/** Refuses with `name_taken`. */
export async function createEndpoint(
  tx: Tx,
  box: SecretBox,
  values: EndpointValues,
  actor: AuditEntry['actor'],
): Promise<Refusable<EndpointRow>> {
  const taken = await nameTaken(tx, values.name, null)
  if (taken) return taken
  const secrets: EndpointSecrets = { secret: values.secret.value, headers: values.headers }
  const row = await tx
    .insertInto('endpoints')
    .values({
      id: newId<EndpointId>(),
      name: values.name,
      url: values.url,
      auth: values.secret.kind,
      auth_name: values.secret.name,
      header_names: Object.keys(values.headers),
      secrets: box.seal(secrets),
      allow_private_address: values.allowPrivateAddress,
      enabled: values.enabled,
      max_concurrent: values.maxConcurrent,
      calls_per_second: values.perSecond,
      timeout_ms: values.timeoutMs,
      circuit: JSON.stringify(CLOSED),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit(tx, { actor, action: 'endpoint.created', subject: { kind: 'endpoint', id: row.id } })
  return done(withoutSecrets(row))
}

/**
 * What changes where or how it is called closes its circuit: the next call tries it at once. A new address forgets the
 * secret and the headers unless they are given anew: a secret stays with the address it was entered for.
 *
 * Refuses with `not_found`, `name_taken`, `https_needed` and `secret_needed`.
 */
export async function changeEndpoint(
  tx: Tx,
  box: SecretBox,
  id: EndpointId,
  changes: Partial<EndpointValues>,
  actor: AuditEntry['actor'],
): Promise<Refusable<EndpointRow>> {
  const found = await tx.selectFrom('endpoints').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!found) return missing('This endpoint')
  if (Object.keys(changes).length === 0) return done(withoutSecrets(found))
  const taken = changes.name === undefined ? null : await nameTaken(tx, changes.name, id)
  if (taken) return taken
  const { url = found.url, allowPrivateAddress = found.allow_private_address } = changes
  if (!allowPrivateAddress && new URL(url).protocol !== 'https:') {
    return refuse('invalid', 'https_needed', 'http is only for private addresses')
  }
  const kept = openSecrets(found, box)
  const moves = new URL(url).origin !== new URL(found.url).origin
  const hasSecrets = found.auth !== 'none' || found.header_names.length > 0
  if (hasSecrets && (moves || !kept) && !(changes.secret && (changes.headers || found.header_names.length === 0))) {
    const words = moves
      ? 'Another host needs its secret and headers entered anew'
      : 'Its secrets cannot be read any more'
    return refuse('invalid', 'secret_needed', words)
  }
  const secrets: EndpointSecrets = {
    secret: changes.secret ? changes.secret.value : (kept?.secret ?? null),
    headers: changes.headers ?? kept?.headers ?? {},
  }
  const calledAnew = ['url', 'headers', 'secret', 'allowPrivateAddress', 'enabled', 'timeoutMs'].some(
    (key) => key in changes,
  )
  const row = await tx
    .updateTable('endpoints')
    .set({
      ...(changes.name !== undefined && { name: changes.name }),
      ...(changes.url !== undefined && { url: changes.url }),
      ...(changes.secret !== undefined && { auth: changes.secret.kind, auth_name: changes.secret.name }),
      ...(changes.headers !== undefined && { header_names: Object.keys(changes.headers) }),
      secrets: box.seal(secrets),
      ...(changes.allowPrivateAddress !== undefined && { allow_private_address: changes.allowPrivateAddress }),
      ...(changes.enabled !== undefined && { enabled: changes.enabled }),
      ...(changes.maxConcurrent !== undefined && { max_concurrent: changes.maxConcurrent }),
      ...(changes.perSecond !== undefined && { calls_per_second: changes.perSecond, next_place_at: null }),
      ...(changes.timeoutMs !== undefined && { timeout_ms: changes.timeoutMs }),
      ...(calledAnew && { circuit: JSON.stringify(CLOSED) }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit(tx, {
    actor,
    action: 'endpoint.changed',
    subject: { kind: 'endpoint', id },
    detail: { fields: Object.keys(changes) },
  })
  return done(withoutSecrets(row))
}

/** Runs that call it are blocked, for a person to decide. @returns whether there was such an endpoint */
export async function deleteEndpoint(tx: Tx, id: EndpointId, actor: AuditEntry['actor']): Promise<boolean> {
  const deleted = await tx.deleteFrom('endpoints').where('id', '=', id).executeTakeFirst()
  if (deleted.numDeletedRows === 0n) return false
  await audit(tx, { actor, action: 'endpoint.deleted', subject: { kind: 'endpoint', id } })
  return true
}

async function nameTaken(tx: Tx, name: string, by: EndpointId | null) {
  // Two may take the same name at once; the second one waits, and is told.
  await sql`select pg_advisory_xact_lock(hashtextextended('endpoint names', 0))`.execute(tx)
  const other = await findEndpointByName(tx, name)
  if (!other || other === by) return null
  return refuse('conflict', 'name_taken', `There is an endpoint “${name}” already`)
}

function withoutSecrets({ secrets: _, next_place_at: __, ...row }: Selectable<EndpointsTable>): EndpointRow {
  return row
}
