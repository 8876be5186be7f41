import { formatPosition, type LivePosition } from '../../store/live/live-position.ts'
import type { LiveRow } from '../../store/live/read-live.ts'

/** What is written to a browser. `resync`: something was left out, so ask for everything anew. */
export interface LiveMessage {
  event: LiveRow['event'] | 'resync'
  id: string
  data: Record<string, unknown>
}

export const asMessage = ({ event, position, data }: LiveRow): LiveMessage => ({
  event,
  id: formatPosition(position),
  data,
})

export const resync = (position: LivePosition): LiveMessage => ({
  event: 'resync',
  id: formatPosition(position),
  data: {},
})

/** What waits for a slow browser: bounded. One that falls too far behind loses its backlog, and is told so. */
export interface LiveQueue {
  push(row: LiveRow): void
  /** The oldest ones; none: nothing waits. */
  takeSome(most: number): LiveMessage[]
}

export function liveQueue(limit: number): LiveQueue {
  let waiting: LiveRow[] = []
  let droppedUpTo: LivePosition | null = null
  return {
    push(row) {
      if (waiting.length < limit) {
        waiting.push(row)
        return
      }
      waiting = []
      droppedUpTo = row.position
    },
    takeSome(most) {
      if (droppedUpTo) {
        const message = resync(droppedUpTo)
        droppedUpTo = null
        return [message]
      }
      return waiting.splice(0, most).map(asMessage)
    },
  }
}
