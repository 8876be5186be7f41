/** How long an orderly end may take once the parent is gone. */
const GRACE_MS = 5_000

/**
 * Ends this process when the one that started it dies, even by kill -9: the channel between the two closes
 * with it. First the way of SIGTERM, so that the process's own handlers run; by force when that takes too long.
 * Does nothing in a process that was started on its own, without a channel.
 */
export function exitWithParent(): void {
  if (process.channel === undefined) return
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref()
    process.kill(process.pid, 'SIGTERM')
  })
  // The channel alone is no reason to stay alive.
  process.channel.unref()
}
