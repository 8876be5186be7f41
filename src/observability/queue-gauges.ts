import type { Logger } from 'pino'
import { Gauge, type Registry } from 'prom-client'
import { describeError } from '../store/describe-error.ts'
import type { Db } from '../store/index.ts'
import { type Queues, readQueues } from '../store/watch/read-queues.ts'

/** Several scrapers, and a scrape that is repeated, ask the database once. */
const FRESH_MS = 5_000
/** A scrape waits no longer for the database: the other figures are worth more than these. */
const PATIENCE_MS = 3_000

/**
 * The queues as they are in the database: every server tells the same.
 * @returns brings the gauges up to date; it never fails
 */
export function queueGauges(registry: Registry, db: Db, log: Pick<Logger, 'warn'>): () => Promise<void> {
  const registers = [registry]
  const known = new Gauge({
    name: 'parley_queues_known',
    help: '1 while the database tells the sizes of the queues; 0: it does not, and they are absent',
    registers,
  })
  const items = new Gauge({
    name: 'parley_queue_items',
    help: 'What waits, by queue',
    labelNames: ['queue'] as const,
    registers,
  })
  const oldest = new Gauge({
    name: 'parley_queue_oldest_seconds',
    help: 'How long the first of a queue has waited, or is overdue, in seconds; 0: nothing waits',
    labelNames: ['queue'] as const,
    registers,
  })
  const ages = new Gauge({
    name: 'parley_deliveries_older_than',
    help: 'Outgoing messages that have not ended, by state, and older than so many seconds',
    labelNames: ['state', 'seconds'] as const,
    registers,
  })
  const channels = new Gauge({
    name: 'parley_channels',
    help: 'Channels, by state',
    labelNames: ['state'] as const,
    registers,
  })
  const away = new Gauge({
    name: 'parley_channels_provider_away',
    help: 'Channels whose provider does not answer, so that what is to be sent waits, by provider',
    labelNames: ['provider'] as const,
    registers,
  })
  const workers = new Gauge({
    name: 'parley_worker_silence_seconds',
    help: 'Since a worker of this task queue was seen, in seconds; forgotten after an hour',
    labelNames: ['task_queue'] as const,
    registers,
  })
  const show = (queues: Queues | null) => {
    for (const gauge of [items, oldest, ages, channels, away, workers]) gauge.reset()
    if (!queues) return
    for (const { name, ...size } of queues.sizes) {
      items.set({ queue: name }, size.items)
      oldest.set({ queue: name }, size.oldest ?? 0)
    }
    for (const { state, olderThan, items } of queues.deliveryAges) ages.set({ state, seconds: olderThan }, items)
    for (const { state, items } of queues.channels) channels.set({ state }, items)
    for (const { provider, items } of queues.providersAway) away.set({ provider }, items)
    for (const { queue, silence } of queues.workers) workers.set({ task_queue: queue }, silence)
  }

  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<boolean> | null = null
  const read = async (): Promise<boolean> => {
    try {
      show(await readQueues(db))
      readAt = performance.now()
      return true
    } catch (error) {
      log.warn({ err: describeError(error) }, 'the queues could not be read for the metrics')
      return false
    } finally {
      reading = null
    }
  }
  return async () => {
    if (performance.now() - readAt < FRESH_MS) return
    reading ??= read()
    const isKnown = await inTime(reading)
    if (!isKnown) show(null)
    known.set(isKnown ? 1 : 0)
  }
}

async function inTime(work: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
