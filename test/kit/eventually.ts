import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks until the answer is there; the last failure is the test's.
 * @param within milliseconds, far more than it should take
 */
export async function eventually<T>(ask: () => Promise<T>, within = 20_000): Promise<T> {
  const until = Date.now() + within
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (Date.now() > until) throw error
      await pause(25)
    }
  }
}
