import { existsSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** A group of processes that may have so much memory together: whoever takes more is killed. */
export interface MemoryLimit {
  /** What starts a program inside: arguments before the program's own. */
  inside: [program: string, ...args: string[]]
  /** The most that was in use at once, in bytes. */
  most(): Promise<number>
  /** How often the kernel killed one of them for it. */
  killed(): Promise<number>
  /** Takes the group away, once nobody is left in it. */
  remove(): Promise<void>
}

const V1 = '/sys/fs/cgroup/memory'
const V2 = '/sys/fs/cgroup'

/** @returns null where this machine has no groups that this user may make */
export async function limitMemory(name: string, bytes: number): Promise<MemoryLimit | null> {
  const isV1 = existsSync(`${V1}/memory.limit_in_bytes`)
  const folder = `${isV1 ? V1 : V2}/${name}`
  try {
    await mkdir(folder)
    writeFileSync(`${folder}/${isV1 ? 'memory.limit_in_bytes' : 'memory.max'}`, String(bytes))
  } catch (error) {
    console.log(`faults: no memory limit (${error instanceof Error ? error.message : error})`)
    if (existsSync(folder)) rmdirSync(folder)
    return null
  }
  const numberIn = async (file: string, pattern: RegExp) =>
    Number(pattern.exec(await readFile(`${folder}/${file}`, 'utf8'))?.[1] ?? Number.NaN)
  return {
    // The shell enters the group and then becomes the program: Node sees its limit from the first moment.
    inside: ['/bin/sh', '-c', `echo $$ > ${folder}/cgroup.procs && exec "$0" "$@"`],
    most: () => numberIn(isV1 ? 'memory.max_usage_in_bytes' : 'memory.peak', /(\d+)/),
    killed: () =>
      isV1 ? numberIn('memory.oom_control', /oom_kill (\d+)/) : numberIn('memory.events', /oom_kill (\d+)/),
    async remove() {
      // The kernel counts a process out a moment after it has ended.
      while (readFileSync(`${folder}/cgroup.procs`, 'utf8').trim() !== '') await pause(50)
      rmdirSync(folder)
    },
  }
}
