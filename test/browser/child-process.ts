import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** The process that a process has started to run a script. @throws while there is none */
export function childProcess(parent: number, script: string): number {
  const found = runningProcesses().find((one) => one.parent === parent && one.command.includes(script))
  if (!found) throw new Error(`process ${parent} runs no ${script}`)
  return found.pid
}

interface RunningProcess {
  pid: number
  parent: number
  command: string
}

function runningProcesses(): RunningProcess[] {
  if (process.platform === 'linux') return readdirSync('/proc').filter(isNumber).flatMap(readProcess)
  const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' })
  return [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, command = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }))
}

const isNumber = (name: string) => /^\d+$/.test(name)

function readProcess(pid: string): RunningProcess[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name may hold spaces and brackets; after its last bracket come the state and the parent.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    return [{ pid: Number(pid), parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }]
  } catch {
    // It has ended meanwhile.
    return []
  }
}
