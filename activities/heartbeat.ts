import { setTimeout as pause } from 'node:timers/promises'
import { Context } from '@temporalio/activity'
import { isOutage } from '../src/store/index.ts'

/** Tells Temporal every two seconds that this process lives, so that a dead worker's work is taken up soon. */
export async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current()
  const beat = setInterval(() => context.heartbeat(), 2_000)
  try {
    return await work()
  } finally {
    clearInterval(beat)
  }
}

/** How long an outcome waits in memory for the database to come back. */
const PATIENCE_MS = 60_000

/**
 * Records what a provider answered, again and again while the database is away: an outcome that is lost makes a sent
 * message `unknown`, which a person would have to settle.
 * @throws the outage once a minute has passed; the ledger then treats the attempt as unknown
 */
export async function untilRecorded<T>(record: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await record()
    } catch (error) {
      if (!isOutage(error) || Date.now() > until) throw error
      await pause(500)
    }
  }
}
