import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres.ts'
import { findTemporalBinary, startEmbeddedTemporal } from '../../src/dev/embedded-temporal.ts'
import { findFreePort } from '../../src/dev/ports.ts'
import { type Database, openDatabase } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'

/** Parley as `npm start` runs it: real services, a server process and a worker process, the measured settings. */
export interface BenchHouse {
  url: string
  database: Database
  temporalAddress: string
  channelId: string
  token: string
  /** the simulator's own address, where it runs as a process of its own; else the server's */
  simulatorUrl: string
  workerPid: number
  /** Process ids by what runs there; PostgreSQL's is that of its postmaster. */
  processes: Readonly<Record<'server' | 'worker' | 'campaigns' | 'Temporal' | 'PostgreSQL', number>>
  close(): Promise<void>
}

export const APP_SECRET = 'app-secret-of-the-benchmark'
export const PHONE_NUMBER_ID = '106540352242922'
const root = join(import.meta.dirname, '../..')

export interface BenchHouseOptions {
  /** The simulator plays Meta: in a process of its own it does not take the server's time. */
  simulatorApart?: boolean
  /** The bench's own statements take as long as they need: millions of rows. */
  unhurried?: boolean
}

export async function openBenchHouse({
  simulatorApart = false,
  unhurried = false,
}: BenchHouseOptions = {}): Promise<BenchHouse> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  // As root the database runs as another user, who has to pass through.
  await chmod(dataDir, 0o711)
  const onProgress = (line: string) => console.error(line)
  const binary = await findTemporalBinary({ dataDir: join(root, 'node_modules/.cache/parley-test'), onProgress })
  const [postgres, temporal] = await Promise.all([
    startEmbeddedPostgres({ dataDir, onProgress }),
    startEmbeddedTemporal({ dataDir, onProgress, binary }),
  ])
  await migrate(postgres.url)
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const token = randomBytes(16).toString('hex')
  const environment = {
    ...process.env,
    NODE_ENV: 'production',
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: url,
    PARLEY_DATA_DIR: dataDir,
    PARLEY_API_TOKEN: token,
    PARLEY_SECRET_KEY: randomBytes(32).toString('hex'),
    PARLEY_SIMULATOR: simulatorApart ? 'off' : 'on',
    PARLEY_LOG_LEVEL: 'error',
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
  }
  const start = (name: string, more: NodeJS.ProcessEnv = {}) =>
    run(join(root, 'dist', `${name}.js`), { ...environment, ...more })
  // As `npm start` has them.
  const children = [
    start('server'),
    start('worker', { PARLEY_QUEUES: 'conversations,sends,files,outside' }),
    start('worker', { PARLEY_QUEUES: 'campaigns' }),
  ]
  const simulatorUrl = simulatorApart ? await startSimulator(dataDir, children) : `${url}/simulator`
  await waitUntilReady(url)
  const channelId = await createChannel(url, token, `${simulatorUrl}/graph`)
  if (simulatorApart) await addAccount(simulatorUrl, `${url}/webhooks/${channelId}`)
  const database = openDatabase(postgres.url, { maxConnections: 4, unhurried })
  return {
    url,
    database,
    temporalAddress: temporal.address,
    channelId,
    token,
    simulatorUrl,
    workerPid: children[1]?.pid ?? 0,
    processes: {
      server: children[0]?.pid ?? 0,
      worker: children[1]?.pid ?? 0,
      campaigns: children[2]?.pid ?? 0,
      Temporal: temporal.pid,
      PostgreSQL: postgres.pid,
    },
    async close() {
      await database.close()
      await Promise.all(children.map(stop))
      await temporal.stop()
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Where servers and workers leave a CPU profile when they end (`BENCH_CPU_PROFILE=/tmp/profiles npm run bench -- …`). */
const profiles = process.env.BENCH_CPU_PROFILE
const profiling = profiles ? ['--cpu-prof', '--cpu-prof-dir', profiles] : []

/** Starts a node program with these variables; its errors are shown. */
export const run = (program: string, environment: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, [...profiling, program], { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

async function waitUntilReady(url: string): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    await pause(100)
  }
  throw new Error('Parley did not become ready within a minute')
}

/** @returns its address, once it listens */
async function startSimulator(dataDir: string, children: ChildProcess[]): Promise<string> {
  const port = await findFreePort()
  const args = ['--port', String(port), '--data-dir', join(dataDir, 'simulator')]
  children.push(
    spawn(process.execPath, [join(root, 'dist/simulator.js'), ...args], { stdio: ['ignore', 'ignore', 'inherit'] }),
  )
  // Meta has machines of its own: what it costs to play it must not be taken from what is measured.
  const { pid } = children.at(-1) ?? {}
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  const url = `http://127.0.0.1:${port}/simulator`
  for (const until = Date.now() + 20_000; Date.now() < until; await pause(50)) {
    const answers = await fetch(`${url}/settings`).then(
      (response) => response.ok,
      () => false,
    )
    if (answers) return url
  }
  throw new Error('the simulator did not start')
}

async function addAccount(simulatorUrl: string, webhookUrl: string): Promise<void> {
  const response = await fetch(`${simulatorUrl}/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      phoneNumberId: PHONE_NUMBER_ID,
      wabaId: '102290129340398',
      displayPhone: '+15550783881',
      name: 'Bench',
      accessToken: 'token',
      appSecret: APP_SECRET,
      webhookUrl,
      verifyToken: 'verify',
    }),
  })
  if (!response.ok) throw new Error(`the simulator refused the account: ${await response.text()}`)
}

async function createChannel(url: string, token: string, graphUrl: string): Promise<string> {
  const response = await fetch(`${url}/api/channels`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      provider: 'whatsapp-cloud',
      name: 'Bench',
      phoneNumberId: PHONE_NUMBER_ID,
      wabaId: '102290129340398',
      accessToken: 'token',
      appSecret: APP_SECRET,
      verifyToken: 'verify',
      graphUrl,
    }),
  })
  const body = (await response.json()) as { id?: string; error?: { message: string } }
  if (!body.id) throw new Error(`the channel was refused: ${body.error?.message}`)
  return body.id
}
