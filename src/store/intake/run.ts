import { CompiledQuery } from 'kysely'
import pg from 'pg'
import type { Tx } from '../database.ts'

/** A statement whose text never changes, so that each connection parses and plans it once. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Runs a statement of the intake inside a transaction, over the pool's connection or over Kysely's. */
export type Run = <Row>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>

/** For a transaction that Kysely began, such as that of the send ledger. */
export const runIn =
  (tx: Tx): Run =>
  async <Row>({ text }: Statement, values: readonly unknown[]) =>
    (await tx.executeQuery(CompiledQuery.raw(text, [...values]))).rows as Row[]

/**
 * - A step that holds a conversation must not hold up every webhook of the process for long.
 * - The plans are kept: made while tables are small, they would scan them for ever, so only index plans are allowed.
 */
const BEGIN = `begin;
  set local lock_timeout = '1s';
  set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off`

/**
 * Runs `work` in one transaction over a connection of its own, without Kysely between: this is the hot path.
 * @throws what `work` throws, after the rollback; on a lost connection nothing is known of a commit under way
 */
export async function inIntakeTransaction<T>(pool: pg.Pool, work: (run: Run) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  // A connection that breaks between two statements says so by an event, which would end the process if nobody heard it.
  let lost = false
  const onLost = () => {
    lost = true
  }
  client.on('error', onLost)
  const giveBack = (destroy: boolean) => {
    client.off('error', onLost)
    client.release(destroy)
  }
  try {
    await client.query(BEGIN)
    const result = await work(async <Row>({ name, text }: Statement, values: readonly unknown[]) => {
      const answer = await client.query({ name, text, values: [...values] })
      return answer.rows as Row[]
    })
    await client.query('commit')
    giveBack(lost)
    return result
  } catch (error) {
    // After a timeout the connection is still busy; after anything but an answer of PostgreSQL its state is not known.
    const usable =
      !lost && (error instanceof pg.DatabaseError || !isConnectionError(error)) && (await rolledBack(client))
    giveBack(!usable)
    throw error
  }
}

const isConnectionError = (error: unknown): boolean =>
  error instanceof Error && ('code' in error || /terminated|timeout|not queryable|closed|ended/i.test(error.message))

const rolledBack = (client: pg.PoolClient): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  )
