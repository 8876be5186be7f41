import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { processIsRunning, waitForExit } from '../../src/dev/process-table.ts'
import { eventually } from '../kit/eventually.ts'

/** Its first thread ends at once; another one goes on until the input ends. */
const LEADERLESS = `
import ctypes, sys, threading
threading.Thread(target=sys.stdin.read).start()
ctypes.CDLL(None).pthread_exit(None)
`
const python = spawnSync('python3', ['--version']).status === 0

const stateOf = (pid: number) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]

it('does not know a process that is gone', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  expect(await waitForExit(child.pid as number, 20_000)).toBe(true)
})

it.skipIf(process.platform !== 'linux' || !python)(
  'knows a killed process until its last thread is gone: until then it holds its port and its files',
  async () => {
    const child = spawn('python3', ['-c', LEADERLESS], { stdio: ['pipe', 'ignore', 'inherit'] })
    const pid = child.pid as number
    await eventually(async () => expect(stateOf(pid)).toBe('Z'))
    expect(processIsRunning(pid)).toBe(true)
    child.stdin.end()
    expect(await waitForExit(pid, 20_000)).toBe(true)
  },
)
