import type { Logger } from 'pino'
import type { ConversationId } from '../domain/ids.ts'
import type { RetentionPlan } from '../domain/retention.ts'
import { forgetExpiredAccess } from './access/housekeeping.ts'
import { liftRestrictions } from './channels/lift-restrictions.ts'
import { releaseStranded } from './channels/release-parked.ts'
import { warnOfSilentPhoneApps } from './channels/silent-phone-apps.ts'
import { type Database, inTransaction } from './database.ts'
import type { FileStore } from './file-store.ts'
import { forgetHouseEvents } from './house/house-events.ts'
import { warnOfForeignKeys } from './keys/survey-keys.ts'
import { liveNotifier } from './live/notify.ts'
import { pruneLiveEvents } from './live/prune-live.ts'
import { forgetOldCalls } from './outside/forget-calls.ts'
import { sweepRetention } from './retention/sweep-retention.ts'
import { pruneSnapshots } from './scenarios/dry-run/prune-snapshots.ts'
import type { SecretBox } from './secret-box.ts'
import { defaultTaskTemplate } from './settings/task-templates.ts'
import { tellGone } from './tasks/presence.ts'
import { tellWoken } from './tasks/snoozes.ts'
import { forgetOldWebhooks } from './webhooks/housekeeping.ts'

const MINUTE_MS = 60_000
/** Rows of a kind that one round deletes: after an upgrade the rest of the past goes in the hours that follow. */
const SWEPT_AT_MOST = 20_000

interface Chore {
  name: string
  everyMs: number
  work: () => Promise<void>
}

/** What every server looks after from time to time. All of it may run in several servers at once. */
export function startHousekeeping(deps: {
  database: Database
  secrets: SecretBox
  files: Pick<FileStore, 'remove'>
  /** How long what has done its work is kept. */
  retention: RetentionPlan
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
    {
      name: 'restrictions of channels that ended',
      everyMs: 5_000,
      work: () => liftRestrictions(database.db, deps.eventsStored),
    },
    {
      name: 'phone apps that nothing is heard of',
      everyMs: 10 * MINUTE_MS,
      work: () => warnOfSilentPhoneApps(database.db, new Date()),
    },
    { name: 'snoozes that are over, and people who left', everyMs: 5_000, work: () => tellEnded(database) },
    { name: 'old events of the house', everyMs: 60 * MINUTE_MS, work: () => forgetHouseEvents(database.db) },
    { name: 'old live updates', everyMs: 10 * MINUTE_MS, work: () => pruneLiveEvents(database) },
    { name: 'old calls to endpoints', everyMs: 60 * MINUTE_MS, work: () => forgetOldCalls(database.db) },
    { name: 'old webhooks', everyMs: 60 * MINUTE_MS, work: () => forgetOldWebhooks(database.db) },
    { name: 'old snapshots of events', everyMs: 60 * MINUTE_MS, work: () => pruneSnapshots(database) },
    {
      name: 'what has been kept long enough',
      everyMs: 60 * MINUTE_MS,
      work: async () =>
        void (await sweepRetention({ db: database.db, files: deps.files }, deps.retention, SWEPT_AT_MOST)),
    },
    {
      name: 'secrets that no given key opens',
      everyMs: 60 * MINUTE_MS,
      work: () => warnOfForeignKeys(database.db, deps.secrets, log),
    },
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

/** What ends by itself is told to open inboxes. */
async function tellEnded({ db, pool }: Database): Promise<void> {
  const woken = await tellWoken(db)
  const gone = await tellGone(db)
  if (woken || gone) liveNotifier(pool).notify()
}
