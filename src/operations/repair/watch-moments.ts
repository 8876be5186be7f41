import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { Db } from '../../store/index.ts'
import { sampleMoments } from './compare-moments.ts'

/** What is looked at when a server starts: seconds at most, also with a hundred thousand conversations. */
const SAMPLE = { workflows: 200, conversations: 20 }
const AGAIN_MS = 10_000

export interface MomentWatch {
  /** For whoever watches the server; null: nothing was found. */
  notice(): string | null
  stop(): Promise<void>
}

/**
 * Looks once, when a server starts, whether the engine knows of events that the database lacks: then the database was
 * set back, and `parley repair` is due. Tries again until the engine answers.
 */
export function watchMoments(deps: {
  db: Db
  client: Client
  queuePrefix: string
  log: Pick<Logger, 'warn' | 'debug'>
}): MomentWatch {
  let notice: string | null = null
  let timer: NodeJS.Timeout | null = null
  let isOver = false
  const look = async () => {
    try {
      const { ahead, strangers } = await sampleMoments(deps.db, deps.client, deps.queuePrefix, SAMPLE)
      if (ahead.length + strangers.length === 0) return
      notice = 'the database is of an earlier moment than Temporal: see `parley repair`'
      deps.log.warn(
        { conversations: ahead.slice(0, 5), count: ahead.length, strangers: strangers.slice(0, 5) },
        'workflows know of events that the database lacks: it was set back; see `parley repair`',
      )
    } catch (error) {
      deps.log.debug({ err: error }, 'the moments of Temporal and the database could not be compared yet')
      if (!isOver) timer = setTimeout(again, AGAIN_MS)
    }
  }
  let underWay = look()
  const again = () => {
    underWay = look()
  }
  return {
    notice: () => notice,
    async stop() {
      isOver = true
      if (timer) clearTimeout(timer)
      await underWay
    },
  }
}
