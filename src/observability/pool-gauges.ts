import type { Pool } from 'pg'
import { Gauge, type Registry } from 'prom-client'

/** This process's connections to the database. Requests that wait mean: DATABASE_CONNECTIONS is too small, or a query hangs. */
export function poolGauges(registry: Registry, pool: Pool): void {
  const registers = [registry]
  new Gauge({
    name: 'parley_database_connections',
    help: 'Connections of this process to the database, by what they do',
    labelNames: ['state'] as const,
    registers,
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      this.set({ state: 'idle' }, pool.idleCount)
    },
  })
  new Gauge({
    name: 'parley_database_connections_most',
    help: 'Connections that this process may open to the database',
    registers,
    collect() {
      this.set(pool.options.max ?? 0)
    },
  })
  new Gauge({
    name: 'parley_database_waiting',
    help: 'Work of this process that waits for a connection to the database',
    registers,
    collect() {
      this.set(pool.waitingCount)
    },
  })
}
