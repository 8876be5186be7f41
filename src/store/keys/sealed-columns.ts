import { type RawBuilder, sql } from 'kysely'

/** A column whose content is sealed (src/store/secret-box.ts). */
export interface SealedColumn {
  table: string
  column: string
  /** The columns that name a row; a row is reported by them. */
  key: readonly string[]
  /** Sealed bytes stand in the column itself, or in base64 under `sealed` of its JSON. */
  form: 'bytes' | 'json'
}

/** Everything that is sealed at rest. A test holds it against the schema: no column of bytes is in no list. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'channels', column: 'secrets', key: ['id'], form: 'bytes' },
  { table: 'endpoints', column: 'secrets', key: ['id'], form: 'bytes' },
  { table: 'webhooks', column: 'secret', key: ['id'], form: 'bytes' },
  { table: 'webhooks', column: 'previous_secret', key: ['id'], form: 'bytes' },
  { table: 'incoming_webhooks', column: 'secret', key: ['id'], form: 'bytes' },
  { table: 'incoming_webhooks', column: 'previous_secret', key: ['id'], form: 'bytes' },
  { table: 'idempotency_keys', column: 'body', key: ['principal', 'key'], form: 'json' },
]

export const placeOf = ({ table, column }: SealedColumn): string => `${table}.${column}`

/** The sealed bytes of a row; null where nothing is sealed in it. A deleted channel's are empty. */
export function sealedBytes({ column, form }: SealedColumn): RawBuilder<Buffer | null> {
  const bytes = form === 'bytes' ? sql.ref(column) : sql`decode(${sql.ref(column)} ->> 'sealed', 'base64')`
  return sql<Buffer | null>`nullif(${bytes}, ''::bytea)`
}

/** What the column is set to. */
export const sealedValue = ({ form }: SealedColumn, sealed: Buffer): RawBuilder<unknown> =>
  form === 'bytes' ? sql`${sealed}` : sql`jsonb_build_object('sealed', ${sealed.toString('base64')}::text)`
