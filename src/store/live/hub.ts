import type { Database } from '../database.ts'
import { listenForHints } from './listen.ts'
import { isAfter, type LivePosition } from './live-position.ts'
import { nextLookMs } from './next-look.ts'
import { KEPT_HOURS } from './prune-live.ts'
import { type LiveRow, readLive, readRecent } from './read-live.ts'

/** Reads live updates once for the whole process and hands them to whoever listens. Runs only while somebody does. */
export interface LiveHub {
  /** From now on the listener gets every row after `start`, in order, without gaps, each once. */
  subscribe(listener: LiveListener): LiveSubscription
  /** Rows between two places, for one who comes back; null: not kept any more, or too many. */
  between(after: LivePosition, upTo: LivePosition, limit: number): Promise<LiveRow[] | null>
  /** Rows of the last so many milliseconds up to a place, for one who has just read what stood then; null: too many. */
  recent(milliseconds: number, upTo: LivePosition, limit: number): Promise<LiveRow[] | null>
  /** Looks for new rows now. */
  poke(): void
  /** Ends every subscription. */
  close(): Promise<void>
}

export interface LiveListener {
  onRows(rows: readonly LiveRow[]): void
  /** The process is stopping. */
  onClose(): void
}

export interface LiveSubscription {
  /** Known at once, or as soon as the database could be asked. */
  start: Promise<LivePosition>
  end(): void
}

/** Where a hint was lost, a screen still knows within a second. */
const POLL_MS = 500
const BATCH = 500

const hubs = new WeakMap<Database, LiveHub>()

/** The one hub over a database. @param onTrouble told of reads and connections that failed; the hub goes on */
export function liveHub(database: Database, onTrouble: (error: unknown) => void): LiveHub {
  const known = hubs.get(database)
  if (known) return known
  const made = createHub(database, onTrouble)
  hubs.set(database, made)
  return made
}

function createHub(database: Database, onTrouble: (error: unknown) => void): LiveHub {
  const { pool } = database
  const listeners = new Set<LiveListener>()
  /** Of the loop that runs; null between loops and until its first read. */
  let position: LivePosition | null = null
  let started: ReturnType<typeof startSignal> | null = null
  let loops: Promise<unknown> = Promise.resolve()
  let poked = false
  let wake: (() => void) | null = null
  let closed = false

  function poke(): void {
    poked = true
    wake?.()
  }

  async function loop(onStarted: (start: LivePosition) => void): Promise<void> {
    const stopListening = listenForHints(pool, poke, onTrouble)
    let patienceMs: number | null = null
    while (listeners.size > 0) {
      poked = false
      try {
        const read = await readLive(pool, position, BATCH)
        if (position === null) onStarted(read.position)
        position = read.position
        if (read.rows.length > 0) for (const listener of listeners) listener.onRows(read.rows)
        if (read.more) continue
        patienceMs = nextLookMs(patienceMs, read, POLL_MS)
      } catch (error) {
        onTrouble(error)
        patienceMs = null
      }
      if (!poked && listeners.size > 0) {
        await pause(patienceMs ?? POLL_MS, (end) => {
          wake = end
        })
      }
      if (poked) patienceMs = null
    }
    // Whoever listens next starts at a place of their own; before the first await, so that nobody gets the old one.
    position = null
    started = null
    await stopListening()
  }

  return {
    poke,
    subscribe(listener) {
      if (closed) {
        queueMicrotask(() => listener.onClose())
        return { start: new Promise(() => undefined), end: () => undefined }
      }
      listeners.add(listener)
      if (!started) {
        const signal = startSignal()
        started = signal
        loops = Promise.all([loops, loop(signal.resolve)])
      }
      return {
        start: position ? Promise.resolve(position) : started.promise,
        end() {
          listeners.delete(listener)
          if (listeners.size === 0) poke()
        },
      }
    },
    async between(after, upTo, limit) {
      if (Date.now() / 1000 - after.seconds > (KEPT_HOURS - 1) * 3600 || isAfter(after, upTo)) return null
      const read = await readLive(pool, after, limit + 1)
      const rows = read.rows.filter((row) => !isAfter(row.position, upTo))
      return rows.length > limit ? null : rows
    },
    async recent(milliseconds, upTo, limit) {
      const rows = await readRecent(pool, milliseconds, limit)
      return rows?.filter((row) => !isAfter(row.position, upTo)) ?? null
    },
    async close() {
      closed = true
      for (const listener of listeners) listener.onClose()
      listeners.clear()
      poke()
      await loops
    },
  }
}

function startSignal() {
  let resolve: (start: LivePosition) => void = () => undefined
  const promise = new Promise<LivePosition>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

function pause(milliseconds: number, onEnd: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    onEnd(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
