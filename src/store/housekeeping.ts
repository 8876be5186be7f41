import type { Logger } from 'pino'
import type { ConversationId } from '../domain/ids.ts'
import { forgetExpiredAccess } from './access/housekeeping.ts'
import { releaseStranded } from './channels/release-parked.ts'
import { type Database, inTransaction } from './database.ts'
import { forgetHouseEvents } from './house/house-events.ts'
import { pruneLiveEvents } from './live/prune-live.ts'
import { forgetOldCalls } from './outside/forget-calls.ts'
import { pruneSnapshots } from './scenarios/dry-run/prune-snapshots.ts'
import { defaultTaskTemplate } from './settings/task-templates.ts'
import { forgetOldWebhooks } from './webhooks/housekeeping.ts'

const MINUTE_MS = 60_000

interface Chore {
  name: string
  everyMs: number
  work: () => Promise<void>
}

/** What every server looks after from time to time. All of it may run in several servers at once. */
export function startHousekeeping(deps: {
  database: Database
  log: Logger
  eventsStored: (conversations: Iterable<ConversationId>) => void
}): { stop(): Promise<void> } {
  const { database, log } = deps
  const chores: Chore[] = [
    {
      name: 'default task template',
      everyMs: 24 * 60 * MINUTE_MS,
      work: () => inTransaction(database.db, async (tx) => void (await defaultTaskTemplate(tx))),
    },
    {
      name: 'deliveries whose channel was resumed while they were parked',
      everyMs: MINUTE_MS / 2,
      work: () => releaseStranded(database.db, deps.eventsStored),
    },
    { name: 'old events of the house', everyMs: 60 * MINUTE_MS, work: () => forgetHouseEvents(database.db) },
    { name: 'old live updates', everyMs: 10 * MINUTE_MS, work: () => pruneLiveEvents(database) },
    { name: 'old calls to endpoints', everyMs: 60 * MINUTE_MS, work: () => forgetOldCalls(database.db) },
    { name: 'old webhooks', everyMs: 60 * MINUTE_MS, work: () => forgetOldWebhooks(database.db) },
    { name: 'old snapshots of events', everyMs: 60 * MINUTE_MS, work: () => pruneSnapshots(database) },
    { name: 'expired sessions and keys', everyMs: 60 * MINUTE_MS, work: () => forgetExpiredAccess(database) },
  ]

  let underWay: Promise<unknown> = Promise.resolve()
  const run = (chore: Chore) => {
    underWay = Promise.allSettled([
      underWay,
      chore
        .work()
        .catch((error) => log.warn({ err: error, chore: chore.name }, 'a chore failed; it will be tried again')),
    ])
  }
  const timers = chores.map((chore) => {
    run(chore)
    return setInterval(() => run(chore), chore.everyMs)
  })
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await underWay
    },
  }
}
