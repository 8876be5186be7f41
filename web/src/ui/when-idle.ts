/** Safari has no idle callbacks. */
const LATER_MS = 300

/** Runs a deed once nothing more urgent is to be done. @returns takes it back */
export function whenIdle(deed: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const id = requestIdleCallback(deed, { timeout: 2_000 })
    return () => cancelIdleCallback(id)
  }
  const timer = setTimeout(deed, LATER_MS)
  return () => clearTimeout(timer)
}
