import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres.ts'
import { findTemporalBinary, startEmbeddedTemporal } from '../../src/dev/embedded-temporal.ts'
import { findFreePort } from '../../src/dev/ports.ts'
import { processIsRunning } from '../../src/dev/process-table.ts'
import { type Database, openDatabase } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { type CommitProxy, startCommitProxy } from './commit-proxy.ts'
import { eventually } from './eventually.ts'

/**
 * Parley as it runs in the world: real processes, real services of its own, and the simulator as a process of its own,
 * so that its record of calls survives whatever is killed.
 */
export interface ProcessHouse {
  dataDir: string
  database: Database
  temporalAddress: string
  simulatorUrl: string
  channelId: string
  token: string
  secretKey: string
  /** Starts a server on a port of its own (the same one again where it is given) and waits until it listens. */
  startServer(options?: { port?: number; throughProxy?: boolean }): Promise<ServerProcess>
  startWorker(options?: { throughProxy?: boolean }): Promise<Killable>
  restartPostgres(options?: { kill?: boolean }): Promise<void>
  stopPostgres(): Promise<void>
  startPostgres(): Promise<void>
  /** @param options `whileStopped`: what is done to its files meanwhile */
  restartTemporal(options?: { kill?: boolean; whileStopped?: () => Promise<void> }): Promise<void>
  proxy: CommitProxy
  /** Asks the simulator. */
  simulator<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>
  close(): Promise<void>
}

export interface Killable {
  pid: number
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  stop(): Promise<void>
  exited: Promise<void>
}
export interface ServerProcess extends Killable {
  url: string
  port: number
  webhookUrl: string
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>
}

export const APP_SECRET = 'test_app_secret_0123456789abcdef'
export const PHONE_NUMBER_ID = '106540352242922'
/** Beside other suites on two busy cores a process takes its time. */
const TO_START_MS = 60_000
const root = join(import.meta.dirname, '../..')

export interface ProcessHouseOptions {
  logLevel?: string
  /** Is given what servers and workers write; else they write to the test's own output. */
  onOutput?: (chunk: Buffer) => void
}

export async function openProcessHouse(options: ProcessHouseOptions = {}): Promise<ProcessHouse> {
  const { house, server } = await openServedHouse(options)
  await server.stop()
  return house
}

/** With the server through which its channel was made, as `startServer` would start one: to start another takes seconds. */
export async function openServedHouse({ logLevel, onOutput }: ProcessHouseOptions = {}): Promise<{
  house: ProcessHouse
  server: ServerProcess
}> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-process-'))
  // As root the database runs as another user, who has to pass through.
  await chmod(dataDir, 0o711)
  const onProgress = () => undefined
  const binary = await findTemporalBinary({ dataDir: join(root, 'node_modules/.cache/parley-test'), onProgress })
  let [postgres, temporal] = await Promise.all([
    startEmbeddedPostgres({ dataDir, onProgress }),
    startEmbeddedTemporal({ dataDir, onProgress, binary }),
  ])
  await migrate(postgres.url)
  const database = openDatabase(postgres.url, { maxConnections: 4 })
  const proxy = await startCommitProxy(() => Number(new URL(postgres.url).port))
  const token = randomBytes(16).toString('hex')
  const secretKey = randomBytes(32).toString('hex')
  const running = new Set<Killable>()
  const publicPort = await findFreePort()

  const environment = (port: number, throughProxy: boolean): NodeJS.ProcessEnv => {
    const url = new URL(postgres.url)
    if (throughProxy) url.port = String(proxy.port)
    return {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: `http://127.0.0.1:${publicPort}`,
      PARLEY_DATA_DIR: dataDir,
      PARLEY_API_TOKEN: token,
      PARLEY_SECRET_KEY: secretKey,
      PARLEY_LOG_LEVEL: logLevel ?? process.env.PARLEY_TEST_LOG ?? 'fatal',
      DATABASE_URL: url.href,
      TEMPORAL_ADDRESS: temporal.address,
    }
  }
  const start = (program: string, env: NodeJS.ProcessEnv, args: string[] = []): Killable & { child: ChildProcess } => {
    const output = onOutput && program !== 'simulator' ? 'pipe' : 'inherit'
    const child = spawn(process.execPath, [join(root, 'dist', `${program}.js`), ...args], {
      env,
      stdio: ['ignore', output, output, 'ipc'],
    })
    if (onOutput) for (const stream of [child.stdout, child.stderr]) stream?.on('data', onOutput)
    // `close`, not `exit`: its last lines are read by then.
    const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
    const end = (signal: NodeJS.Signals) => async () => {
      child.kill(signal)
      await exited
      running.delete(one)
    }
    const one = { child, pid: child.pid ?? 0, kill: end('SIGKILL'), stop: end('SIGTERM'), exited }
    running.add(one)
    return one
  }

  const simulatorPort = await findFreePort()
  const simulatorProcess = start('simulator', process.env, [
    '--port',
    String(simulatorPort),
    '--data-dir',
    join(dataDir, 'simulator'),
  ])
  const simulatorUrl = `http://127.0.0.1:${simulatorPort}/simulator`
  const simulator = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    (await askJson<T>(`${simulatorUrl}${path}`, method, body)).body
  await eventually(() => simulator('GET', '/accounts'), TO_START_MS)

  const house: ProcessHouse = {
    dataDir,
    database,
    get temporalAddress() {
      return temporal.address
    },
    simulatorUrl,
    channelId: '',
    token,
    secretKey,
    proxy,
    simulator,
    async startServer({ port = publicPort, throughProxy = false } = {}) {
      const one = start('server', environment(port, throughProxy))
      const url = `http://127.0.0.1:${port}`
      await Promise.race([
        eventually(async () => void (await fetch(`${url}/healthz`)), TO_START_MS),
        one.exited.then(() => Promise.reject(new Error('the server ended while it started'))),
      ])
      return {
        ...one,
        url,
        port,
        webhookUrl: `${url}/webhooks/${house.channelId}`,
        api: (method, path, body) => askJson(`${url}${path}`, method, body, { authorization: `Bearer ${token}` }),
      }
    },
    async startWorker({ throughProxy = false } = {}) {
      const one = start('worker', environment(0, throughProxy))
      await eventually(async () => {
        const rows = await database.db.selectFrom('worker_heartbeats').select('worker').execute()
        if (!rows.some(({ worker }) => worker.endsWith(`:${one.pid}`))) throw new Error('the worker is not there yet')
      }, TO_START_MS)
      return one
    },
    async restartPostgres({ kill = false } = {}) {
      if (kill) await killAndWait(postgres.pid)
      else await postgres.stop()
      postgres = await startEmbeddedPostgres({ dataDir, onProgress })
    },
    async stopPostgres() {
      await postgres.stop()
    },
    async startPostgres() {
      postgres = await startEmbeddedPostgres({ dataDir, onProgress })
    },
    async restartTemporal({ kill = false, whileStopped } = {}) {
      if (kill) await killAndWait(temporal.pid)
      else await temporal.stop()
      await whileStopped?.()
      const { address } = temporal
      temporal = await startEmbeddedTemporal({ dataDir, onProgress, binary })
      // Servers and workers would look for it in the old place for ever.
      if (temporal.address !== address) throw new Error(`Temporal came back elsewhere: ${temporal.address}`)
    },
    async close() {
      await Promise.all([...running].filter((one) => one !== simulatorProcess).map((one) => one.kill()))
      await simulatorProcess.stop()
      await proxy.stop()
      await database.close()
      await temporal.stop()
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }

  const first = await house.startServer()
  const created = await first.api<{ id: string; webhookUrl: string }>('POST', '/api/channels', {
    provider: 'whatsapp-cloud',
    name: 'Shop',
    phoneNumberId: PHONE_NUMBER_ID,
    wabaId: '102290129340398',
    accessToken: 'token-of-the-test',
    appSecret: APP_SECRET,
    verifyToken: 'verify-me',
    graphUrl: `${simulatorUrl}/graph`,
  })
  if (created.status !== 201) throw new Error(`the channel was refused: ${JSON.stringify(created.body)}`)
  house.channelId = created.body.id
  await simulator('POST', '/accounts', {
    phoneNumberId: PHONE_NUMBER_ID,
    wabaId: '102290129340398',
    displayPhone: '+15550783881',
    name: 'Shop',
    accessToken: 'token-of-the-test',
    appSecret: APP_SECRET,
    webhookUrl: created.body.webhookUrl,
    verifyToken: 'verify-me',
  })
  return { house, server: { ...first, webhookUrl: created.body.webhookUrl } }
}

async function killAndWait(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await eventually(async () => {
    if (processIsRunning(pid)) throw new Error('it still runs')
  })
}

async function askJson<T>(url: string, method: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text ? JSON.parse(text) : null) as T }
}
