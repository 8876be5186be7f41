import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry, register } from 'prom-client'
import type { Database } from '../store/index.ts'
import { poolGauges } from './pool-gauges.ts'
import { queueGauges } from './queue-gauges.ts'
// Part of every page, also before the first of them was counted.
import './counts.ts'

export interface MetricsPage {
  contentType: string
  /** Everything in Prometheus' text format. The figures that need the database are absent while it is away. */
  text(): Promise<string>
}

/**
 * What `GET /metrics` shows.
 * @param queues the sizes of the queues, too: servers tell them, workers would only say the same again
 */
export function metricsPage(
  { database, log }: { database: Database; log: Pick<Logger, 'warn'> },
  { queues }: { queues: boolean },
): MetricsPage {
  if (!register.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics()
  // Of this database; what the process counts is in the registry of the process.
  const own = new Registry()
  poolGauges(own, database.pool)
  const refresh = queues ? queueGauges(own, database.db, log) : async () => undefined
  return {
    contentType: register.contentType,
    async text() {
      await refresh()
      const pages = await Promise.all([register.metrics(), own.metrics()])
      return pages.join('\n')
    },
  }
}
