/** Whether free text may be sent to a client now (design.md, Sends). */
export interface ReplyWindow {
  open: boolean
  /** When it closes or closed; null where the provider has no window, or where the client never wrote. */
  closesAt: Date | null
}

/** Clocks differ and calls take time: in its last minute the window is treated as closed. */
const SAFETY_MARGIN_MS = 60_000

/**
 * The reply window: so many hours from the client's last message (reference §8).
 * @param lastInAt the provider's time of the client's last message; echoes, templates and imported history are none
 * @param windowHours null: the provider has no window
 */
export function replyWindow(lastInAt: Date | null, windowHours: number | null, now: Date): ReplyWindow {
  if (windowHours === null) return { open: true, closesAt: null }
  if (lastInAt === null) return { open: false, closesAt: null }
  const closesAt = new Date(lastInAt.getTime() + windowHours * 3_600_000)
  return { open: now.getTime() < closesAt.getTime() - SAFETY_MARGIN_MS, closesAt }
}
