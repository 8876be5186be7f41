import { existsSync } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readIfPresent, writeWhole } from './files.ts'
import { keepOrFindPort } from './ports.ts'
import { commandLineOf, processIsRunning, signalProcess, waitForExit } from './process-table.ts'
import { type OnProgress, SetupError } from './setup-error.ts'
import { findTemporalBinary } from './temporal/binary.ts'
import {
  findRunning,
  type RunningTemporal,
  readNote,
  spawnTemporal,
  type TemporalHome,
  temporalAnswers,
  temporalHome,
} from './temporal/server.ts'

export { findTemporalBinary } from './temporal/binary.ts'

export interface EmbeddedTemporalOptions {
  /** Directory of the installation (`.data`); the server's database lies in `temporal/` under it. */
  dataDir: string
  onProgress: OnProgress
  /** Path or name of the `temporal` program; looked for when absent. */
  binary?: string
  /** Lets single workflows skip time (reference/temporal §2); for tests. Default false. */
  timeSkipping?: boolean
}

export interface EmbeddedTemporal {
  /** `host:port` of the frontend. */
  address: string
  /** Process id of the server, which outlives us. */
  pid: number
  /** Stops the server, also one that an earlier process started. Workflows are kept. */
  stop(): Promise<void>
}

const TIME_SKIPPING = 'frontend.WorkflowTimeSkippingEnabled=true'
/** The first release of the server that knows the setting above. */
const TIME_SKIPPING_SERVER = '1.32.0'
const RETRY_MS = 10_000
const READY_MS = 60_000
const STOP_GRACE_MS = 4_000

/**
 * Brings up the Temporal development server of this data directory: re-attaches when it lives, else starts
 * it on last time's port where that is free. Listens on 127.0.0.1 only. Survives kill -9 of the caller and
 * of the server.
 *
 * @throws SetupError with words for a person and the end of the server's log
 */
export async function startEmbeddedTemporal(options: EmbeddedTemporalOptions): Promise<EmbeddedTemporal> {
  const { onProgress, timeSkipping = false } = options
  const dataDir = resolve(options.dataDir)
  const home = temporalHome(dataDir)
  const settings = timeSkipping ? [TIME_SKIPPING] : []
  if (await mkdir(home.directory, { recursive: true })) await chmod(home.directory, 0o700)
  const alive = await attach(home, settings)
  if (alive) return handle(home, alive)
  const minimumServer = timeSkipping ? TIME_SKIPPING_SERVER : '1.0.0'
  const binary = options.binary ?? (await findTemporalBinary({ dataDir, onProgress, minimumServer }))
  const began = Date.now()
  for (;;) {
    const server = await launch(binary, home, settings)
    if (server) {
      if (!existsSync(`${home.database}-wal`))
        onProgress('Temporal: write-ahead logging is not in effect; it will be slow')
      return handle(home, server)
    }
    if (Date.now() - began > RETRY_MS) throw new SetupError(`Temporal does not start. ${await endOfLog(home)}`)
    await pause(200)
  }
}

/** The living server of this database; one that does not answer, or runs with other settings, is ended first. */
async function attach(home: TemporalHome, settings: readonly string[]): Promise<RunningTemporal | undefined> {
  const server = await findRunning(home)
  if (!server) return undefined
  const command = commandLineOf(server.pid)
  if (command === undefined || settings.every((setting) => command.includes(setting))) {
    const deadline = Date.now() + RETRY_MS
    while (Date.now() < deadline && processIsRunning(server.pid)) {
      if (await temporalAnswers(server.port)) {
        await writeWhole(home.note, JSON.stringify(server))
        return server
      }
      await pause(50)
    }
  }
  await stopServer(home, server.pid)
  return undefined
}

/** Starts the server and waits until it answers; undefined when it ended instead. */
async function launch(binary: string, home: TemporalHome, settings: readonly string[]) {
  const port = await keepOrFindPort((await readNote(home))?.port)
  const child = spawnTemporal(binary, home, port, settings)
  let ended = false
  let failure: Error | undefined
  child.once('exit', () => {
    ended = true
  })
  child.once('error', (error) => {
    ended = true
    failure = error
  })
  if (child.pid !== undefined) await writeWhole(home.note, JSON.stringify({ pid: child.pid, port }))
  const deadline = Date.now() + READY_MS
  while (!ended) {
    if ((await temporalAnswers(port)) && !ended && child.pid !== undefined) return { pid: child.pid, port }
    if (Date.now() > deadline) throw new SetupError(`Temporal started, but does not answer. ${await endOfLog(home)}`)
    await pause(20)
  }
  if (failure) throw failure
  return undefined
}

function handle(home: TemporalHome, { pid, port }: RunningTemporal): EmbeddedTemporal {
  return { address: `127.0.0.1:${port}`, pid, stop: () => stopServer(home, pid) }
}

async function stopServer(home: TemporalHome, pid: number): Promise<void> {
  const command = commandLineOf(pid)
  if (command !== undefined && !command.includes(home.database)) return
  if (!processIsRunning(pid) || !signalProcess(pid, 'SIGTERM')) return
  if (await waitForExit(pid, STOP_GRACE_MS)) return
  // SQLite's log makes this as safe as a crash.
  signalProcess(pid, 'SIGKILL')
  await waitForExit(pid, 2_000)
}

async function endOfLog(home: TemporalHome): Promise<string> {
  const lines = ((await readIfPresent(home.log)) ?? '').trimEnd().split('\n').slice(-8)
  return `The end of ${home.log}:\n${lines.join('\n')}`
}
