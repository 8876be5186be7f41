import { useQuery } from '@tanstack/react-query'
import { channelsQuery } from '../api/people.ts'
import type { Channel, OpenedTask } from '../api/types.ts'
import { useNow } from '../ui/use-now.ts'

/** Can a message go to the client now, and if not, why? */
export interface Reach {
  channel: Channel | undefined
  possible: boolean
  because: 'windowClosed' | 'neverWrote' | 'channelDisconnected' | null
  paused: boolean
  /** When the reply window closes or closed; null where there is none. */
  closesAt: Date | null
  leftMs: number
}

/** As in src/domain/reply-window.ts: in its last minute the window counts as closed. */
const MARGIN_MS = 60_000
const SOON_MS = 3_600_000

export function useReach(task: OpenedTask): Reach {
  const channels = useQuery(channelsQuery).data
  const channel = channels?.find(({ id }) => id === task.channelId)
  const closesAt = task.window.closesAt === null ? null : new Date(task.window.closesAt)
  const until = closesAt === null ? 0 : closesAt.getTime() - MARGIN_MS
  const now = useNow(closesAt === null ? null : until - Date.now() < SOON_MS ? 1_000 : 20_000)
  const leftMs = until - now.getTime()
  const disconnected = channels !== undefined && (channel === undefined || channel.state === 'disconnected')
  const open = task.window.open && (closesAt === null || leftMs > 0)
  const because = disconnected ? 'channelDisconnected' : open ? null : closesAt === null ? 'neverWrote' : 'windowClosed'
  return { channel, possible: because === null, because, paused: channel?.state === 'paused', closesAt, leftMs }
}
