import type pg from 'pg'

/** The channel of LISTEN and NOTIFY. The message is empty: the rows are the truth, this is a hint to look (reference §1.4). */
export const LIVE_CHANNEL = 'parley_live'

/** At most one NOTIFY in so many milliseconds: commits that notify wait for one another in the whole database. */
const MIN_INTERVAL_MS = 10

export interface LiveNotifier {
  /** Tells every server that live updates were committed. Returns at once; calls in quick succession become one. */
  notify(): void
  /** Sends what is due and ends; to be called before the pool is closed. */
  stop(): Promise<void>
}

const notifiers = new WeakMap<pg.Pool, LiveNotifier>()

/**
 * The one sender of hints over a pool. A hint that is lost costs a second: the readers look by themselves.
 * @param onTrouble told of hints that could not be sent
 */
export function liveNotifier(pool: pg.Pool, onTrouble: (error: unknown) => void = () => undefined): LiveNotifier {
  const known = notifiers.get(pool)
  if (known) return known
  const made = createNotifier(pool, onTrouble)
  notifiers.set(pool, made)
  return made
}

function createNotifier(pool: pg.Pool, onTrouble: (error: unknown) => void): LiveNotifier {
  let due: NodeJS.Timeout | null = null
  let sending: Promise<void> = Promise.resolve()
  let lastAt = Number.NEGATIVE_INFINITY
  let stopped = false

  function send(): void {
    due = null
    lastAt = performance.now()
    sending = pool.query(`notify ${LIVE_CHANNEL}`).then(() => undefined, onTrouble)
  }

  return {
    notify() {
      if (due || stopped) return
      due = setTimeout(send, Math.max(0, lastAt + MIN_INTERVAL_MS - performance.now()))
      due.unref()
    },
    async stop() {
      stopped = true
      if (due) {
        clearTimeout(due)
        send()
      }
      await sending
    },
  }
}
