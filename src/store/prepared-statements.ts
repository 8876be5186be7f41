import { createHash } from 'node:crypto'
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'

/** Texts that one process may have prepared at once; each costs memory in every connection. */
const MOST = 400
/** A table's change while we run changes what a star stands for: PostgreSQL then refuses the kept plan. */
const STAR = /\*/
/** "cached plan must not change result type": a column has another type than when the statement was prepared. */
const PLAN_OUTDATED = '0A000'

type NamedQuery = (query: { name: string; text: string; values: unknown[] }) => Promise<unknown>

/**
 * A pool for Kysely whose connections parse and plan a statement once: for processes that run the same few statements
 * for ever. A quarter of what PostgreSQL does for a message went into planning (`npm run bench -- message-cost`).
 * PostgreSQL itself goes on choosing whether a plan for the very values is cheaper, and plans anew after `analyze`.
 */
export function preparingPool(pool: pg.Pool): PostgresPool {
  const names = new StatementNames()
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const client = await pool.connect()
      const known = clients.get(client) ?? preparingClient(client, names)
      clients.set(client, known)
      return known
    },
    end: () => pool.end(),
  }
}

function preparingClient(client: pg.PoolClient, names: StatementNames): PostgresPoolClient {
  const plain = client.query.bind(client) as PostgresPoolClient['query']
  const named = client.query.bind(client) as NamedQuery
  const query = async <R>(text: string, values: readonly unknown[]) => {
    const name = values.length > 0 ? names.of(text) : undefined
    if (name === undefined) return plain<R>(text, values)
    try {
      return (await named({ name, text, values: [...values] })) as PostgresQueryResult<R>
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === PLAN_OUTDATED) names.giveUp(text)
      throw error
    }
  }
  return { query: query as PostgresPoolClient['query'], release: () => client.release() }
}

/** Which texts are prepared, and as what. */
class StatementNames {
  readonly #names = new Map<string, string | undefined>()

  of(text: string): string | undefined {
    if (this.#names.has(text)) return this.#names.get(text)
    // The others are sent as they always were.
    if (this.#names.size >= MOST || STAR.test(text)) return undefined
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 20)
    this.#names.set(text, name)
    return name
  }

  giveUp(text: string): void {
    this.#names.set(text, undefined)
  }
}
