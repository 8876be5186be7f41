import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfPresent, writeWhole } from './files.ts'
import { findFreePort, nextFreePort, portIsFree } from './ports.ts'
import { beginningOf, errorCode, processIsRunning } from './process-table.ts'
import { SetupError } from './setup-error.ts'

/**
 * What a running `npm start` tells the command line, in `<data dir>/runtime.json`, readable by its owner alone.
 * Left in place when the instance ends: `pid` says whether it still holds.
 */
export interface Runtime {
  pid: number
  baseUrl: string
  databaseUrl: string
  temporalAddress: string
  temporalNamespace: string
}

export async function writeRuntime(dataDir: string, runtime: Runtime): Promise<void> {
  await writeWhole(join(dataDir, 'runtime.json'), `${JSON.stringify(runtime, null, 2)}\n`, 0o600)
}

/**
 * Makes the data directory and takes it for this process, so that two starts cannot run on one database.
 *
 * @returns gives it back
 * @throws SetupError when another instance runs on it
 */
export async function claimDataDir(dataDir: string): Promise<() => Promise<void>> {
  const made = await mkdir(dataDir, { recursive: true })
  // Started by root, the database's own account has to pass through.
  if (made !== undefined) await chmod(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700)
  const file = join(dataDir, 'start.pid')
  for (;;) {
    try {
      const handle = await open(file, 'wx', 0o644)
      await handle.write(JSON.stringify({ pid: process.pid, began: beginningOf(process.pid) }))
      await handle.close()
      return () => rm(file, { force: true })
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    const holder = readHolder((await readIfPresent(file)) ?? '')
    if (holder && stillRuns(holder)) throw new SetupError(await alreadyRuns(dataDir, holder.pid))
    // Its process is gone, killed before it could give the directory back.
    await rm(file, { force: true })
  }
}

interface Holder {
  pid: number
  /** When that process began, where the system tells. */
  began?: string
}

function readHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder
  } catch {
    // Killed between making the file and writing into it.
    return undefined
  }
}

function stillRuns({ pid, began }: Holder): boolean {
  return processIsRunning(pid) && beginningOf(pid) === began
}

async function alreadyRuns(dataDir: string, pid: number): Promise<string> {
  const runtime = await readIfPresent(join(dataDir, 'runtime.json'))
  const address = runtime === undefined ? undefined : (JSON.parse(runtime) as Partial<Runtime>)
  const where = address?.pid === pid && address.baseUrl ? ` at ${address.baseUrl}` : ''
  return `Parley runs here already${where} (process ${pid}). For a second instance set PARLEY_DATA_DIR to another directory.`
}

/** The key for secrets at rest: 32 bytes as 64 hex digits, made at the first start. */
export async function readOrMakeSecretKey(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secret-key')
  const known = (await readIfPresent(file))?.trim()
  if (known) return known
  const key = randomBytes(32).toString('hex')
  await writeWhole(file, `${key}\n`, 0o600)
  return key
}

/**
 * The port to serve on: the one asked for, or, where none was, 8080 or the next free one.
 *
 * @param asked value of PORT; 0 takes any free port
 * @throws SetupError when the port asked for is taken
 */
export async function choosePort(asked: number | undefined, host: string): Promise<number> {
  if (asked === 0) return findFreePort()
  if (asked !== undefined) {
    if (await portIsFree(asked, host)) return asked
    throw new SetupError(
      `Port ${asked} on ${host} is taken. Set PORT to another one, or leave it out to take the next free one.`,
    )
  }
  const port = await nextFreePort(8080, host)
  if (port === undefined) throw new SetupError(`No port from 8080 to 8179 is free on ${host}. Set PORT.`)
  return port
}
