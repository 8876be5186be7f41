import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Runs a Node program with this terminal, passes signals on and waits for its end.
 * @param {string[]} args
 * @returns {Promise<number>} its exit code, or 128 + the number of the signal that ended it
 */
export function runNode(args) {
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}
