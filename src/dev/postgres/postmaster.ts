import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { readIfPresent } from '../files.ts'
import { commandLineOf, processIsRunning, signalProcess, waitForExit } from '../process-table.ts'
import { type Cluster, databaseEnvironment } from './cluster.ts'

/** What a running server wrote about itself into its data directory. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
}

/** Reads `postmaster.pid`; undefined when there is none, or it is not written to the end yet. */
export async function readPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const lines = (await readIfPresent(join(cluster.directory, 'postmaster.pid')))?.split('\n') ?? []
  const pid = Number.parseInt(lines[0] ?? '', 10)
  const port = Number.parseInt(lines[3] ?? '', 10)
  return pid > 0 && port > 0 ? { pid, port } : undefined
}

/**
 * Whether the process of a `postmaster.pid` is the server of this cluster, and not a stranger that got the
 * same number after a crash or a restart of the machine. Where the system does not tell, the number counts.
 */
export function isServerOf(cluster: Cluster, pid: number): boolean {
  if (!processIsRunning(pid)) return false
  const command = commandLineOf(pid)
  return command === undefined || command.includes(cluster.directory)
}

/** Starts the server in the background, independent of our own life; its log goes to `postgres.log`. */
export function spawnPostmaster(cluster: Cluster, port: number, durable: boolean): ChildProcess {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '128MB',
    logging_collector: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(join(cluster.home, 'postgres.log'), 'a', 0o600)
  try {
    const child = spawn(cluster.binaries.postgres, ['-D', cluster.directory, ...flags], {
      ...cluster.account,
      cwd: cluster.directory,
      env: databaseEnvironment(),
      // A group of its own: Ctrl-C at the terminal reaches us, and we stop the server in its turn.
      detached: true,
      stdio: ['ignore', log, log],
    })
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

/**
 * One real connection. `ready` when the cluster behind the port is this one and its database `parley` exists
 * (it is created on the way), `other` when somebody else's server answers, `not_yet` when nobody does.
 */
export async function probe(cluster: Cluster, port: number): Promise<'ready' | 'other' | 'not_yet'> {
  const client = await connect(connectionUrl(cluster, port, 'postgres'))
  if (typeof client === 'string') return client
  try {
    const { rows } = await client.query<{ directory: string; exists: boolean }>(
      `select current_setting('data_directory') as directory,
              exists(select from pg_database where datname = 'parley') as exists`,
    )
    const row = rows[0]
    if (!row || (await realpath(row.directory)) !== (await realpath(cluster.directory))) return 'other'
    if (!row.exists) await client.query('create database parley')
    return 'ready'
  } finally {
    await client.end()
  }
}

/** The address of a database of the cluster, with the superuser's password in it. */
export function connectionUrl(cluster: Cluster, port: number, database: string): string {
  return `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/${database}`
}

/**
 * Ends the server: first a fast shutdown (open transactions are rolled back, the rest is written out), and
 * after `graceMs` the immediate one, from which the next start recovers. Returns when the process is gone.
 */
export async function stopPostmaster(cluster: Cluster, pid: number, graceMs: number): Promise<void> {
  if (process.platform === 'win32') {
    // No signals there: pg_ctl speaks to the server through its own pipe.
    spawnSync(cluster.binaries.pgCtl, ['stop', '-D', cluster.directory, '-m', 'fast', '-w'], { stdio: 'ignore' })
    return
  }
  if (!isServerOf(cluster, pid) || !signalProcess(pid, 'SIGINT')) return
  if (await waitForExit(pid, graceMs)) return
  signalProcess(pid, 'SIGQUIT')
  if (await waitForExit(pid, 2_000)) return
  signalProcess(pid, 'SIGKILL')
  await waitForExit(pid, 2_000)
}

async function connect(connectionString: string): Promise<pg.Client | 'other' | 'not_yet'> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 10_000 })
  // The server may go away while the probe's connection is open; the query itself reports that.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    // Wrong password or unknown account: a PostgreSQL, but not ours.
    return error instanceof pg.DatabaseError && error.code?.startsWith('28') ? 'other' : 'not_yet'
  }
}
