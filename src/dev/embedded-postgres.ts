import type { ChildProcess } from 'node:child_process'
import { mkdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readIfPresent, readNumber, writeWhole } from './files.ts'
import { keepOrFindPort } from './ports.ts'
import { type Cluster, prepareCluster } from './postgres/cluster.ts'
import {
  connectionUrl,
  isServerOf,
  probe,
  readPostmaster,
  spawnPostmaster,
  stopPostmaster,
} from './postgres/postmaster.ts'
import { processIsRunning } from './process-table.ts'
import { type OnProgress, SetupError } from './setup-error.ts'

export interface EmbeddedPostgresOptions {
  /** Directory of the installation (`.data`); the database lies in `postgres/` under it. */
  dataDir: string
  onProgress: OnProgress
  /** False leaves out the wait for the disk, so that a power cut (not a kill) can lose data; for tests. Default true. */
  durable?: boolean
}

export interface EmbeddedPostgres {
  /** Address of the database `parley`, with the superuser's password. */
  url: string
  /** Process id of the server, which outlives us. */
  pid: number
  /** Stops the server, also one that an earlier process started. Never deletes data. */
  stop(): Promise<void>
}

/** How long a server that died may keep its memory segment and its port before we give up. */
const RETRY_MS = 10_000
/** How long a server may take to recover after a crash. */
const RECOVERY_MS = 60_000
const STOP_GRACE_MS = 4_000

/**
 * Brings up the PostgreSQL of this data directory: re-attaches when its server lives, else starts it, making
 * the cluster first if there is none. It listens on 127.0.0.1 only, on last time's port where that is free.
 * Survives kill -9 of the caller and of the server (reference/dependencies §1.5).
 *
 * @throws SetupError with words for a person and the end of the server's log
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { onProgress, durable = true } = options
  await mkdir(options.dataDir, { recursive: true })
  // One directory has one name, however it is reached: by another one a living server would pass for a stranger.
  const cluster = await prepareCluster(await realpath(options.dataDir), durable, onProgress)
  const began = Date.now()
  for (;;) {
    const server = (await attach(cluster)) ?? (await launch(cluster, durable))
    if (server) return handle(cluster, server.pid, server.port)
    if (Date.now() - began > RETRY_MS) throw new SetupError(`PostgreSQL does not start. ${await endOfLog(cluster)}`)
    await pause(200)
  }
}

/** The living server of this cluster, waiting for it while it comes up; undefined when none lives. */
async function attach(cluster: Cluster) {
  const began = Date.now()
  for (;;) {
    const server = await readPostmaster(cluster)
    if (!server) return undefined
    if (!isServerOf(cluster, server.pid)) {
      // PostgreSQL clears the file of a dead server itself, but refuses when a stranger got its number.
      if (processIsRunning(server.pid)) await rm(join(cluster.directory, 'postmaster.pid'), { force: true })
      return undefined
    }
    if ((await probe(cluster, server.port)) === 'ready') return server
    if (Date.now() - began > RECOVERY_MS) {
      throw new SetupError(`PostgreSQL runs as process ${server.pid}, but does not answer. ${await endOfLog(cluster)}`)
    }
    await pause(50)
  }
}

/** Starts the server and waits until it answers; undefined when it ended instead. */
async function launch(cluster: Cluster, durable: boolean) {
  const portFile = join(cluster.home, 'port')
  const port = await keepOrFindPort(await readNumber(portFile))
  await writeWhole(portFile, `${port}\n`)
  const child = spawnPostmaster(cluster, port, durable)
  const ended = watchEnd(child)
  const began = Date.now()
  while (!ended.already) {
    const server = await readPostmaster(cluster)
    if (server && server.pid === child.pid && (await probe(cluster, port)) === 'ready') return server
    if (Date.now() - began > RECOVERY_MS) {
      throw new SetupError(`PostgreSQL started, but does not answer. ${await endOfLog(cluster)}`)
    }
    await pause(20)
  }
  if (ended.error) throw ended.error
  return undefined
}

function watchEnd(child: ChildProcess): { already: boolean; error?: Error } {
  const end: { already: boolean; error?: Error } = { already: false }
  child.once('error', (error) => Object.assign(end, { already: true, error }))
  child.once('exit', () => Object.assign(end, { already: true }))
  return end
}

function handle(cluster: Cluster, pid: number, port: number): EmbeddedPostgres {
  return {
    url: connectionUrl(cluster, port, 'parley'),
    pid,
    stop: () => stopPostmaster(cluster, pid, STOP_GRACE_MS),
  }
}

async function endOfLog(cluster: Cluster): Promise<string> {
  const path = join(cluster.home, 'postgres.log')
  const lines = ((await readIfPresent(path)) ?? '').trimEnd().split('\n').slice(-8)
  return `The end of ${path}:\n${lines.join('\n')}`
}
