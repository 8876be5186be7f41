import type { SendOutcome } from '../channels/port.ts'
import { providerCalls } from './counts.ts'

/** Who sends: a conversation's workflow, or a campaign's slice. */
export type Lane = 'conversation' | 'campaign'

/** Makes a call that sends a message, and counts how it ended and how long it took. */
export async function countedCall(
  of: { provider: string; lane: Lane },
  call: () => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const started = performance.now()
  // An adapter tells everything as an outcome; what it throws is a fault of ours, and nobody knows what became of it.
  let ended = 'unknown'
  try {
    const outcome = await call()
    ended = outcome.outcome === 'rejected' ? outcome.failure.class : outcome.outcome
    return outcome
  } finally {
    providerCalls.observe({ ...of, outcome: ended }, (performance.now() - started) / 1_000)
  }
}
