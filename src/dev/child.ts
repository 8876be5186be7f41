import { type ChildProcess, spawn } from 'node:child_process'
import { keepLog } from './child-log.ts'
import type { OnProgress } from './setup-error.ts'

export interface ChildOptions {
  /** Shown before its lines, and the name of its log file. */
  name: string
  /** The Node program to run. */
  script: string
  /** Asked at every start, so that a restart sees what has changed. */
  environment: () => NodeJS.ProcessEnv
  logDirectory: string
  report: OnProgress
  /** Called when it ended on its own, before it is started again. */
  onUnexpectedExit?: () => void
}

export interface Child {
  readonly pid: number | undefined
  /** Ends it and starts it again at once. */
  restart(graceMs: number): Promise<void>
  /** SIGTERM, and SIGKILL after `graceMs`; resolves when it is gone. */
  stop(graceMs: number): Promise<void>
  /** SIGKILL, without waiting. */
  kill(): void
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** A child that ran this long has recovered; its next end counts as the first. */
const RECOVERED_MS = 60_000

/**
 * Runs a program of ours, and again whenever it ends on its own, with pauses that double from half a second to
 * thirty. The child has a channel to us, by which it notices our end (`exitWithParent`).
 */
export function runChild(options: ChildOptions): Child {
  let current: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let wanted = true
  let pauseMs = FIRST_PAUSE_MS

  const start = () => {
    const started = Date.now()
    const child = spawn(process.execPath, ['--enable-source-maps', options.script], {
      env: options.environment(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C at the terminal reaches us alone, and we stop the children in order.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    current = child
    const show = (line: string) => options.report(`${options.name}  ${line}`)
    if (child.stdout && child.stderr) keepLog(options.logDirectory, options.name, [child.stdout, child.stderr], show)
    child.once('error', (error) => show(error.message))
    child.once('exit', (code, signal) => {
      current = undefined
      if (!wanted) return
      if (Date.now() - started > RECOVERED_MS) pauseMs = FIRST_PAUSE_MS
      show(`ended (${signal ?? `code ${code}`}); starting it again in ${pauseMs / 1000} s`)
      timer = setTimeout(start, pauseMs)
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      options.onUnexpectedExit?.()
    })
  }

  const stop = async (graceMs: number) => {
    wanted = false
    clearTimeout(timer)
    const child = current
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await gone
    clearTimeout(force)
  }

  start()
  return {
    get pid() {
      return current?.pid
    },
    stop,
    async restart(graceMs) {
      await stop(graceMs)
      wanted = true
      start()
    },
    kill() {
      wanted = false
      clearTimeout(timer)
      current?.kill('SIGKILL')
    },
  }
}
