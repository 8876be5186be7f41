import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { FilesUnavailable } from './file-store.ts'
import { preparingPool } from './prepared-statements.ts'
import type { Schema } from './schema.ts'

export type Db = Kysely<Schema>
export type Tx = Transaction<Schema>

/** An open connection pool to Parley's database. */
export interface Database {
  readonly db: Db
  /** The pool below, for LISTEN and for single statements on the hot path. */
  readonly pool: pg.Pool
  close(): Promise<void>
}

export interface DatabaseOptions {
  maxConnections?: number
  /** Its statements take as long as they need: a migration may read all that there is. */
  unhurried?: boolean
  /** It runs the same few statements for ever: each connection keeps their plans. */
  prepared?: boolean
  /** Told of connections that broke; without a listener a PostgreSQL restart would end the process. */
  onLostConnection?: (error: Error) => void
}

const types = new pg.TypeOverrides()
// bigint columns hold sequence numbers and sizes, far below 2^53.
types.setTypeParser(pg.types.builtins.INT8, Number)

/** Opens the pool; no connection is made before the first query. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    types,
    connectionTimeoutMillis: 5_000,
    // A half-open connection must not hold a step for ever (F5).
    ...(options.unhurried ? {} : { query_timeout: 30_000, statement_timeout: 25_000 }),
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    // The intake writes a whole group's statements at once instead of waiting for each answer.
    pipeline: true,
  })
  const lost = (error: Error) => options.onLostConnection?.(error)
  pool.on('error', lost)
  // The pool listens only while a client is idle: one that breaks between two statements of a transaction would end
  // the process, too (F4). The transaction itself fails at its next statement.
  pool.on('connect', (client) => client.on('error', lost))
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: options.prepared ? preparingPool(pool) : pool }),
  })
  return {
    db,
    pool,
    async close() {
      await db.destroy()
      // Kysely ends the pool only where a query went through it.
      if (!pool.ended) await pool.end()
    },
  }
}

/** PostgreSQL gave up one of two transactions that waited for each other, or for a changed row: run it again. */
const REPEATABLE = new Set(['40P01', '40001'])

/** Work found that another transaction was faster, and may be run again: it will then find what that one wrote. */
export class Repeatable extends Error {
  override readonly name: string = 'Repeatable'
}

/** Nothing is wrong with such work: it came in the way of other work, and may be run again. */
export const isRepeatable = (error: unknown): boolean =>
  error instanceof Repeatable || REPEATABLE.has(sqlState(error) ?? '')

/**
 * Runs `work` in one transaction, again when PostgreSQL chose it as the victim of a deadlock (3 times).
 * `work` must have no effect outside the transaction.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (attempt >= 3 || !isRepeatable(error)) throw error
    }
  }
}

/** PostgreSQL's five-character error code, if the error is one of its own. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/**
 * Is it the database that is away or short of something, rather than our statement that is wrong?
 * Such work is repeated until it succeeds; classes 08, 53, 57, 58 and lost connections.
 */
export function isOutage(error: unknown): boolean {
  // The place for files speaks of the same network, and says nothing of the database.
  if (error instanceof FilesUnavailable) return false
  const state = sqlState(error)
  if (state) return /^(08|53|57|58|25P03)/.test(state)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/.test(code)) return true
  return (
    error instanceof Error && /terminated|timeout|Connection ended|not queryable|Client was closed/i.test(error.message)
  )
}
