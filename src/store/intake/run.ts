import { CompiledQuery } from 'kysely'
import pg from 'pg'
import type { Db, Tx } from '../database.ts'

/** A statement whose text never changes, so that each connection parses and plans it once. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Runs a statement of the intake inside a transaction, over the pool's connection or over Kysely's. */
export type Run = <Row>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>

/** Over Kysely: in a transaction that it began, such as that of the send ledger, or for a single lookup. */
export const runIn =
  (db: Db | Tx): Run =>
  async <Row>({ text }: Statement, values: readonly unknown[]) =>
    (await db.executeQuery(CompiledQuery.raw(text, [...values]))).rows as Row[]

/**
 * - A step that holds a conversation must not hold up every webhook of the process for long.
 * - The plans are kept: made while tables are small, they would scan them for ever, so only index plans are allowed.
 */
const BEGIN = `begin;
  set local lock_timeout = '1s';
  set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off;
  set local plan_cache_mode = force_generic_plan`

/**
 * Somebody waits for the answer: a statement takes no longer, and a transaction that its client was cut off from lets go
 * of its rows as soon.
 */
const hurried = (ms: number) => `;
  set local statement_timeout = ${ms}; set local idle_in_transaction_session_timeout = ${ms + 1_000}`

/**
 * Runs `work` in one transaction over a connection of its own, without Kysely between: this is the hot path.
 * Statements that do not depend on each other may be run without waiting; where the pool's connections pipeline, they
 * then travel together. The transaction is committed after `work`, if each of its statements succeeded.
 * @param statementMs how long each statement may take, those before it included; else as long as the pool allows
 * @throws what `work` or the first failing statement throws, after the rollback; on a lost connection nothing is known
 * of a commit under way
 */
export async function inIntakeTransaction<T>(
  pool: pg.Pool,
  work: (run: Run) => Promise<T>,
  { statementMs }: { statementMs?: number } = {},
): Promise<T> {
  const client = await pool.connect()
  // A connection that breaks between two statements says so by an event, which would end the process if nobody heard it.
  let lost = false
  const onLost = () => {
    lost = true
  }
  client.on('error', onLost)
  const statements = new Statements(client, statementMs)
  try {
    void statements.begin()
    const result = await work(<Row>(statement: Statement, values: readonly unknown[]) =>
      statements.run<Row>(statement, values),
    )
    await statements.commit()
    client.off('error', onLost)
    client.release(lost)
    return result
  } catch (error) {
    const usable = !lost && (await statements.rollback(error))
    client.off('error', onLost)
    client.release(!usable)
    throw statements.failure ?? error
  }
}

/** The statements of one transaction: in their order, and with the first failure remembered for the end. */
class Statements {
  readonly #client: pg.PoolClient
  readonly #statementMs: number | undefined
  /** Heard by the driver, whose types do not know it: a network that swallows everything is found out here alone. */
  readonly #patience: { query_timeout?: number }
  #last: Promise<unknown> = Promise.resolve()
  #over = false
  /** What the first failing statement threw: those behind it only say that the transaction was aborted. */
  failure: unknown = null

  constructor(client: pg.PoolClient, statementMs: number | undefined) {
    this.#client = client
    this.#statementMs = statementMs
    this.#patience = statementMs === undefined ? {} : { query_timeout: statementMs }
  }

  begin(): Promise<unknown> {
    const text = this.#statementMs === undefined ? BEGIN : BEGIN + hurried(this.#statementMs)
    return this.#send(() => this.#client.query({ text, ...this.#patience }))
  }

  async run<Row>({ name, text }: Statement, values: readonly unknown[]): Promise<Row[]> {
    const answer = await this.#send(() => this.#client.query({ name, text, values: [...values], ...this.#patience }))
    return answer.rows as Row[]
  }

  async commit(): Promise<void> {
    await this.#last
    if (this.failure !== null) throw this.failure
    this.#over = true
    await this.#client.query({ text: 'commit', ...this.#patience })
  }

  /** @returns whether the connection can be used again */
  async rollback(cause: unknown): Promise<boolean> {
    // After a timeout the connection is still busy; after anything but an answer of PostgreSQL its state is not known.
    if (isConnectionError(this.failure ?? cause)) return false
    await this.#last
    this.#over = true
    return this.#client.query({ text: 'rollback', ...this.#patience }).then(
      () => true,
      () => false,
    )
  }

  #send<T>(query: () => Promise<T>): Promise<T> {
    if (this.#over) return Promise.reject(new Error('the transaction is over'))
    const answer = this.#client.pipeline ? query() : this.#last.then(query)
    const before = this.#last
    // Settles, never rejects: whoever sent the statement may have been stopped by another one's failure before it looked.
    this.#last = answer.then(
      () => before,
      (error: unknown) => {
        this.failure ??= error
        return before
      },
    )
    return answer
  }
}

const isConnectionError = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) &&
  error instanceof Error &&
  ('code' in error || /terminated|timeout|not queryable|closed|ended/i.test(error.message))
