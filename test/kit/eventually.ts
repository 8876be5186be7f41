import { setTimeout as pause } from 'node:timers/promises'

const SHORTEST_MS = 25
const LONGEST_MS = 200

/**
 * Asks until the answer is there; the last failure is the test's. What takes long is asked for less often: it needs the
 * machine more than the question does.
 * @param within milliseconds, far more than it should take
 */
export async function eventually<T>(ask: () => Promise<T>, within = 20_000): Promise<T> {
  const began = Date.now()
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const waited = Date.now() - began
      if (waited > within) throw error
      await pause(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, waited / 20)))
    }
  }
}
