import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import { readIfPresent } from '../files.ts'
import { commandLineOf, findProcesses, processIsRunning } from '../process-table.ts'

/** Where one development server keeps its things. */
export interface TemporalHome {
  readonly directory: string
  readonly database: string
  readonly log: string
  /** Process and port of the server that was started last, as JSON. */
  readonly note: string
}

export interface RunningTemporal {
  readonly pid: number
  readonly port: number
}

export function temporalHome(dataDir: string): TemporalHome {
  const directory = join(dataDir, 'temporal')
  const file = (name: string) => join(directory, name)
  return { directory, database: file('temporal.db'), log: file('temporal.log'), note: file('server.json') }
}

/** What the note says about the last server, alive or not. */
export async function readNote(home: TemporalHome): Promise<RunningTemporal | undefined> {
  const text = await readIfPresent(home.note)
  if (text === undefined) return undefined
  const { pid, port } = JSON.parse(text) as Partial<RunningTemporal>
  return Number.isSafeInteger(pid) && Number.isSafeInteger(port) ? { pid: Number(pid), port: Number(port) } : undefined
}

/**
 * The living server of this database file, if there is one. Its command line is the proof; the note alone
 * could name a stranger, and is missing when we were killed between start and writing.
 */
export async function findRunning(home: TemporalHome): Promise<RunningTemporal | undefined> {
  const note = await readNote(home)
  if (note && processIsRunning(note.pid)) {
    const command = commandLineOf(note.pid)
    if (command === undefined || command.includes(home.database)) return note
  }
  for (const pid of findProcesses(['start-dev', home.database])) {
    const port = Number(/--port[ =](\d+)/.exec(commandLineOf(pid) ?? '')?.[1])
    if (processIsRunning(pid) && port > 0) return { pid, port }
  }
  return undefined
}

/** Starts the server in the background, independent of our own life. */
export function spawnTemporal(
  binary: string,
  home: TemporalHome,
  port: number,
  settings: readonly string[],
): ChildProcess {
  const place = ['--headless', '--ip', '127.0.0.1', '--port', String(port), '--db-filename', home.database]
  // Three times the speed of the plain file, and still safe when the process is killed (reference/temporal §3.2, §4).
  const pragmas = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal']
  const dynamic = settings.flatMap((setting) => ['--dynamic-config-value', setting])
  const log = openSync(home.log, 'a', 0o600)
  try {
    const flags = ['--log-level', 'warn', ...place, ...pragmas, ...dynamic]
    const child = spawn(binary, ['server', 'start-dev', ...flags], {
      cwd: home.directory,
      detached: true,
      stdio: ['ignore', log, log],
    })
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

/** Whether the server behind the port answers and has its namespace `default`. */
export async function temporalAnswers(port: number): Promise<boolean> {
  let connection: Connection | undefined
  try {
    connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 2_000 })
    const { workflowService } = connection
    await connection.withDeadline(Date.now() + 2_000, async () => {
      await workflowService.getSystemInfo({})
      await workflowService.describeNamespace({ namespace: 'default' })
    })
    return true
  } catch {
    // Nobody listens yet, or the server is still making its namespace: both are "no" here, and the caller has the deadline.
    return false
  } finally {
    await connection?.close()
  }
}
