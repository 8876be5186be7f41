import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks of /proc/<pid>/stat a second: 100 on every Linux that Node runs on (proc(5), sysconf). */
const TICK_MS = 10

/** Processor time that a process and all below it have used, in milliseconds; those that ended and were waited for count. */
export function processorTime(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + processorTime(child), times(pid))
}

/** The process of a browser that we started: Playwright does not tell. */
export function browserProcess(): number | undefined {
  return childrenOf(process.pid).find((pid) => /^chrom/.test(readFileSync(`/proc/${pid}/comm`, 'utf8')))
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => Number(statOf(one)?.[1]) === pid)
}

/** Fields 14 to 17 of proc(5): utime, stime, cutime, cstime. */
function times(pid: number): number {
  const fields = statOf(pid)?.slice(11, 15).map(Number) ?? []
  return fields.reduce((sum, ticks) => sum + ticks, 0) * TICK_MS
}

/** The fields from the third on, the state: the name before may hold anything. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    // It ended between the two looks.
    return undefined
  }
}
