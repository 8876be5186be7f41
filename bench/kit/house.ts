import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
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
  close(): Promise<void>
}

export const APP_SECRET = 'app-secret-of-the-benchmark'
export const PHONE_NUMBER_ID = '106540352242922'
const root = join(import.meta.dirname, '../..')

export async function openBenchHouse(): Promise<BenchHouse> {
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
    PARLEY_SIMULATOR: 'on',
    PARLEY_LOG_LEVEL: 'error',
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
  }
  const children = ['server', 'worker'].map((name) => run(join(root, 'dist', `${name}.js`), environment))
  await waitUntilReady(url)
  const channelId = await createChannel(url, token)
  const database = openDatabase(postgres.url, { maxConnections: 4 })
  return {
    url,
    database,
    temporalAddress: temporal.address,
    channelId,
    token,
    async close() {
      await database.close()
      await Promise.all(children.map(stop))
      await temporal.stop()
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Starts a node program with these variables; its errors are shown. */
export const run = (program: string, environment: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })

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

async function createChannel(url: string, token: string): Promise<string> {
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
      graphUrl: `${url}/simulator/graph`,
    }),
  })
  const body = (await response.json()) as { id?: string; error?: { message: string } }
  if (!body.id) throw new Error(`the channel was refused: ${body.error?.message}`)
  return body.id
}
