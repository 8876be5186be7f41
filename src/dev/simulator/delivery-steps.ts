import { setTimeout as pause } from 'node:timers/promises'

/** The answer to the call comes first. */
const BEFORE_NEXT_MS = 150

/** One message of the business, on its way to a client. */
export interface OnItsWay {
  isSent(): boolean
  report(status: 'sent' | 'delivered'): Promise<void>
  /** tells that it did not arrive, and why; null: it arrives */
  fail: (() => Promise<void>) | null
}

/** A message that was taken becomes sent and delivered, or neither. */
export async function deliverBySteps(closing: AbortSignal, { isSent, report, fail }: OnItsWay): Promise<void> {
  const next = () => pause(BEFORE_NEXT_MS, undefined, { signal: closing })
  try {
    await next()
    if (fail) return await fail()
    await report('sent')
    await next()
    if (isSent()) await report('delivered')
  } catch (error) {
    if (!closing.aborted) throw error
  }
}

/** Providers fetch files themselves, from wherever their links lead. */
export async function areFilesThere(media: readonly { url: string }[]): Promise<boolean> {
  for (const { url } of media) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
    await answer?.arrayBuffer().catch(() => null)
    if (!answer?.ok) return false
  }
  return true
}
