import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Whether a process with this id runs. A zombie does not: in a container without an init process
 * a killed orphan stays in the process table for ever, and `kill(pid, 0)` still finds it. But a killed process looks
 * like one as soon as its first thread is gone, while the others still hold its port and its files.
 */
export function processIsRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false
  }
  if (process.platform !== 'linux') return true
  const stat = readProc(`/proc/${pid}/stat`)
  if (stat === undefined) return false
  const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
  return (state !== 'Z' && state !== 'X') || threadsOf(pid) > 1
}

/** Threads that are not gone yet; a zombie counts as one. */
function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '')) return 0
    throw error
  }
}

/** The command line of a process as one string; undefined when the process is gone or the system does not tell. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform === 'win32') return undefined
  if (process.platform === 'linux') return readProc(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim() || undefined
  return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || undefined
}

/**
 * When a process began, in the system's own words: together with its id it names one process for ever, ids alone
 * come round again. Undefined when it is gone or the system does not tell.
 */
export function beginningOf(pid: number): string | undefined {
  if (process.platform === 'win32') return undefined
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || undefined
  }
  const stat = readProc(`/proc/${pid}/stat`)
  // Field 22 in proc(5), clock ticks since boot; the name in field 2 may hold spaces, but no later field a bracket.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

/** Ids of the processes whose command line contains every one of `parts`; empty where the system does not tell. */
export function findProcesses(parts: readonly string[]): number[] {
  const matches = (command: string) => parts.every((part) => command.includes(part))
  if (process.platform === 'win32') return []
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid && matches(commandLineOf(pid) ?? ''))
  }
  const table = spawnSync('ps', ['-ww', '-axo', 'pid=,command='], { encoding: 'utf8' }).stdout ?? ''
  return table
    .split('\n')
    .filter(matches)
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid !== process.pid && pid > 0)
}

/** Sends a signal; false when the process is gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
    throw error
  }
}

/** Waits until the process is gone; false when it still runs after `timeoutMs`. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (processIsRunning(pid)) {
    if (Date.now() > deadline) return false
    await pause(20)
  }
  return true
}

/** The `code` of a system error (`ENOENT`, `EPERM`, …), undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // The process ended between two looks (ENOENT, ESRCH), or /proc hides the processes of others.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}
