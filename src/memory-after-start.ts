import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** By then everything that a start does is done. */
const AFTER_MS = 10_000

/**
 * Gives back what only the start needed, once. Loading a program leaves some thirty megabytes that V8 collects when there
 * is more to do: a server that nobody asks for anything holds them for minutes. Takes a tenth of a second.
 */
export function giveBackAfterStart(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect: (options: object) => void = runInNewContext('gc')
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  }, AFTER_MS).unref()
}
